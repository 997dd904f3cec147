const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const SPAN = /^(\d{1,6})([smhd])$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Reads `2026-11-21T06:00Z`, or a time from `now` on such as `90m`, `2h`, `3d`; null when it is neither. Epoch milliseconds. */
export function parseMoment(text: string, now: number): number | null {
  const span = SPAN.exec(text);
  if (span !== null) return now + Number(span[1]) * (SECONDS[span[2] ?? ''] ?? 0) * 1000;
  if (!INSTANT.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
