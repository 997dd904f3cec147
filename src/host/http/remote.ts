// What all of us know of one remote host, so that ten rooms do not knock ten times at a door that does not open.

import { MINUTE, SECOND } from '../clock.ts';

/** Nobody asks until then (epoch milliseconds): it did not answer (`breaker`), or it wishes so (`asked`). */
export interface Hold {
  readonly until: number;
  readonly reason: 'breaker' | 'asked';
}

export interface Remote {
  heldUntil(now: number): Hold | null;
  /** The same for who is about to ask: of several that come when a pause ends, one is let in. */
  admit(now: number): Hold | null;
  /** An answer came, whatever it says. */
  answered(): void;
  /** No answer came. From the fifth in a row on it is left alone, longer each time; one request then tries for all. */
  failed(now: number): void;
  /** It asked for quiet: 429, or 503 with Retry-After. */
  quiet(until: number): void;
  /** Takes one retry out of the budget; false when there is none left. */
  takeRetry(): boolean;
}

const FAILURES = 5;
const FIRST_PAUSE_MS = 15 * SECOND;
const LONGEST_PAUSE_MS = 5 * MINUTE;
/** Ten answers pay for one retry, ten are there to begin with: a host in trouble gets at most a tenth more work from us. */
const EARNED = 0.1;
const MOST_RETRIES = 10;

export function makeRemote(): Remote {
  let failures = 0;
  let pauses = 0;
  let closedUntil = 0;
  let quietUntil = 0;
  let retries = MOST_RETRIES;
  const heldUntil = (now: number): Hold | null => {
    if (quietUntil > now) return { until: quietUntil, reason: 'asked' };
    return closedUntil > now ? { until: closedUntil, reason: 'breaker' } : null;
  };
  return {
    heldUntil,
    admit(now) {
      const hold = heldUntil(now);
      if (hold === null && closedUntil > 0) closedUntil = now + FIRST_PAUSE_MS;
      return hold;
    },
    answered() {
      failures = 0;
      pauses = 0;
      closedUntil = 0;
      retries = Math.min(MOST_RETRIES, retries + EARNED);
    },
    failed(now) {
      failures += 1;
      if (failures < FAILURES) return;
      closedUntil = now + Math.min(FIRST_PAUSE_MS * 2 ** pauses, LONGEST_PAUSE_MS);
      pauses = Math.min(pauses + 1, 10);
    },
    quiet(until) {
      quietUntil = Math.max(quietUntil, until);
    },
    takeRetry() {
      if (retries < 1) return false;
      retries -= 1;
      return true;
    },
  };
}
