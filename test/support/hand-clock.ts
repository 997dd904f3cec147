import type { Clock } from '../../src/host/clock.ts';

interface Sleeper {
  readonly wakeAt: number;
  wake(): void;
}

/** A clock that stands still until a test moves it. */
export interface HandClock extends Clock {
  /** Moves it on and wakes, in the order of their times, every sleeper whose time has come. */
  advance(milliseconds: number): Promise<void>;
  /** Sets it to any time, backwards too. Who sleeps wakes when its time is reached. */
  set(milliseconds: number): Promise<void>;
  /** How many sleep now: a test waits for the code under test to get there. */
  sleeping(): number;
}

const START = Date.UTC(2026, 10, 21, 1, 30);

export function handClock(start: number = START): HandClock {
  let time = start;
  const sleepers = new Set<Sleeper>();

  const set = async (milliseconds: number) => {
    for (;;) {
      const next = earliest(sleepers);
      if (next === undefined || next.wakeAt > milliseconds) break;
      time = Math.max(time, next.wakeAt);
      sleepers.delete(next);
      next.wake();
      await settled();
    }
    time = milliseconds;
    await settled();
  };

  return {
    now: () => time,
    sleep: (milliseconds, signal) => sleepUntil(time + milliseconds, sleepers, signal),
    advance: (milliseconds) => set(time + milliseconds),
    set,
    sleeping: () => sleepers.size,
  };
}

function earliest(sleepers: Set<Sleeper>): Sleeper | undefined {
  return [...sleepers].sort((a, b) => a.wakeAt - b.wakeAt)[0];
}

function sleepUntil(wakeAt: number, sleepers: Set<Sleeper>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      sleepers.delete(sleeper);
      reject(signal.reason);
    };
    const sleeper: Sleeper = {
      wakeAt,
      wake: () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      },
    };
    signal.addEventListener('abort', onAbort, { once: true });
    sleepers.add(sleeper);
  });
}

/** Lets whoever was woken run to its next wait before time moves on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
