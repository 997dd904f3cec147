// What the daemon does by the clock, in the order in which it matters. Each job is made in the file that knows its work.

import type { Config } from '../config/schema.ts';
import type { Job } from '../schedule/timetable.ts';

import { statsJob } from './counting.ts';
import { passJob } from './pass-schedule.ts';
import type { PushHost } from './push-target.ts';
import { pushJobs } from './pushing.ts';
import { scrubJobs } from './scrub-schedule.ts';
import type { ScrubHost } from './scrubbing.ts';
import { signatureJobs } from './signature-turn.ts';

export interface JobHost extends ScrubHost, PushHost {}

export function jobsOf(config: Config, host: JobHost, signal: AbortSignal): Job[] {
  return [
    passJob(config, host, signal),
    ...scrubJobs(config, host, signal),
    ...signatureJobs(config, host, signal),
    ...statsJob(config, host, signal),
    ...pushJobs(config, host, signal),
  ];
}
