// What the daemon does by the clock, in the order in which it matters. Each job is made in the file that knows its work.

import type { Config } from '../config/schema.ts';
import type { Job } from '../schedule/timetable.ts';

import { statsJob } from './counting.ts';
import { passJob } from './pass-schedule.ts';
import { scrubJobs } from './scrub-schedule.ts';
import type { ScrubHost } from './scrubbing.ts';

export function jobsOf(config: Config, host: ScrubHost, signal: AbortSignal): Job[] {
  return [passJob(config, host, signal), ...scrubJobs(config, host, signal), ...statsJob(config, host, signal)];
}
