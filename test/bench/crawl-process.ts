// One round in a process of its own, so that what it costs is its own cost.

import { crawlOnce } from '../../src/compose/crawling.ts';
import { openWatchHttp } from '../../src/compose/watching.ts';
import { readConfig } from '../../src/config/load.ts';
import { SECOND, systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';

export interface RoundTask {
  readonly config: unknown;
  readonly depth: 'sums' | 'full';
  readonly prefix: string;
}

export interface RoundAnswer {
  readonly claims: number;
  readonly listed: number;
  readonly proofs: number;
  readonly bytes: number;
  readonly troubles: number;
  /** Of the visit. */
  readonly seconds: number;
  /** Of the processor, the whole round. */
  readonly work: number;
  readonly peakMib: number;
}

process.once('message', async ({ config: text, depth, prefix }: RoundTask) => {
  const loaded = readConfig(JSON.stringify(text), {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  const host = { clock: systemClock, logger: makeLogger('error') };
  await using http = openWatchHttp(loaded.config, host);
  const request = { depth, sample: null, mirror: null, prefix, roundsPerDay: 1, waitSeconds: 0 };
  let troubles = 0;
  const before = process.cpuUsage();
  const onEvent = ({ kind }: { readonly kind: string }) => {
    if (kind === 'finding') troubles += 1;
  };
  const { summary } = await crawlOnce(loaded.config, request, http, host, onEvent, new AbortController().signal);
  const used = process.cpuUsage(before);
  const [mirror] = summary.mirrors;
  if (mirror === undefined) throw new Error('nobody was visited');
  const { claims, listed, proofs, spent, startedAt, endedAt } = mirror;
  const answer: RoundAnswer = {
    ...{ claims, listed, proofs, bytes: spent.bytes, troubles, seconds: (endedAt - startedAt) / SECOND },
    work: (used.user + used.system) / 1e6,
    peakMib: process.resourceUsage().maxRSS / 1024,
  };
  process.send?.(answer, () => process.disconnect());
});
