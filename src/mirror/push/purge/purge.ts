// What a CDN in front of a target must forget. It stands in a table from the moment at which an object changes until the CDN has said yes: a
// purge that fails is work that waits, in the order of publication, together with all that came after it.

import type { Delivery } from '../../../state/outbox.ts';
import type { Stale, StaleRecord } from '../stale.ts';
import { purgeCloudflare } from './cloudflare.ts';
import { purgeCloudfront } from './cloudfront.ts';
import { purgeByCommand } from './command.ts';
import type { Batch, Purged, PurgeHost, PurgeOptions } from './contract.ts';
import { purgeFastly } from './fastly.ts';
import { EVERYTHING, selectPurges } from './selection.ts';

export type { PurgeHost, PurgeOptions } from './contract.ts';
export { type Followed, followTree } from './follow.ts';
export { EVERYTHING } from './selection.ts';

/** More than any CDN is told one by one. */
const READ_AT_A_TIME = 50_000;

/** Tells the CDN, request by request; what it took is settled at once. */
export async function purge(
  record: Pick<StaleRecord, 'stale' | 'settleStale'>,
  options: PurgeOptions,
  host: PurgeHost,
  signal: AbortSignal,
): Promise<Delivery> {
  for (;;) {
    const stale = record.stale(READ_AT_A_TIME);
    if (stale.length === 0) return { kind: 'sent' };
    const byPath = new Map(stale.map((each) => [each.path, each]));
    const tooMany = stale.length >= READ_AT_A_TIME ? [EVERYTHING_STALE] : [];
    for (const batch of selectPurges([...tooMany, ...stale], options)) {
      const purged =
        batch.items.length === 0 && batch.what !== 'everything' ? DONE : await tell(batch, options, host, signal);
      if (purged.kind !== 'purged') return notPurged(purged);
      record.settleStale(batch.paths.flatMap((path) => byPath.get(path) ?? []));
    }
  }
}

const EVERYTHING_STALE: Stale = { path: EVERYTHING, was: 'former' };
const DONE: Purged = { kind: 'purged' };

async function tell(batch: Batch, options: PurgeOptions, host: PurgeHost, signal: AbortSignal): Promise<Purged> {
  switch (options.kind) {
    case 'fastly':
      return await purgeFastly(batch, options, host, signal);
    case 'cloudflare':
      return await purgeCloudflare(batch, options, host, signal);
    case 'cloudfront':
      return await purgeCloudfront(batch, options, host, signal);
    case 'command':
      return await purgeByCommand(batch, options, signal);
  }
}

function notPurged(purged: Exclude<Purged, { kind: 'purged' }>): Delivery {
  return purged.kind === 'refused' ? { kind: 'dead', reason: purged.reason } : purged;
}
