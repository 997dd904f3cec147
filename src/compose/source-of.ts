// A source as the configuration describes it.

import { readFileSync } from 'node:fs';
import { endOfHours, parseHours } from '../config/hours.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../host/clock.ts';
import { CodedError, systemCode } from '../host/error.ts';
import { type HttpClient, openHttp, userAgentOf } from '../host/http.ts';
import type { Logger } from '../host/logger.ts';
import { openObjectStore, type StoreCredentials } from '../host/object-store.ts';
import { compileFilter } from '../maven/glob.ts';
import { type Confirm, confirmOverHttps } from '../mirror/source/confirm.ts';
import type { Holdings, Source, SourceMemory } from '../mirror/source/contract.ts';
import { httpSource, releaseFeedOf, type WebHost, type WebOptions } from '../mirror/source/http/http.ts';
import { rsyncSource } from '../mirror/source/rsync/rsync.ts';
import {
  type Bucket,
  type BucketPlace,
  openStoreBucket,
  openWebBucket,
  parseBucketUrl,
  s3Source,
} from '../mirror/source/s3/s3.ts';
import { foldersOf } from './folders.ts';
import { isOnDemand } from './on-demand.ts';
import type { Rooms } from './rooms.ts';
import { ownVersion } from './version.ts';

type SourceConfig = Config['source'][number];

interface SourceHost {
  readonly clock: Clock;
  readonly logger: Logger;
}

const MIB = 1024 * 1024;
const POLITE_REQUESTS_PER_SECOND = 10;

/** Nothing is opened before it is first asked. Who disposes of the source gives up all of it. Throws `ca-unreadable`. */
export function originOf(
  config: Config,
  source: SourceConfig,
  rooms: Rooms,
  host: SourceHost,
): { readonly source: Source; readonly confirm: Confirm | null } {
  const own = sourceOf(config, source, rooms, host);
  if (source.confirm === null) return { source: own, confirm: null };
  const http = clientFor(config, source, host);
  const confirm = confirmOverHttps(
    {
      url: source.confirm,
      ca: authoritiesOf(source),
      connections: source.connections,
      requestsPerSecond: paceOf(source),
      maxFileBytes: source.max_file_mib * MIB,
      memory: memoryOf(source.confirm, rooms),
    },
    { http, clock: host.clock, logger: host.logger.child({ room: 'source' }) },
  );
  return { source: closingToo(own, http), confirm };
}

function sourceOf(config: Config, source: SourceConfig, rooms: Rooms, host: SourceHost): Source {
  switch (source.kind) {
    case 'rsync':
      return rsyncOf(config, source, rooms, host);
    case 's3':
      return bucketOf(config, source, rooms, host);
    case 'http':
      return webOf(config, source, rooms, host);
  }
}

function rsyncOf(config: Config, source: SourceConfig, rooms: Rooms, host: SourceHost): Source {
  const folders = foldersOf(config.data);
  const filter = compileFilter(source);
  return rsyncSource(
    {
      url: source.url,
      passwordFile: source.password_file,
      ssh:
        source.ssh === null
          ? null
          : { user: source.ssh.user, keyFile: source.ssh.key_file, knownHosts: source.ssh.known_hosts },
      ioTimeoutSeconds: source.io_timeout_seconds,
      bandwidthKibPerSecond: (now) => bandwidthAt(source, now),
      maxFileBytes: source.max_file_mib * MIB,
      staging: folders.staging,
      scratch: folders.scratch,
      lastGoodAddresses: {
        read: (name) => JSON.parse(rooms.history.recall(`addresses ${name}`) ?? '[]') as string[],
        write: (name, addresses) => rooms.history.remember(`addresses ${name}`, JSON.stringify(addresses)),
      },
      excludedPrefixes: filter.excludedPrefixes,
      confinement: 'auto',
    },
    host,
  );
}

function bucketOf(config: Config, source: SourceConfig, rooms: Rooms, host: SourceHost): Source {
  const place = parseBucketUrl(source.url);
  if (place === null) throw new TypeError('a bucket without a name passed the checks of the configuration');
  const http = clientFor(config, source, host);
  const web = webOptions(config, source, rooms);
  const bucket = s3Source(
    {
      place,
      open: async () => await openBucket(place, source, web, { ...host, http }),
      releaseFeed: source.release_feed === null ? null : releaseFeedOf(web, source.release_feed, { ...host, http }),
      ...reading(config, source),
    },
    host,
  );
  return closingToo(bucket, http);
}

