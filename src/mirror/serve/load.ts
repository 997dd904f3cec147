// Whether there is time for pages. Files come first: under load it is pages and listings that are answered 503.

import { performance } from 'node:perf_hooks';

export interface Load {
  isHigh(): boolean;
  stop(): void;
}

const LOOK_EVERY_MS = 500;
/** Share of the time in which the process was at work and not waiting for any. */
const BUSY = 0.95;
/** A timer that comes so much too late tells how long each answer waits. */
const LATE_MS = 50;
/** Looks in a row: a burst of half a second is no load. */
const LOOKS = 2;
/** Of the connections that may be open. */
const CROWDED = 0.8;

/** `connections` gives the share of the allowed connections that are open. */
export function watchLoad(connections: () => number): Load {
  let busyLooks = 0;
  let before = performance.eventLoopUtilization();
  let due = performance.now() + LOOK_EVERY_MS;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const isBusy = performance.eventLoopUtilization(now, before).utilization > BUSY;
    const isLate = performance.now() - due > LATE_MS;
    busyLooks = isBusy && isLate ? busyLooks + 1 : 0;
    before = now;
    due = performance.now() + LOOK_EVERY_MS;
  }, LOOK_EVERY_MS);
  timer.unref();
  return { isHigh: () => busyLooks >= LOOKS || connections() > CROWDED, stop: () => clearInterval(timer) };
}
