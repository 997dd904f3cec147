// Whether there is time for pages. Files come first: under load it is pages and listings that are answered 503.

import { performance } from 'node:perf_hooks';

export interface Load {
  isHigh(): boolean;
  stop(): void;
}

const LOOK_EVERY_MS = 500;
/** Share of the time in which the process was at work and not waiting for any. */
const BUSY = 0.95;
/** Looks in a row: a burst of half a second is no load. */
const LOOKS = 2;
/** Of the connections that may be open. */
const CROWDED = 0.8;

/** `connections` gives the share of the allowed connections that are open. */
export function watchLoad(connections: () => number): Load {
  let busyLooks = 0;
  let before = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    busyLooks = performance.eventLoopUtilization(now, before).utilization > BUSY ? busyLooks + 1 : 0;
    before = now;
  }, LOOK_EVERY_MS);
  timer.unref();
  return { isHigh: () => busyLooks >= LOOKS || connections() > CROWDED, stop: () => clearInterval(timer) };
}
