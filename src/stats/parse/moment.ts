// The forms of time that logs have. Lines come nearly in order, so that the part up to the minute is mostly that of the line before.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const CLF = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|([+-])(\d{2}):?(\d{2}))?$/;
const MINUTE_LENGTH = '21/Nov/2026:01:30:'.length;

/** Reads a time in one form: seconds since 1970 UTC, or -1 when it is none. */
export type ReadSecond = (text: string) => number;

/** `21/Nov/2026:02:30:00 +0100`, the time of the common log format. */
export function clfReader(): ReadSecond {
  let minute = '';
  let zone = '';
  let base = -1;
  return (text) => {
    if (minute !== '' && text.startsWith(minute) && text.endsWith(zone) && text.length === 26) {
      const second = twoDigits(text, MINUTE_LENGTH);
      return second < 0 || second > 60 ? -1 : base + second;
    }
    const match = CLF.exec(text);
    if (match === null) return -1;
    const [, day, name, year, hour, minutes, seconds, sign, zoneHours, zoneMinutes] = match;
    const month = MONTHS.indexOf(name ?? '') + 1;
    const second = secondOf([year, month, day, hour, minutes, seconds], sign, zoneHours, zoneMinutes);
    if (second < 0) return -1;
    minute = text.slice(0, MINUTE_LENGTH);
    zone = text.slice(MINUTE_LENGTH + 2);
    base = second - Number(seconds);
    return second;
  };
}

/** `2026-11-21T01:30:00Z`, with any fraction and zone; without a zone it is UTC. */
export function readIso(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return -1;
  const [, year, month, day, hour, minute, second, sign, zoneHours, zoneMinutes] = match;
  return secondOf([year, month, day, hour, minute, second], sign, zoneHours, zoneMinutes);
}

/** `1795224600.123`: nginx's `$msec`. */
export function readEpoch(text: string): number {
  return /^\d{1,11}(?:\.\d{1,6})?$/.test(text) ? Math.floor(Number(text)) : -1;
}

/** A 31st of June is no time, and neither is what lies before 1970; a leap second is the one after it. */
function secondOf(
  parts: readonly (string | number | undefined)[],
  sign: string | undefined,
  zoneHours: string | undefined,
  zoneMinutes: string | undefined,
): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return -1;
  const midnight = Date.UTC(year, month - 1, day) / 1000;
  if (new Date(midnight * 1000).getUTCDate() !== day) return -1;
  const zone = sign === undefined ? 0 : (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -60 : 60);
  return midnight + hour * 3600 + minute * 60 + second - zone;
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}
