import { setTimeout as wait } from 'node:timers/promises';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The only way to the time of day. A pass reads it once and hands the value down; tests move it by hand. */
export interface Clock {
  /** Milliseconds since 1970 UTC. May go backwards: nothing durable may depend on it being monotonic. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await wait(milliseconds, undefined, { signal });
  },
};

/** `2026-11-21T01:30:00.000Z`, the one form of a time in JSON. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
