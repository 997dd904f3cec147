// What took long is told: from the first threshold on as information, from the second as a warning.

import type { Logger } from './logger.ts';

/** Milliseconds. One number: there is no warning. 0 tells always. */
export type SlowAfter = readonly number[];

/** Tells of `what` when it took `ms` or longer than it should; `details` are fields of the line and cost nothing otherwise. */
export type SlowTeller = (what: string, ms: number, details: () => Record<string, unknown>) => void;

export function makeSlowTeller(after: SlowAfter, logger: Logger): SlowTeller {
  const [tellAfter = Number.POSITIVE_INFINITY, warnAfter = Number.POSITIVE_INFINITY] = after;
  return (what, ms, details) => {
    if (ms < tellAfter) return;
    const line = { ms: Math.round(ms), ...details() };
    if (ms >= warnAfter) logger.warn(line, `${what} was slow`);
    else logger.info(line, `${what} was slow`);
  };
}
