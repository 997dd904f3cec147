/** A part of every day in UTC, in minutes from midnight; `from` > `to` when it goes over midnight. */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;
const PATTERN = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

/** Reads `22:00-06:00`; null when it is none, or empty (`06:00-06:00`). */
export function parseHours(text: string): Hours | null {
  const match = PATTERN.exec(text);
  if (match === null) return null;
  const from = Number(match[1]) * 60 + Number(match[2]);
  const to = Number(match[3]) * 60 + Number(match[4]);
  return from === to ? null : { from, to };
}

/** The end of the stretch of `hours` that `now` (epoch milliseconds) lies in, epoch milliseconds; null when `now` is outside. */
export function endOfHours(hours: Hours, now: number): number | null {
  const dayStart = Math.floor(now / (DAY_MINUTES * MINUTE_MS)) * DAY_MINUTES * MINUTE_MS;
  const minute = (now - dayStart) / MINUTE_MS;
  if (hours.from < hours.to) {
    return minute >= hours.from && minute < hours.to ? dayStart + hours.to * MINUTE_MS : null;
  }
  if (minute >= hours.from) return dayStart + (hours.to + DAY_MINUTES) * MINUTE_MS;
  return minute < hours.to ? dayStart + hours.to * MINUTE_MS : null;
}
