// What all calls of one HTTP source have in common.

import type { Clock } from '../../../host/clock.ts';
import type { HttpClient } from '../../../host/http.ts';
import type { Logger } from '../../../host/logger.ts';
import type { Holdings, SourceMemory } from '../contract.ts';
import type { Reader } from '../reader.ts';
import { makeThrottle } from '../throttle.ts';
import { type Asker, makeAsker } from './asker.ts';
import { openReleaseFeed, type ReleaseFeed } from './feed/release-feed.ts';
import { makePageHabit, type PageHabit } from './page-habit.ts';
import { type WebPlace, webPlace } from './place.ts';
import { webReader } from './read.ts';

export type WebMode = 'listing' | 'feeds' | 'metadata' | 'release-feed' | 'inventory' | 'on-demand';

export interface WebOptions {
  /** `https://HOST/[FOLDER/]` */
  readonly url: string;
  readonly mode: WebMode;
  /** URL of a release feed; null: none. */
  readonly releaseFeed: string | null;
  /** Raw Ed25519 key, base64, that signs the inventory of an assay upstream; null in any other mode. */
  readonly publicKey: string | null;
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
  /** The caller's to close, after the last answer. */
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface WebSession extends Omit<WebOptions, 'releaseFeed'> {
  readonly place: WebPlace;
  readonly asker: Asker;
  readonly reader: Reader;
  readonly releaseFeed: ReleaseFeed | null;
  readonly pages: PageHabit;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function openSession(options: WebOptions, host: WebHost): WebSession {
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

type Asking = Pick<WebOptions, 'ca' | 'requestsPerSecond' | 'memory'>;

export function openAsker({ ca, requestsPerSecond, memory }: Asking, { http, clock, logger }: WebHost): Asker {
  return makeAsker({ ca, memory, http, clock, logger, pace: makeThrottle(requestsPerSecond, clock) });
}

/** The release feed beside an origin of another kind. */
export function releaseFeedOf(options: Asking, url: string, host: WebHost): ReleaseFeed {
  return openReleaseFeed(url, openAsker(options, host));
}
