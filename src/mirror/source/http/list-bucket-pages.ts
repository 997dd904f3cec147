// A web server whose root is a public bucket: swept like one.

import type { ListingOutcome, ListingRequest, ListingSink } from '../contract.ts';
import { makeMultisetPrint } from '../multiset-print.ts';
import { pagesOf } from '../s3/bucket.ts';
import { tellObject } from '../s3/bucket-object.ts';
import { rangeOf } from '../s3/range.ts';
import { sweep } from '../s3/sweep.ts';
import type { WebSession } from './session.ts';

export async function listBucketPages(
  session: WebSession,
  request: ListingRequest,
  cursor: string | null,
  sink: ListingSink,
  signal: AbortSignal,
): Promise<ListingOutcome> {
  const { place, includedPrefixes, excludedPrefixes } = session;
  const ranges = (includedPrefixes ?? ['']).map((prefix) => rangeOf(prefix === '' ? '' : `${prefix}/`));
  const print = makeMultisetPrint();
  const named = { prefix: '', excludedPrefixes };
  const trouble = await sweep(
    ranges,
    {
      ask: pagesOf(place.url, '', session.asker),
      name: place.url,
      width: session.connections,
      onObjects: (objects) => {
        for (const object of objects) tellObject(object, named, sink, print);
      },
      mayGoOn: () => null,
    },
    signal,
  );
  if (trouble !== null) return trouble;
  const fingerprint = print.finish();
  return {
    kind: 'complete',
    fingerprint,
    cursor,
    ...(fingerprint === request.known ? { isKnown: true as const } : {}),
  };
}
