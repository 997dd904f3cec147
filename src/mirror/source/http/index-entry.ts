// What stands beside a name in a directory page: a size, exact or rounded, and a time, mostly to the minute and in a zone that nobody tells.

/** A number as a page gives it: the truth lies at most `within` away from it. */
export interface Rough {
  readonly value: number;
  readonly within: number;
}

export interface RoughTime extends Rough {
  /** Without, the server's own time zone is meant, whatever that is. */
  readonly isUtc: boolean;
}

export interface IndexEntry {
  /** One segment, decoded; of a folder without the slash at its end. */
  readonly name: string;
  readonly isFolder: boolean;
  /** Bytes; null where the page does not say. */
  readonly size: Rough | null;
  /** Epoch milliseconds; null where the page does not say. */
  readonly mtime: RoughTime | null;
}

/** Time zones differ by whole quarters of an hour. */
const ZONE_STEP_MS = 15 * 60 * 1000;

/** Whether an entry may well be the file that is known to have this size and time. What the page does not say speaks for it. */
export function fits(
  entry: Pick<IndexEntry, 'size' | 'mtime'>,
  known: { readonly size: number; readonly mtime: number },
) {
  const { size, mtime } = entry;
  if (size !== null && Math.abs(size.value - known.size) > size.within) return false;
  if (mtime === null) return true;
  const apart = Math.abs(mtime.value - known.mtime);
  if (apart <= mtime.within) return true;
  if (mtime.isUtc) return false;
  const fromStep = apart % ZONE_STEP_MS;
  return Math.min(fromStep, ZONE_STEP_MS - fromStep) <= mtime.within && apart <= 26 * 4 * ZONE_STEP_MS;
}

const CLOCK = '(?<h>\\d{2}):(?<i>\\d{2})';
const CLOCK_WITH_SECONDS = `${CLOCK}(?::(?<s>\\d{2})(?:\\.\\d{1,9})?)?`;
/** Longer ones first: each contains what a shorter one would find. */
const FORMS = [
  `[A-Z][a-z]{2}, (?<d>\\d{2}) (?<m>[A-Z][a-z]{2}) (?<y>\\d{4}) ${CLOCK}:(?<s>\\d{2}) (?<zone>GMT)`,
  `[A-Z][a-z]{2} (?<m>[A-Z][a-z]{2}) (?<d>\\d{2}) ${CLOCK}:(?<s>\\d{2}) (?<zone>UTC|GMT) (?<y>\\d{4})`,
  `(?<y>\\d{4})-(?<m>\\d{2})-(?<d>\\d{2})[T ]${CLOCK_WITH_SECONDS}(?<zone>Z|[+-]00:?00)?`,
  `(?<d>\\d{1,2})-(?<m>[A-Za-z]{3})-(?<y>\\d{4}) ${CLOCK_WITH_SECONDS}`,
  `(?<y>\\d{4})-(?<m>[A-Za-z]{3})-(?<d>\\d{2}) ${CLOCK_WITH_SECONDS}`,
].map((form) => new RegExp(form));
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The first time in a text, and where it begins and ends; null when there is none. */
export function readTime(
  text: string,
): { readonly time: RoughTime; readonly from: number; readonly to: number } | null {
  for (const form of FORMS) {
    const found = form.exec(text);
    if (found === null) continue;
    const { s, zone, ...others } = found.groups ?? {};
    const value = momentOf(others, s ?? '00');
    if (Number.isNaN(value)) return null;
    const time = { value, within: s === undefined ? 60_000 : 999, isUtc: zone !== undefined };
    return { time, from: found.index, to: found.index + found[0].length };
  }
  return null;
}

function momentOf({ y, m = '', d, h, i }: Readonly<Record<string, string | undefined>>, seconds: string): number {
  const month = /^\d/.test(m) ? Number(m) - 1 : MONTHS.indexOf(m.toLowerCase());
  if (month < 0 || month > 11) return Number.NaN;
  return Date.UTC(Number(y), month, Number(d), Number(h), Number(i), Number(seconds));
}

const UNITS = ['', 'k', 'm', 'g', 't'];
const SIZE = /^[\s,]*(\d{1,15})(?:\.(\d{1,3}))?\s?([KMGT]?)i?(B|bytes)?(?=$|[\s<])/i;

/** The size that a text begins with; null when it begins with none, such as the dash of a folder. */
export function readSize(text: string): Rough | null {
  const found = SIZE.exec(text.replaceAll(/(\d),(?=\d{3})/g, '$1'));
  if (found === null) return null;
  const [, whole = '', fraction, letter = ''] = found;
  const power = UNITS.indexOf(letter.toLowerCase());
  if (power === 0) return fraction === undefined ? { value: Number(whole), within: 0 } : null;
  const unit = 1024 ** power;
  const value = Number(fraction === undefined ? whole : `${whole}.${fraction}`) * unit;
  // One of the last digit shown, and what units of a thousand would make of it.
  const step = unit / 10 ** (fraction?.length ?? 0);
  return { value: Math.round(value), within: Math.ceil(step + value * (1 - (1000 / 1024) ** power)) };
}
