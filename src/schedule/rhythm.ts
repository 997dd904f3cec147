import { createTask } from 'node-cron';
import { DAY } from '../host/clock.ts';

export interface Rhythm {
  /** The longest time between two of its times within about a week: nights and weekends may be left out. */
  readonly longestGapMs: number;
  /** Times within a day, at least 1. */
  readonly perDay: number;
}

const FEW = 16;
const MANY = 1500;
const WEEK_MS = 8 * DAY;

/** How often a cron expression (five fields, UTC) has its time, from now on. */
export function rhythmOf(cron: string): Rhythm {
  const task = createTask(cron, () => undefined, { timezone: 'UTC' });
  try {
    const few = timesOf(task, FEW);
    // Of a schedule that has its time every minute a few say nothing of its nights; of one that has it once a year many would take for ever.
    const times = (few.at(-1) ?? 0) - (few[0] ?? 0) < WEEK_MS ? timesOf(task, MANY) : few;
    const gaps = times.slice(1).map((time, at) => time - (times[at] ?? time));
    const [first = 0] = times;
    return {
      longestGapMs: Math.max(...gaps, 0),
      perDay: Math.max(1, times.filter((time) => time < first + DAY).length),
    };
  } finally {
    void task.destroy();
  }
}

function timesOf(task: { getNextRuns(count: number): Date[] }, count: number): number[] {
  return task.getNextRuns(count).map((date) => date.getTime());
}
