// A web server whose root is a public bucket: swept like one.

import type { ListingOutcome, ListingRequest, ListingSink } from '../contract.ts';
import { makeMultisetPrint } from '../multiset-print.ts';
import { tellObject } from '../s3/bucket-object.ts';
import type { AskPage } from '../s3/joined-pages.ts';
import { rangeOf } from '../s3/range.ts';
import { sweep } from '../s3/sweep.ts';
import { troubleIn } from './asker.ts';
import { parseBucketPage } from './bucket-page.ts';
import type { WebSession } from './session.ts';

const PAGE_BYTES = 16 * 1024 * 1024;

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
      ask: pageAsker(session),
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

function pageAsker({ place, asker }: WebSession): AskPage {
  return async (after, count, signal) => {
    const url = new URL(place.url);
    url.search = String(
      new URLSearchParams({
        'list-type': '2',
        'encoding-type': 'url',
        'max-keys': String(count ?? 1000),
        'start-after': after,
      }),
    );
    const came = await asker.ask({ method: 'GET', url, ceilingBytes: PAGE_BYTES, keep: true }, signal);
    if (came.kind !== 'answer') return troubleIn(came, place.url);
    const page = parseBucketPage(came.answer.body.bytes);
    if (page === null) return troubleIn(came);
    return { kind: 'page', objects: page.entries, isLast: page.isLast };
  };
}
