import { createTask } from 'node-cron';
import type { Clock } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import type { Logger } from '../host/logger.ts';

export interface Job {
  readonly name: string;
  /** Cron expression, UTC. */
  readonly cron: string;
  /** Starts up to so much later, at random: mirrors that wake together hurt their origin. */
  readonly jitterMs: number;
  /** Also once at the beginning, without jitter. */
  readonly atStart: boolean;
  work(): Promise<void>;
}

export interface Timetable {
  /** No job starts any more; waits for one that runs. */
  stop(): Promise<void>;
}

/** Runs a job on schedule, never two of it at once. What it throws is logged with its code and remedy, and the next time comes all the same. */
export function startTimetable(
  job: Job,
  host: { readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
): Timetable {
  const stopping = new AbortController();
  const until = AbortSignal.any([signal, stopping.signal]);
  let running: Promise<void> | null = null;
  const start = (jitterMs: number) => {
    if (until.aborted) return;
    if (running !== null) {
      host.logger.debug({ job: job.name }, 'job still runs; this time is skipped');
      return;
    }
    running = runJob(job, jitterMs, host, until).finally(() => {
      running = null;
    });
  };
  const task = createTask(job.cron, () => start(Math.random() * job.jitterMs), { timezone: 'UTC', name: job.name });
  void task.start();
  if (job.atStart) start(0);
  return {
    async stop() {
      stopping.abort();
      await task.destroy();
      await running;
    },
  };
}

async function runJob(
  job: Job,
  jitterMs: number,
  host: { readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  try {
    if (jitterMs > 0) await host.clock.sleep(jitterMs, signal);
    await job.work();
  } catch (error) {
    if (signal.aborted) return;
    const more = error instanceof CodedError ? { code: error.code, remedy: error.remedy } : {};
    host.logger.error({ err: error, job: job.name, ...more }, 'job failed; it is tried again at its next time');
  }
}
