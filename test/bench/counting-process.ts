// The process that counts a log, as `assay stats ingest` does: with a database of its own, into which the counts are committed.

import { systemClock } from '../../src/host/clock.ts';
import { migrate } from '../../src/state/migrate.ts';
import { openState } from '../../src/state/open.ts';
import { openPublishedCounts } from '../../src/stats/export.ts';
import { ingest, statsSchema } from '../../src/stats/ingest.ts';
import { totalOf } from '../../src/stats/tally.ts';

export interface CountingAnswer {
  readonly seconds: number;
  readonly lines: number;
  readonly downloads: number;
  readonly peakMib: number;
}

const KIB_PER_MIB = 1024;

process.on('message', (task: { readonly log: string; readonly database: string }) => void answer(task));

async function answer({ log, database: path }: { readonly log: string; readonly database: string }): Promise<void> {
  const database = openState(path);
  migrate(database, [statsSchema]);
  const source = { name: 'bench', kind: 'nginx', format: null, also: [], place: { kind: 'files', path: log } } as const;
  const begun = performance.now();
  const [outcome] = await ingest([source], { database, clock: systemClock }, new AbortController().signal);
  const seconds = (performance.now() - begun) / 1000;
  const counts = openPublishedCounts(database);
  const downloads = counts.days('own').reduce((sum, day) => sum + totalOf(counts.day(day, 'own', [], 0).downloads), 0);
  process.send?.({
    seconds,
    lines: outcome?.lines ?? 0,
    downloads,
    peakMib: process.resourceUsage().maxRSS / KIB_PER_MIB,
  } satisfies CountingAnswer);
  database.close();
  process.disconnect();
}
