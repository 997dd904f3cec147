// The process that is measured: one as the daemon's main process, in which pass after pass is run when asked.

import { passOnce } from '../../src/compose/pass-job.ts';
import type { Config } from '../../src/config/schema.ts';
import { systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { secondsOf } from './processor.ts';

export interface PassAnswer {
  readonly milliseconds: number;
  /** What the process and the rsync that it started have worked. */
  readonly processorSeconds: number;
  readonly end: string;
  readonly listed: number;
  readonly accepted: number;
  readonly bytesFetched: number;
  /** In MiB, at the end of the pass and the highest ever; without rsync's own. */
  readonly rssMib: number;
  readonly peakMib: number;
  readonly heapMib: number;
}

const KIB_PER_MIB = 1024;
const MIB = 1024 * 1024;
const REQUEST = { verb: 'bench', waitSeconds: 0, acceptPlan: null, seed: null, keepsWindow: false } as const;

let known: Config | null = null;

process.on('message', (message: { readonly config: Config } | 'pass') => {
  if (message !== 'pass') known = message.config;
  else if (known !== null) void answer(known);
});

async function answer(config: Config): Promise<void> {
  const logger = makeLogger(process.env.ASSAY_BENCH_LOG === undefined ? 'error' : 'debug');
  const host = { clock: systemClock, logger, onEvent: () => undefined };
  const begun = performance.now();
  const workedBefore = secondsOf(process.pid);
  const { outcome } = await passOnce(config, REQUEST, host, new AbortController().signal);
  const milliseconds = performance.now() - begun;
  const { rss, heapUsed } = process.memoryUsage();
  const { end, listed, accepted, bytesFetched } = outcome;
  process.send?.({
    ...{ milliseconds, end, listed, accepted, bytesFetched },
    processorSeconds: secondsOf(process.pid) - workedBefore,
    rssMib: rss / MIB,
    heapMib: heapUsed / MIB,
    peakMib: process.resourceUsage().maxRSS / KIB_PER_MIB,
  } satisfies PassAnswer);
}
