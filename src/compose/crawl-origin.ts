// The origin as the reference of a crawl: listed by what it shows of itself, asked for its bodies within its own budget.

import type { Config } from '../config/schema.ts';
import { DAY, SECOND } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import type { HttpClient } from '../host/http.ts';
import type { ListedFile, ListingSink, Source, SourceMemory } from '../mirror/source/contract.ts';
import { httpSource, type WebMode } from '../mirror/source/http/http.ts';
import {
  type CrawlStore,
  type Host,
  listedKind,
  type OriginStore,
  openOriginStore,
  originReference,
  probe,
  type Reference,
} from '../watch/crawl/round.ts';
import type { CrawlRequest } from './crawling.ts';
import { foldersOf } from './folders.ts';
import type { Rooms } from './rooms.ts';
import type { WatchHost } from './watching.ts';

export interface AskedOrigin {
  readonly reference: Reference;
  /** Whether it could be listed now, and when it last was. */
  readonly isUp: boolean;
  readonly freshAt: number | null;
}

const LISTED_AT = 'origin-listed-at';
const LISTING_TOOK = 'origin-listing-took';
/** A listing is made again when it is so many times as old as it took: it costs the origin at most a twentieth of the time. */
const PATIENCE = 20;
const BATCH = 500;
const REQUESTS_PER_SECOND = 50;

/** Throws `crawl-nothing` when the origin cannot be listed and never was. */
export async function askedOrigin(
  config: Config,
  origin: Host,
  { prefix, depth }: Pick<CrawlRequest, 'prefix' | 'depth'>,
  rooms: Rooms,
  crawl: CrawlStore,
  http: HttpClient,
  host: WatchHost,
  signal: AbortSignal,
): Promise<AskedOrigin> {
  const { clock } = host;
  const store = openOriginStore(rooms.database);
  const trouble = isListedLately(crawl, clock.now())
    ? null
    : await listAnew(config, origin, prefix, rooms, store, crawl, http, host, signal);
  if (trouble !== null && store.counts().files === 0) {
    throw new CodedError('crawl-nothing', `There is nothing to compare mirrors with. ${trouble}`, {
      path: 'crawl.origin',
      remedy: 'With --path and the folder of an artifact its metadata is read instead of directory pages.',
    });
  }
  const reference = originReference({
    store,
    clock,
    believedMs: depth === 'full' ? 0 : (config.crawl?.full_rotation_days ?? 0) * DAY,
    ask: async (request, until) => {
      const { requests, bytes } = crawl.spent(origin.name, clock.now());
      if (requests >= origin.budget.requestsPerDay || bytes >= origin.budget.bytesPerDay) return null;
      const asked = await probe(origin, request, http, config.name, until);
      crawl.spend(origin.name, { requests: asked.requests, bytes: asked.bytes }, clock.now());
      return asked;
    },
  });
  const listedAt = Number(crawl.recall(LISTED_AT) ?? 0);
  return { reference, isUp: trouble === null, freshAt: listedAt === 0 ? null : listedAt };
}

function isListedLately(crawl: CrawlStore, now: number): boolean {
  const at = Number(crawl.recall(LISTED_AT) ?? 0);
  const took = Number(crawl.recall(LISTING_TOOK) ?? 0);
  return at > 0 && now - at < PATIENCE * took;
}

/** Why it could not be listed, in a sentence, or null. */
async function listAnew(
  config: Config,
  origin: Host,
  prefix: string,
  rooms: Rooms,
  store: OriginStore,
  crawl: CrawlStore,
  http: HttpClient,
  host: WatchHost,
  signal: AbortSignal,
): Promise<string | null> {
  const begun = host.clock.now();
  const sentences: string[] = [];
  for (const mode of ['listing', 'metadata'] as const) {
    if (mode === 'metadata' && prefix === '') continue;
    await using source = sourceOf(config, origin, prefix, mode, rooms, http, host);
    const listing = store.begin();
    const sink = writingSink(store, listing);
    const outcome = await source.list({ since: null, due: [] }, sink, signal);
    sink.flush();
    if (outcome.kind === 'trouble' || (sink.count() === 0 && prefix !== '')) {
      sentences.push(outcome.kind === 'trouble' ? outcome.sentence : `${origin.url} shows nothing below ${prefix}.`);
      continue;
    }
    // A part of the tree says nothing of the rest of it.
    if (outcome.kind === 'complete' && prefix === '') store.complete(listing, host.clock.now());
    if (prefix === '') {
      crawl.remember(LISTED_AT, String(begun));
      crawl.remember(LISTING_TOOK, String(Math.max(SECOND / 10, host.clock.now() - begun)));
    }
    return null;
  }
  return sentences.join(' ');
}

function sourceOf(
  config: Config,
  origin: Host,
  prefix: string,
  mode: WebMode,
  rooms: Rooms,
  http: HttpClient,
  host: WatchHost,
): Source {
  const folders = foldersOf(config.data);
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1).replace(/\/$/, '');
  const memory: SourceMemory = {
    recall: (key) => rooms.history.recall(`crawl ${origin.url} ${key}`),
    remember: (key, value) => rooms.history.remember(`crawl ${origin.url} ${key}`, value),
  };
  return httpSource(
    {
      ...{ url: origin.url, mode, releaseFeed: null, publicKey: null, ca: origin.ca, memory },
      connections: origin.budget.connections,
      requestsPerSecond: REQUESTS_PER_SECOND,
      maxFileBytes: Number.MAX_SAFE_INTEGER,
      ...{ staging: folders.staging, scratch: folders.scratch },
      includedPrefixes: folder === '' ? null : [folder],
      excludedPrefixes: [],
      holdings: { file: () => null, isAnyBelow: () => false, pathsAfter: () => [] },
      bandwidthKibPerSecond: () => 0,
    },
    { http, clock: host.clock, logger: host.logger },
  );
}

function writingSink(store: OriginStore, listing: number): ListingSink & { flush(): void; count(): number } {
  let batch: ListedFile[] = [];
  let count = 0;
  const flush = () => {
    store.listed(
      batch.map(({ path, mtime }) => ({ path, mtime, kind: listedKind(path) })),
      listing,
    );
    batch = [];
  };
  return {
    file(file) {
      batch.push(file);
      count += 1;
      if (batch.length >= BATCH) flush();
    },
    odd: () => undefined,
    flush,
    count: () => count,
  };
}
