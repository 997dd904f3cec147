// Listing a bucket: a sweep of all its keys, or the few prefixes that a release feed and the pass itself name.

import type { DueUnit, ListingOutcome, ListingRequest, ListingSink, SourceTrouble } from '../contract.ts';
import type { NamedVersion } from '../http/feed/line.ts';
import { type MultisetPrint, makeMultisetPrint } from '../multiset-print.ts';
import { tellObject } from './bucket-object.ts';
import { type KeyRange, rangeFrom, rangeOf } from './range.ts';
import type { S3Session } from './s3.ts';
import { sweep } from './sweep.ts';

const ENTRIES_CEILING = 50_000_000;
/** Listing is little work for a store and much for us: more at a time gains nothing. */
export const SWEEP_WIDTH = 8;

/** The contract is `Source.list`. */
export async function listBucket(
  session: S3Session,
  request: ListingRequest,
  sink: ListingSink,
  signal: AbortSignal,
): Promise<ListingOutcome> {
  const { releaseFeed } = session;
  if (releaseFeed !== null && request.since !== null) {
    const news = await releaseFeed.since(request.since, signal);
    if (news.kind === 'releases') {
      const trouble = await listUnits(session, unitsOf(news.versions, request.due), sink, signal);
      return trouble ?? { kind: 'news', cursor: news.cursor };
    }
    session.logger.warn({ sentence: news.sentence }, 'release feed cannot be read; the whole bucket is listed instead');
  }
  // Before the sweep: what is deployed while it runs may be missed by it, and comes with the news.
  const begun = releaseFeed === null ? null : await releaseFeed.begin(signal);
  const cursor = begun?.kind === 'begun' ? begun.cursor : null;
  return await sweepBucket(session, request.known, cursor, sink, signal);
}

async function sweepBucket(
  session: S3Session,
  known: string | undefined,
  cursor: string | null,
  sink: ListingSink,
  signal: AbortSignal,
): Promise<ListingOutcome> {
  const print = makeMultisetPrint();
  const trouble = await run(session, wantedRanges(session), sink, print, signal);
  if (trouble !== null) return trouble;
  const fingerprint = print.finish();
  return { kind: 'complete', fingerprint, cursor, ...(fingerprint === known ? { isKnown: true as const } : {}) };
}

/** All keys of the repository, or those of the folders that hold all that is wanted. */
function wantedRanges({ place, includedPrefixes }: S3Session): KeyRange[] {
  if (includedPrefixes === null) return place.prefix === '' ? [{ after: '', upTo: null }] : [rangeOf(place.prefix)];
  return includedPrefixes.map((prefix) => rangeOf(`${place.prefix}${prefix}/`));
}

/** Versions with the metadata of their artifacts, and what is due; each once. */
function unitsOf(versions: readonly NamedVersion[], due: readonly DueUnit[]): DueUnit[] {
  const units = versions.flatMap(({ folder, artifactFolder }): DueUnit[] => [
    { unit: folder, unitKind: 'version' },
    { unit: `${artifactFolder}/maven-metadata.xml`, unitKind: 'metadata' },
  ]);
  return [...new Map([...units, ...due].map((each) => [each.unit, each])).values()];
}

async function listUnits(
  session: S3Session,
  units: readonly DueUnit[],
  sink: ListingSink,
  signal: AbortSignal,
): Promise<SourceTrouble | null> {
  const { prefix } = session.place;
  const ranges = units.map(({ unit, unitKind }) =>
    unitKind === 'version' ? rangeOf(`${prefix}${unit}/`) : rangeFrom(prefix + unit),
  );
  return await run(session, ranges, sink, null, signal);
}

async function run(
  session: S3Session,
  ranges: readonly KeyRange[],
  sink: ListingSink,
  print: MultisetPrint | null,
  signal: AbortSignal,
): Promise<SourceTrouble | null> {
  const { ask } = await session.bucket();
  const named = { prefix: session.place.prefix, excludedPrefixes: session.excludedPrefixes };
  let entries = 0;
  return await sweep(
    ranges,
    {
      ask,
      name: session.place.url,
      width: Math.min(session.connections, SWEEP_WIDTH),
      onObjects(objects) {
        entries += objects.length;
        for (const object of objects) tellObject(object, named, sink, print);
      },
      mayGoOn: () => (entries > ENTRIES_CEILING ? endless(session.place.url) : null),
    },
    signal,
  );
}

function endless(url: string): SourceTrouble {
  return {
    kind: 'trouble',
    trouble: 'too-large',
    sentence: `${url}: the listing goes on beyond 50 million keys, and was ended.`,
  };
}
