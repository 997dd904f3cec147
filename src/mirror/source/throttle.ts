// How fast we take from an origin: so many bytes, or requests, a second over all that runs side by side.

import type { Clock } from '../../host/clock.ts';

export interface Throttle {
  /** Takes so much now, and waits until that much was due. Rejects with the signal's reason when aborted. */
  take(amount: number, signal: AbortSignal): void | Promise<void>;
}

/** A second's worth may come at once. A rate of 0 is no limit. */
export function makeThrottle(perSecond: number, clock: Clock): Throttle {
  if (perSecond <= 0) return { take: () => undefined };
  let dueAt = clock.now() - 1000;
  return {
    take(amount, signal) {
      const now = clock.now();
      // Time that passed unused is not saved up, beyond a second; a clock that was set back does not stop us for good.
      dueAt = Math.min(Math.max(dueAt, now - 1000), now + 3_600_000) + (amount / perSecond) * 1000;
      const waitMs = dueAt - now;
      return waitMs > 0 ? clock.sleep(waitMs, signal) : undefined;
    },
  };
}