/** Whoever is somebody signs; for a public bucket nobody need be. */
async function openBucket(place: BucketPlace, source: SourceConfig, web: WebOptions, host: WebHost): Promise<Bucket> {
  const where = { region: source.region, endpoint: source.endpoint, pathStyle: source.path_style };
  const credentials = credentialsOf(source);
  if (credentials === null) return openWebBucket({ place, ...where, ca: web.ca, memory: web.memory }, host);
  const { requester_pays: requesterPays, connections } = source;
  const store = { ...where, bucket: place.bucket, credentials, requesterPays, connections };
  return await openStoreBucket(place, await openObjectStore(store, host.clock));
}

function webOf(config: Config, source: SourceConfig, rooms: Rooms, host: SourceHost): Source {
  const http = clientFor(config, source, host);
  return closingToo(httpSource(webOptions(config, source, rooms), { ...host, http }), http);
}

export function webOptions(config: Config, source: SourceConfig, rooms: Rooms): WebOptions {
  return {
    url: source.url,
    mode: source.mode ?? 'listing',
    releaseFeed: source.release_feed,
    publicKey: source.public_key,
    ca: authoritiesOf(source),
    requestsPerSecond: paceOf(source),
    scratch: foldersOf(config.data).scratch,
    holdings: holdingsOf(rooms),
    memory: memoryOf(source.url, rooms),
    ...reading(config, source),
  };
}

/** What reading single files needs, whoever sends them. */
function reading(config: Config, source: SourceConfig) {
  const { includedPrefixes, excludedPrefixes } = compileFilter(source);
  return {
    connections: source.connections,
    maxFileBytes: source.max_file_mib * MIB,
    staging: foldersOf(config.data).staging,
    includedPrefixes,
    excludedPrefixes,
    bandwidthKibPerSecond: (now: number) => bandwidthAt(source, now),
  };
}

/** Says who we are, and leaves a host alone that does not answer. Opens no connection before it is asked. */
export function clientFor(config: Config, source: SourceConfig, { clock }: SourceHost): HttpClient {
  const idleMs = source.io_timeout_seconds * 1000;
  return openHttp({
    userAgent: userAgentOf(ownVersion(), config.contact),
    clock,
    chance: Math.random,
    connections: source.connections,
    deadlines: { idleMs, headersMs: idleMs, totalMs: source.run_timeout_seconds * 1000 },
  });
}

/** What clients ask for on demand comes at their pace, as it would at the origin itself. */
function paceOf(source: SourceConfig): number {
  return source.requests_per_second ?? (isOnDemand(source) ? 0 : POLITE_REQUESTS_PER_SECOND);
}

function closingToo(source: Source, http: HttpClient): Source {
  return {
    ...source,
    [Symbol.asyncDispose]: async () => {
      await source[Symbol.asyncDispose]();
      await http[Symbol.asyncDispose]();
    },
  };
}

function credentialsOf(source: SourceConfig): StoreCredentials | null {
  if (source.credentials_file !== null) return { kind: 'file', path: source.credentials_file };
  return source.machine_role ? { kind: 'chain' } : null;
}

function holdingsOf({ inventory }: Rooms): Holdings {
  return {
    file(path) {
      const row = inventory.row(path);
      return row === null ? null : { size: row.size, mtime: row.originMtime, md5: row.md5?.toString('hex') ?? null };
    },
    isAnyBelow: inventory.isAnyBelow,
    pathsAfter: inventory.pathsAfter,
  };
}

function memoryOf(url: string, { history }: Rooms): SourceMemory {
  return {
    recall: (key) => history.recall(`memory ${url} ${key}`),
    remember: (key, value) => history.remember(`memory ${url} ${key}`, value),
  };
}

function authoritiesOf({ ca_file: path }: SourceConfig): string | null {
  if (path === null) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CodedError('ca-unreadable', `Could not read ${path} (${systemCode(cause) ?? 'unknown'}).`, {
      cause,
      path,
      remedy: 'Look at `ca_file` and the rights of the file that it names.',
    });
  }
}

function bandwidthAt(source: SourceConfig, now: number): number {
  const limit = source.bandwidth_kib_per_second;
  if (typeof limit === 'number') return limit;
  return limit.find(({ hours }) => isWithin(hours, now))?.kib_per_second ?? 0;
}

function isWithin(text: string, now: number): boolean {
  const hours = parseHours(text);
  return hours !== null && endOfHours(hours, now) !== null;
}
