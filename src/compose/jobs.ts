// What the daemon does by the clock, in the order in which it matters. Each job is made in the file that knows its work.

import type { Config } from '../config/schema.ts';
import type { Job } from '../schedule/timetable.ts';

import { claimJob } from './claim-checking.ts';
import { statsJob } from './counting.ts';
import { crawlJobs } from './crawl-schedule.ts';
import { mirrorListJob } from './list-carrying.ts';
import { openOutgoing } from './outgoing.ts';
import { passJob } from './pass-schedule.ts';
import { primaryJob } from './primary.ts';
import type { PushHost } from './push-target.ts';
import { pushJobs } from './pushing.ts';
import { reportJobs } from './reporting.ts';
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
    ...primaryJob(config, host),
    ...claimJob(config, host, signal),
    ...toPrimary(config, host, signal),
    ...crawlJobs(config, host, signal),
  ];
}

/** One client for all that goes to the primary, for as long as the daemon lives. */
function toPrimary(config: Config, host: JobHost, signal: AbortSignal): Job[] {
  if (config.report === null) return [];
  const http = openOutgoing(config, host.clock);
  signal.addEventListener('abort', () => void http[Symbol.asyncDispose](), { once: true });
  return [...reportJobs(config, host, http, signal), ...mirrorListJob(config, host, http, signal)];
}
