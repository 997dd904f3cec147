// The HTTP source: a web server, a CDN, a repository manager, or another assay. They differ in how they are listed; files are read alike.

import type { Clock } from '../../../host/clock.ts';
import type { HttpClient } from '../../../host/http.ts';
import type { Logger } from '../../../host/logger.ts';
import type {
  Holdings,
  ListingOutcome,
  ListingRequest,
  ListingSink,
  Promises,
  Source,
  SourceMemory,
} from '../contract.ts';
import { compareByTag } from '../differing.ts';
import { fetchFiles } from '../fetch-files.ts';
import type { Reader } from '../reader.ts';
import { makeThrottle } from '../throttle.ts';
import { type Asker, makeAsker } from './asker.ts';
import { makePageHabit, type PageHabit } from './discover.ts';
import { openReleaseFeed, type ReleaseFeed } from './feed/release-feed.ts';
import { listFeeds } from './list-feeds.ts';
import { listFolders } from './list-folders.ts';
import { listHeld } from './list-held.ts';
import { listInventory } from './list-inventory.ts';
import { listMetadata } from './list-metadata.ts';
import { listReleases } from './list-releases.ts';
import { type WebPlace, webPlace } from './place.ts';
import { webReader } from './read.ts';

export type WebMode = 'listing' | 'feeds' | 'metadata' | 'release-feed' | 'inventory' | 'on-demand';

export interface WebOptions {
  /** `https://HOST/[FOLDER/]` */
  readonly url: string;
  readonly mode: WebMode;
  /** URL of a release feed; null: none. */
  readonly releaseFeed: string | null;
  /** PEM of the authorities that are trusted instead of the public ones. */
  readonly ca: string | null;
  /** Files at a time. */
  readonly connections: number;
  /** 0: no limit. */
  readonly requestsPerSecond: number;
  readonly maxFileBytes: number;
  /** Absolute, on the file system of the published tree. */
  readonly staging: string;
  /** A private folder for feeds on their way. */
  readonly scratch: string;
  readonly includedPrefixes: readonly string[] | null;
  readonly excludedPrefixes: readonly string[];
  readonly holdings: Holdings;
  readonly memory: SourceMemory;
  /** Asked at the start of each fetch; 0 is no limit. */
  bandwidthKibPerSecond(now: number): number;
}

export interface WebHost {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a call works with. */
export interface WebSession extends Omit<WebOptions, 'releaseFeed'> {
  readonly place: WebPlace;
  readonly asker: Asker;
  readonly reader: Reader;
  readonly releaseFeed: ReleaseFeed | null;
  readonly pages: PageHabit;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Lister = (
  session: WebSession,
  request: ListingRequest,
  sink: ListingSink,
  signal: AbortSignal,
) => Promise<ListingOutcome>;

/** A source over HTTP. Nothing is asked before the first call; the client is the caller's to close. All that the origin can do wrong is a value. */
export function httpSource(options: WebOptions, host: WebHost): Source {
  const session = openSession(options, host);
  const { place, reader } = session;
  const list = LISTERS[options.mode];
  return {
    url: place.url,
    promises: promisesOf(options.mode),
    list: (request, sink, signal) => list(session, request, sink, signal),
    fetch: (request, onStaged, signal) => fetchFiles(reader, session, place.url, request, onStaged, signal),
    differing: (paths, folder, signal) => compareByTag(reader, session, paths, folder, signal),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

type Asking = Pick<WebOptions, 'ca' | 'requestsPerSecond' | 'memory'>;

/** The release feed beside an origin of another kind. */
export function releaseFeedOf(options: Asking, url: string, host: WebHost): ReleaseFeed {
  return openReleaseFeed(url, openAsker(options, host));
}

function openAsker({ ca, requestsPerSecond, memory }: Asking, { http, clock, logger }: WebHost): Asker {
  return makeAsker({ ca, memory, http, clock, logger, pace: makeThrottle(requestsPerSecond, clock) });
}

function openSession(options: WebOptions, host: WebHost): WebSession {
  const place = webPlace(options.url);
  const logger = host.logger.child({ room: 'source' });
  const asker = openAsker(options, { ...host, logger });
  return {
    ...options,
    place,
    asker,
    reader: webReader(place, asker),
    releaseFeed: options.releaseFeed === null ? null : openReleaseFeed(options.releaseFeed, asker),
    pages: makePageHabit(),
    clock: host.clock,
    logger,
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
  return {
    sizes: false,
    times: false,
    digests: false,
    deletions: mode === 'listing',
    atomic: false,
    listsAll: mode !== 'on-demand',
    folders: false,
  };
}
