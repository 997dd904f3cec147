import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { MINUTE } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import type { FetchRequest, ListedFile, ListingOutcome, OddEntry, Source } from '../../src/mirror/source/contract.ts';
import { type RsyncHost, type RsyncOptions, rsyncSource } from '../../src/mirror/source/rsync/rsync.ts';
import { temporaryFolder } from './folder.ts';

export interface SourceUnderTest {
  readonly source: Source;
  readonly staging: string;
  readonly scratch: string;
  /** Fetches and tells what was named. */
  fetch(
    request?: Partial<FetchRequest>,
  ): Promise<{ readonly outcome: Awaited<ReturnType<Source['fetch']>>; readonly named: string[] }>;
}

/** A source with folders of its own and a clock that sleeps no time at all, so that back-off costs none. */
export function sourceAt(
  t: Pick<TestContext, 'after'>,
  url: string,
  options: Partial<RsyncOptions> = {},
  host: Partial<RsyncHost> = {},
): SourceUnderTest {
  const folder = temporaryFolder(t);
  const staging = join(folder, 'staging');
  const scratch = join(folder, 'scratch');
  mkdirSync(staging);
  const source = rsyncSource(
    {
      url,
      passwordFile: null,
      ssh: null,
      ioTimeoutSeconds: 20,
      bandwidthKibPerSecond: () => 0,
      maxFileBytes: 2 ** 30,
      staging,
      scratch,
      lastGoodAddresses: { read: () => [], write: () => undefined },
      confinement: 'auto',
      ...options,
    },
    { clock: { now: () => NOW, sleep: async () => undefined }, logger: makeLogger('silent'), ...host },
  );
  const fetch: SourceUnderTest['fetch'] = async (request = {}) => {
    const named: string[] = [];
    const whole: FetchRequest = { folders: [''], files: [], basis: 'staging', deadline: NOW + MINUTE, ...request };
    const outcome = await source.fetch(whole, (path) => named.push(path), AbortSignal.timeout(MINUTE));
    return { outcome, named };
  };
  return { source, staging, scratch, fetch };
}

const NOW = Date.UTC(2026, 10, 21, 1, 30);

export interface Heard {
  readonly outcome: ListingOutcome;
  readonly files: ListedFile[];
  readonly odd: OddEntry[];
  readonly restarts: number;
}

/** Lists into memory, as a sink that reads along, sorted by path. */
export async function listAll(source: Source): Promise<Heard> {
  let files: ListedFile[] = [];
  let odd: OddEntry[] = [];
  let restarts = 0;
  const sink = {
    file: (file: ListedFile) => files.push(file),
    odd: (entry: OddEntry) => odd.push(entry),
    restart: () => {
      files = [];
      odd = [];
      restarts += 1;
    },
  };
  const outcome = await source.list({ since: null, due: [] }, sink, AbortSignal.timeout(MINUTE));
  const byPath = (a: ListedFile, b: ListedFile) => (a.path < b.path ? -1 : 1);
  return { outcome, files: files.sort(byPath), odd: odd.sort((a, b) => (a.name < b.name ? -1 : 1)), restarts };
}
