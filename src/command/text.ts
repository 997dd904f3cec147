// Words and numbers as people read them. Everything here is pure.

const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Text from outside on one line: a name at the origin must not move the cursor of a terminal or colour it. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u{${(control.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Rows under their headings, as wide as they need to be. A cell never spans lines. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows].map((row) => row.map(withoutControls));
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** At most `most` lines, and how many there are beyond them. */
export function shortList(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return lines.map(withoutControls);
  return [...lines.slice(0, most).map(withoutControls), `... and ${number(lines.length - most)} more`];
}

/** `5,210` */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 file`, `5,210 files` */
export function counted(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `34.2 MiB` */
export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? number(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `12 s`, `3 min`, `5 h`, `2 days` */
export function duration(seconds: number): string {
  if (seconds < 100) return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** `2026-11-21 01:30:00 UTC (3 h ago)` */
export function instant(iso: string, now: number): string {
  const at = Date.parse(iso);
  const ago = at <= now ? `${duration((now - at) / 1000)} ago` : `in ${duration((at - now) / 1000)}`;
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC (${ago})`;
}
