// A source over a bucket of a real radosgw, with folders of its own.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { MINUTE, systemClock } from '../../../../src/host/clock.ts';
import { makeLogger } from '../../../../src/host/logger.ts';
import { type ObjectStore, openObjectStore } from '../../../../src/host/object-store.ts';
import type {
  FetchRequest,
  ListedFile,
  ListingRequest,
  OddEntry,
  Source,
} from '../../../../src/mirror/source/contract.ts';
import {
  openStoreBucket,
  openWebBucket,
  parseBucketUrl,
  type S3Options,
  s3Source,
} from '../../../../src/mirror/source/s3/s3.ts';
import { client } from '../../../host/http-peer.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import type { StoreUnderTest } from '../../../support/object-store.ts';

const NEVER = new AbortController().signal;

export interface BucketSource {
  readonly source: Source;
  readonly staging: string;
  list(request?: Partial<ListingRequest>): Promise<Listed>;
  fetch(files: readonly string[], request?: Partial<FetchRequest>): ReturnType<Source['fetch']>;
  /** What was named as staged, so far. */
  readonly named: string[];
}

export interface Listed {
  readonly outcome: Awaited<ReturnType<Source['list']>>;
  readonly files: ListedFile[];
  readonly odd: OddEntry[];
}

/** `url` is `s3://BUCKET/[PREFIX/]`; read without credentials unless `more` says otherwise. */
export function bucketSource(
  t: TestContext,
  store: StoreUnderTest,
  url: string,
  more: Partial<S3Options> & { readonly isSigned?: boolean } = {},
): BucketSource {
  const staging = join(temporaryFolder(t), 'staging');
  mkdirSync(staging);
  const place = parseBucketUrl(url);
  if (place === null) throw new Error(`${url} names no bucket`);
  const memory = { recall: () => null, remember: () => undefined };
  const anonymous = { place, region: 'us-east-1', endpoint: store.endpoint, pathStyle: true, ca: null, memory };
  const source = s3Source(
    {
      place,
      open: async () =>
        more.isSigned === true
          ? await openStoreBucket(place, await openObjectStore(store.options(place.bucket), systemClock))
          : openWebBucket(anonymous, { http: client(t), clock: systemClock, logger: makeLogger('silent') }),
      connections: 4,
      releaseFeed: null,
      maxFileBytes: 2 ** 30,
      staging,
      includedPrefixes: null,
      excludedPrefixes: [],
      bandwidthKibPerSecond: () => 0,
      ...more,
    },
    { clock: systemClock, logger: makeLogger('silent') },
  );
  t.after(() => source[Symbol.asyncDispose]());
  const named: string[] = [];
  return {
    source,
    staging,
    named,
    async list(request = {}) {
      const files: ListedFile[] = [];
      const odd: OddEntry[] = [];
      const sink = { file: (file: ListedFile) => files.push(file), odd: (entry: OddEntry) => odd.push(entry) };
      const outcome = await source.list({ since: null, due: [], ...request }, sink, AbortSignal.timeout(MINUTE));
      return { outcome, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), odd };
    },
    fetch: (files, request = {}) =>
      source.fetch(
        { folders: [], files, basis: 'staging', deadline: systemClock.now() + MINUTE, ...request },
        (path) => named.push(path),
        AbortSignal.timeout(MINUTE),
      ),
  };
}

export async function put(store: ObjectStore, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [key, text] of Object.entries(files)) {
    const request = { contentType: 'application/octet-stream', cacheControl: 'no-cache', metadata: {} };
    const outcome = await store.put(key, Buffer.from(text), request, NEVER);
    assert.equal(outcome.kind, 'put');
  }
}

/** A public bucket with these objects, and a way to change it. */
export async function bucketWith(t: TestContext, store: StoreUnderTest, files: Readonly<Record<string, string>>) {
  const name = await store.bucket({ open: 'get-and-list' });
  const own = await store.open(t, name);
  await put(own, files);
  return { name, own };
}
