// A target of `push` as the configuration describes it: options mapped, the store opened, its lock held, its CDN told.

import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { type Clock, DAY, SECOND } from '../host/clock.ts';
import { CodedError, isDiskFull } from '../host/error.ts';
import { takeLock } from '../host/lock.ts';
import type { Logger } from '../host/logger.ts';
import { type ObjectStore, openObjectStore, type StoreCredentials } from '../host/object-store.ts';
import { type PurgeOptions, purge } from '../mirror/push/purge/purge.ts';
import {
  openTargetRecord,
  type PushEvent,
  type PushOptions,
  type PushRoom,
  type TargetRecord,
} from '../mirror/push/push.ts';
import { writing } from '../state/open.ts';
import { type Carrier, type DeadRow, type Delivery, deliverDue } from '../state/outbox.ts';
import { foldersOf } from './folders.ts';
import { askPublic, httpFor, urlOf } from './push-public.ts';
import { openRooms, type Rooms } from './rooms.ts';

export type Target = Config['push'][number];
export type BucketTarget = Extract<Target, { kind: 's3' }>;

export interface PushHost {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onPush: (event: PushEvent) => void;
}

export interface PushRequest {
  readonly verb: string;
  readonly waitSeconds: number;
  readonly acceptPlan: string | null;
  readonly reconcile: boolean;
}

/** What a CDN is told waits so long for it to answer. */
const PURGE_KEPT_MS = 7 * DAY;
const FIRST_PAUSE_MS = 30 * SECOND;
export const PURGE_TOPIC = 'purge';

/** Opens the rooms under the target's own lock. Throws `busy`, and `disk-full` when there was no room for what was to be written down. */
export async function withTarget<T>(
  config: Config,
  target: Target,
  request: Pick<PushRequest, 'verb' | 'waitSeconds'>,
  host: Pick<PushHost, 'clock'>,
  signal: AbortSignal,
  work: (rooms: Rooms, record: TargetRecord) => Promise<T>,
): Promise<T> {
  const folders = foldersOf(config.data);
  try {
    using rooms = openRooms(folders, Number.POSITIVE_INFINITY);
    const lock = join(config.data, `push-${target.name}.lock`);
    using _lock = await takeLock(lock, request.verb, request.waitSeconds * SECOND, host.clock, signal);
    return await work(rooms, openTargetRecord(rooms.database, target.name));
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    throw new CodedError('disk-full', `No room was left in ${config.data} for what is known of ${target.name}.`, {
      cause,
      path: config.data,
      remedy: 'Make room in the data directory; the next push goes on, and asks the store for what was not noted.',
    });
  }
}

export function placeOf(target: Target, config: Config): string {
  if (target.kind === 'purge') return urlOf(target.purge.url, config);
  const at = target.endpoint === null ? '' : ` at ${new URL(target.endpoint).host}`;
  return `s3://${target.bucket}/${target.prefix}${at}`;
}

export function pushOptions(config: Config, target: BucketTarget, request: PushRequest): PushOptions {
  const folders = foldersOf(config.data);
  return {
    target: target.name,
    place: placeOf(target, config),
    prefix: target.prefix,
    published: folders.published,
    scratchFile: join(folders.scratch, `push-${target.name}.db`),
    checksums: target.checksums,
    connections: target.connections,
    removal: { maxFiles: config.removal.max_files, maxRatio: config.removal.max_ratio },
    acceptPlan: request.acceptPlan,
    hasCdn: target.purge !== null,
    reconcile: request.reconcile,
    historyMs: config.history_days * DAY,
  };
}

