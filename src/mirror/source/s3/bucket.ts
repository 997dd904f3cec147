// A bucket as a source needs it: pages of keys, and objects. Whoever signs speaks through the SDK; of a public bucket plain HTTP is enough, which
// costs a fifth of the work.

import type { ObjectStore } from '../../../host/object-store.ts';
import type { SourceMemory } from '../contract.ts';
import { type Asker, troubleIn } from '../http/asker.ts';
import { parseBucketPage } from '../http/bucket-page.ts';
import { webPlace } from '../http/place.ts';
import { webReader } from '../http/read.ts';
import { openAsker, type WebHost } from '../http/session.ts';
import type { Reader } from '../reader.ts';
import { bucketTrouble } from './fault.ts';
import type { AskPage } from './joined-pages.ts';
import { addressOf, type BucketPlace } from './place.ts';
import { objectReader } from './read.ts';

export interface Bucket {
  /** Keys of the repository, with the prefix before each. */
  readonly ask: AskPage;
  readonly reader: Reader;
  close(): Promise<void>;
}

const MOST_KEYS = 1000;
const PAGE_BYTES = 16 * 1024 * 1024;

/** For whoever signs. The bucket closes the store. */
export async function openStoreBucket(place: BucketPlace, store: ObjectStore): Promise<Bucket> {
  return {
    reader: objectReader(place, store),
    ask: async (after, count, signal) => {
      const page = await store.list({ prefix: place.prefix, after, ...(count === null ? {} : { count }) }, signal);
      if (page.kind !== 'page') return bucketTrouble(page, place.url);
      return { kind: 'page', objects: page.objects, isLast: page.next === null };
    },
    close: async () => store[Symbol.dispose](),
  };
}

export interface WebBucketOptions {
  readonly place: BucketPlace;
  readonly region: string;
  /** Null: AWS. */
  readonly endpoint: string | null;
  readonly pathStyle: boolean;
  readonly ca: string | null;
  readonly memory: SourceMemory;
}

/** For what anybody may read. The client stays open: it is the caller's. */
export function openWebBucket(options: WebBucketOptions, host: WebHost): Bucket {
  const { place, region, endpoint, pathStyle } = options;
  const base = addressOf(place.bucket, region, endpoint, pathStyle);
  const asker = openAsker({ ...options, requestsPerSecond: 0 }, host);
  const reader = webReader(webPlace(base + encodeURI(place.prefix)), asker);
  return { reader, ask: pagesOf(base, place.prefix, asker), close: async () => undefined };
}

export function pagesOf(base: string, prefix: string, asker: Asker): AskPage {
  return async (after, count, signal) => {
    const url = new URL(base);
    const query = { 'list-type': '2', 'encoding-type': 'url', prefix, 'start-after': after };
    url.search = String(new URLSearchParams({ ...query, 'max-keys': String(count ?? MOST_KEYS) }));
    const came = await asker.ask({ method: 'GET', url, ceilingBytes: PAGE_BYTES, keep: true, redirects: 0 }, signal);
    if (came.kind !== 'answer') return troubleIn(came, base);
    const page = parseBucketPage(came.answer.body.bytes);
    return page === null ? troubleIn(came) : { kind: 'page', objects: page.entries, isLast: page.isLast };
  };
}
