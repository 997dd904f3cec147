// The HTTP source: a web server, a CDN, a repository manager, or another assay. They differ in how they are listed; files are read alike.

import type { ListingOutcome, ListingRequest, ListingSink, Promises, Source } from '../contract.ts';
import { compareByTag } from '../differing.ts';
import { fetchFiles } from '../fetch-files.ts';
import { listFeeds } from './list-feeds.ts';
import { listFolders } from './list-folders.ts';
import { listHeld } from './list-held.ts';
import { listInventory } from './list-inventory.ts';
import { listMetadata } from './list-metadata.ts';
import { listReleases } from './list-releases.ts';
import { openSession, type WebHost, type WebMode, type WebOptions, type WebSession } from './session.ts';

export { parseBucketPage } from './bucket-page.ts';
export { type OnDemand, onDemandOrigin } from './on-demand.ts';
export { type OriginFacts, originFacts } from './origin-facts.ts';
export { releaseFeedOf, type WebHost, type WebMode, type WebOptions } from './session.ts';
export { type Wish, wishFor } from './wish.ts';

type Lister = (
  session: WebSession,
  request: ListingRequest,
  sink: ListingSink,
  signal: AbortSignal,
) => Promise<ListingOutcome>;

/** A source over HTTP. Nothing is asked before the first call. All that the origin can do wrong is a value. */
export function httpSource(options: WebOptions, host: WebHost): Source {
  const session = openSession(options, host);
  const { place, reader } = session;
  const list = LISTERS[options.mode];
  return {
    url: place.url,
    promises: promisesOf(options.mode),
    list: (request, sink, signal) => list(session, request, sink, signal),
    fetch: (request, onStaged, signal) => fetchFiles(reader, session, place.url, request, onStaged, signal),
    // The digests of an inventory are in each of its listings: what differs is seen there.
    differing: async (paths, folder, signal) =>
      options.mode === 'inventory'
        ? { kind: 'compared', paths: [] }
        : await compareByTag(reader, session, paths, folder, signal),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

const LISTERS: Readonly<Record<WebMode, Lister>> = {
  listing: listFolders,
  feeds: listFeeds,
  metadata: listMetadata,
  'release-feed': listReleases,
  inventory: listInventory,
  'on-demand': listHeld,
};

function promisesOf(mode: WebMode): Promises {
  const isInventory = mode === 'inventory';
  return {
    sizes: isInventory,
    times: isInventory,
    digests: isInventory,
    deletions: mode === 'listing' || isInventory,
    atomic: isInventory,
    listsAll: mode !== 'on-demand',
    folders: false,
  };
}