/** Its store is closed by whoever disposes of the room. */
export async function pushRoom(
  config: Config,
  target: BucketTarget,
  rooms: Rooms,
  record: TargetRecord,
  host: PushHost,
): Promise<PushRoom & Disposable> {
  const store = await openStore(target, host.clock);
  const logger = host.logger.child({ room: 'push', target: target.name });
  const { inventory, takedowns, findings } = rooms;
  return {
    ...{ store, record, inventory, takedowns, findings, logger },
    askPublic: askPublic(config, target, host),
    clock: host.clock,
    onEvent: host.onPush,
    onStep: (step) => logger.debug({ step }, 'push went on'),
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

export async function openStore(target: BucketTarget, clock: Clock): Promise<ObjectStore> {
  return await openObjectStore(
    {
      bucket: target.bucket,
      region: target.region,
      endpoint: target.endpoint,
      pathStyle: target.path_style,
      credentials: credentialsOf(target.credentials_file),
      // The sums that we send ourselves are stronger, and no store takes them for part of the body.
      checksums: 'asked',
      connections: target.connections,
    },
    clock,
  );
}

export function credentialsOf(file: string | null): StoreCredentials {
  return file === null ? { kind: 'chain' } : { kind: 'file', path: file };
}

/** What came of telling a CDN. */
export type Told = { readonly kind: 'told' } | { readonly kind: 'later' | 'refused'; readonly reason: string };

/**
 * Tells the CDN of a target what it may still have as it was, at once. What it does not take waits in the outbox; and it stands in the target's
 * own table in any case. Whoever calls holds the target's lock, so that nothing becomes stale meanwhile.
 */
export async function tellCdn(
  config: Config,
  target: Target,
  rooms: Rooms,
  record: TargetRecord,
  host: Pick<PushHost, 'clock'>,
  signal: AbortSignal,
): Promise<Told> {
  const delivery = await purgeNow(config, target, record, host, signal);
  if (delivery.kind === 'sent') {
    // What was refused before has been said now: its message goes the way of all others.
    for (const { key } of refused(target.name, rooms))
      rooms.outbox.revive(key, Number.MAX_SAFE_INTEGER, host.clock.now());
    return { kind: 'told' };
  }
  askForPurge(target, rooms, record, host.clock.now());
  return { kind: delivery.kind === 'dead' ? 'refused' : 'later', reason: delivery.reason };
}

/** The same when its time has come again. */
export async function tellCdnAgain(
  config: Config,
  target: Target,
  rooms: Rooms,
  record: TargetRecord,
  host: Pick<PushHost, 'clock'>,
  signal: AbortSignal,
): Promise<Told> {
  let told: Told = { kind: 'told' };
  const carrier: Carrier = {
    clock: host.clock,
    send: (_row, until) => purgeNow(config, target, record, host, until),
    onTrouble: (_row, delivery) => {
      if (delivery.kind !== 'sent')
        told = { kind: delivery.kind === 'dead' ? 'refused' : 'later', reason: delivery.reason };
    },
  };
  // Also what a kill kept from being asked for.
  askForPurge(target, rooms, record, host.clock.now());
  // A carrier is asked for every destination of its topic: others' messages are left to those who hold their lock.
  const ours = { ...rooms.outbox, destinations: () => [target.name] };
  await deliverDue(ours, PURGE_TOPIC, carrier, signal);
  return told;
}

async function purgeNow(
  config: Config,
  target: Target,
  record: TargetRecord,
  host: Pick<PushHost, 'clock'>,
  signal: AbortSignal,
): Promise<Delivery> {
  const options = purgeOptions(target, config);
  if (options === null || record.stale(1).length === 0) return { kind: 'sent' };
  await using http = httpFor(config, host);
  return await purge(record, options, { http, clock: host.clock }, signal);
}

/** One message a target is enough: whenever it is delivered it carries all that there is. One that was refused stays, for all to see. */
function askForPurge({ name, purge: told }: Target, rooms: Rooms, record: TargetRecord, now: number): void {
  if (told === null || record.stale(1).length === 0 || waits(name, rooms)) return;
  const message = { topic: PURGE_TOPIC, key: `purge ${name} ${now}`, destination: name, body: '' };
  const times = { notBefore: now + FIRST_PAUSE_MS, expiresAt: now + PURGE_KEPT_MS };
  writing(rooms.database, () => rooms.outbox.put({ ...message, ...times }, now));
}

function waits(name: string, rooms: Rooms): boolean {
  return (
    refused(name, rooms).length > 0 || rooms.outbox.destinations(PURGE_TOPIC, Number.MAX_SAFE_INTEGER).includes(name)
  );
}

/** The messages of a target that its CDN would never take. */
export function refused(name: string, { outbox }: Pick<Rooms, 'outbox'>): DeadRow[] {
  return outbox.dead(PURGE_TOPIC).filter(({ destination }) => destination === name);
}

export function purgeOptions(target: Target, config: Config): PurgeOptions | null {
  const { purge: told } = target;
  if (told === null) return null;
  const common = { url: urlOf(told.url, config), absent: told.absent, skipSeconds: told.skip_seconds };
  switch (told.kind) {
    case 'fastly':
      return {
        ...common,
        kind: 'fastly',
        service: told.service,
        tokenFile: told.token_file,
        by: told.by,
        soft: told.soft,
        api: bare(told.api),
      };
    case 'cloudflare':
      return {
        ...common,
        kind: 'cloudflare',
        zone: told.zone,
        tokenFile: told.token_file,
        by: told.by,
        api: bare(told.api),
      };
    case 'cloudfront':
      return {
        ...common,
        kind: 'cloudfront',
        distribution: told.distribution,
        credentials: credentialsOf(told.credentials_file),
        api: told.api,
      };
    case 'command':
      return { ...common, kind: 'command', command: told.argv };
  }
}

function bare(url: string): string {
  return url.replace(/\/+$/, '');
}
