// The jobs of the daemon: each on its schedule or after another one, never two of the same at once.

import { createTask, type ScheduledTask } from 'node-cron';
import type { Clock } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import type { Logger } from '../host/logger.ts';

export interface Job {
  readonly name: string;
  /** Cron expression, UTC; null: only after others, or once at the start. */
  readonly cron: string | null;
  /** Names of jobs after each good end of which this one starts, too. */
  readonly after?: readonly string[];
  /** A start on schedule is put off by up to so much, at random: mirrors that wake together hurt their origin. */
  readonly jitterMs: number;
  /** Also once at the beginning, without jitter. */
  readonly atStart: boolean;
  /** Asked at each time of the schedule: false, and nothing is done and nobody follows. Cheap. */
  isDue?(): boolean;
  work(): Promise<void>;
}

export interface Timetable {
  /** No job starts any more; waits for those that run. */
  stop(): Promise<void>;
}

export interface TimetableHost {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Runs jobs until `stop`. What one throws is logged with its code and remedy, and its next time comes all the same. A time of the schedule that
 * comes while the job runs is skipped; a job that it follows is not: what that one did would otherwise wait for the next time.
 */
export function startTimetable(jobs: readonly Job[], host: TimetableHost, signal: AbortSignal): Timetable {
  const stopping = new AbortController();
  const until = AbortSignal.any([signal, stopping.signal]);
  const courses = jobs.map((job) => makeCourse(job, host, until, onEnd));
  function onEnd(name: string): void {
    for (const course of courses) if (course.job.after?.includes(name) === true) course.follow();
  }
  const tasks = courses.flatMap(scheduled);
  for (const course of courses) if (course.job.atStart) course.start(0);
  return {
    async stop() {
      stopping.abort();
      await Promise.all(tasks.map((task) => task.destroy()));
      await Promise.all(courses.map((course) => course.ended()));
    },
  };
}

/** A job, and whether it runs. */
interface Course {
  readonly job: Job;
  /** Not when it runs already. */
  start(jitterMs: number, isDue?: () => boolean): void;
  /** Now, or once more when what runs has ended. */
  follow(): void;
  ended(): Promise<void>;
}

function scheduled({ job, start }: Course): ScheduledTask[] {
  if (job.cron === null) return [];
  const whenDue = () => start(Math.random() * job.jitterMs, job.isDue);
  const task = createTask(job.cron, whenDue, { timezone: 'UTC', name: job.name });
  void task.start();
  return [task];
}

function makeCourse(job: Job, host: TimetableHost, until: AbortSignal, onEnd: (name: string) => void): Course {
  let running: Promise<void> | null = null;
  let again = false;
  const start: Course['start'] = (jitterMs, isDue = () => true) => {
    if (until.aborted) return;
    if (running !== null) {
      host.logger.debug({ job: job.name }, 'job still runs; this time is skipped');
      return;
    }
    running = runJob(job, jitterMs, isDue, host, until).then((isDone) => {
      running = null;
      if (isDone && !until.aborted) onEnd(job.name);
      if (again) {
        again = false;
        start(0);
      }
    });
  };
  const follow = () => {
    if (running === null) start(0);
    else again = true;
  };
  const ended = async () => {
    if (running !== null) await running;
  };
  return { job, start, follow, ended };
}

/** Whether it was due and came to a good end. */
async function runJob(
  job: Job,
  jitterMs: number,
  isDue: () => boolean,
  host: TimetableHost,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    if (!isDue()) return false;
    if (jitterMs > 0) await host.clock.sleep(jitterMs, signal);
    await job.work();
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    const more = error instanceof CodedError ? { code: error.code, remedy: error.remedy } : {};
    host.logger.error({ err: error, job: job.name, ...more }, 'job failed; it is tried again at its next time');
    return false;
  }
}

/** When a cron expression (UTC) comes next, milliseconds since 1970; null when it never does. */
export function nextRun(cron: string): number | null {
  const task = createTask(cron, () => {}, { timezone: 'UTC' });
  const next = task.getNextRun();
  void task.destroy();
  return next === null ? null : next.getTime();
}
