// The S3 source: a bucket of AWS or of anybody who speaks like it, listed by sweeps of all its keys and read object by object.

import type { Clock } from '../../../host/clock.ts';
import type { Logger } from '../../../host/logger.ts';
import type { Promises, Source } from '../contract.ts';
import { compareByTag } from '../differing.ts';
import { fetchFiles } from '../fetch-files.ts';
import type { ReleaseFeed } from '../http/feed/release-feed.ts';
import type { Bucket } from './bucket.ts';
import { listBucket } from './list.ts';
import type { BucketPlace } from './place.ts';

export { type Bucket, openStoreBucket, openWebBucket } from './bucket.ts';
export { type BucketPlace, parseBucketUrl } from './place.ts';

export interface S3Options {
  readonly place: BucketPlace;
  /** Called once, when it is first needed. */
  readonly open: () => Promise<Bucket>;
  /** Requests at a time. */
  readonly connections: number;
  /** Tells what is new between two sweeps; null: each listing is a sweep. */
  readonly releaseFeed: ReleaseFeed | null;
  readonly maxFileBytes: number;
  /** Absolute, on the file system of the published tree. */
  readonly staging: string;
  /** `maven/glob`'s: nothing else need be listed. */
  readonly includedPrefixes: readonly string[] | null;
  readonly excludedPrefixes: readonly string[];
  /** Asked at the start of each fetch; 0 is no limit. */
  bandwidthKibPerSecond(now: number): number;
}

export interface S3Host {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a call works with. */
export interface S3Session extends S3Options, S3Host {
  bucket(): Promise<Bucket>;
}

const PROMISES: Promises = {
  sizes: true,
  times: true,
  digests: true,
  deletions: true,
  atomic: false,
  listsAll: true,
  folders: false,
};

/** A source over a bucket. Nothing is asked of it before the first call. All that the store can do wrong is a value. */
export function s3Source(options: S3Options, host: S3Host): Source {
  let opened: Promise<Bucket> | null = null;
  const session: S3Session = {
    ...options,
    clock: host.clock,
    logger: host.logger.child({ room: 'source' }),
    bucket: () => {
      opened ??= options.open();
      return opened;
    },
  };
  const reader = async () => (await session.bucket()).reader;
  return {
    url: options.place.url,
    promises: PROMISES,
    list: (request, sink, signal) => listBucket(session, request, sink, signal),
    fetch: async (request, onStaged, signal) =>
      await fetchFiles(await reader(), session, options.place.url, request, onStaged, signal),
    differing: async (paths, folder, signal) => await compareByTag(await reader(), session, paths, folder, signal),
    [Symbol.asyncDispose]: async () => await (await opened)?.close(),
  };
}
