// A pass as the configuration describes it: options mapped, rooms opened, the lock held, sources tried in order.

import { createHash } from 'node:crypto';
import { availableParallelism, userInfo } from 'node:os';
import { endOfHours, parseHours } from '../config/hours.ts';
import type { Config } from '../config/schema.ts';
import { type Clock, DAY, HOUR, SECOND } from '../host/clock.ts';
import { CodedError, isDiskFull } from '../host/error.ts';
import { takeLock } from '../host/lock.ts';
import type { Logger } from '../host/logger.ts';
import { compileFilter } from '../maven/glob.ts';
import { type PassEvent, type PassOptions, type PassOutcome, type PassRoom, runPass } from '../mirror/pass/pass.ts';
import { openJournal, type PublishRoom } from '../mirror/publish/publish.ts';
import { type Digesters, startDigesters } from '../mirror/verify/digest.ts';
import type { Signing } from '../mirror/verify/signature.ts';
import { fetchAhead } from './fetch-ahead.ts';
import { foldersOf } from './folders.ts';
import { isOnDemand } from './on-demand.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { openSigning } from './signing.ts';
import { originOf } from './source-of.ts';
import { ownVersion } from './version.ts';

type SourceConfig = Config['source'][number];

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

export interface PassHost {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onEvent: (event: PassEvent) => void;
}

export interface PassRequest {
  readonly verb: string;
  readonly waitSeconds: number;
  readonly acceptPlan: string | null;
  readonly seed: string | null;
  /** A pass of the schedule keeps to `source.window`; one that an operator asks for does not. */
  readonly keepsWindow: boolean;
}

export interface PassReport {
  readonly outcome: PassOutcome;
  readonly sourceUrl: string;
}

/** Runs a pass under the lock. Throws `busy` when another job holds the tree for longer than the request waits. */
export async function passOnce(
  config: Config,
  request: PassRequest,
  host: PassHost,
  signal: AbortSignal,
): Promise<PassReport> {
  const [first] = config.source;
  const ahead = first !== undefined && isOnDemand(first) ? await fetchAhead(config, first, host, signal) : null;
  await using _ahead = ahead;
  return await withSignedTree(config, request, host, signal, async (rooms, digesters, signing) => {
    let report: PassReport | null = null;
    for (const source of config.source) {
      const own = passRoom(config, source, rooms, digesters, host, signing);
      await using _source = own.source;
      const room = ahead !== null && source === first ? { ...own, source: ahead } : own;
      const outcome = await runPass(passOptions(config, source, request, host.clock.now(), signing), room, signal);
      report = { outcome, sourceUrl: room.source.url };
      noteSource(rooms, room.source.url, outcome);
      // The next source is tried only when this one did not even list: half a pass is finished where it was begun.
      if (outcome.end !== 'trouble' || outcome.listed > 0) break;
    }
    if (report === null) throw new Error('a configuration without a source passed its checks');
    return report;
  });
}

/** As `withTree`, for what judges files: with everything that signatures are judged by. Throws what `openSigning` throws, too. */
export async function withSignedTree<T>(
  config: Config,
  request: Pick<PassRequest, 'verb' | 'waitSeconds'>,
  host: PassHost,
  signal: AbortSignal,
  work: (rooms: Rooms, digesters: Digesters, signing: Signing | null) => Promise<T>,
): Promise<T> {
  return await withTree(config, request.verb, request.waitSeconds, host, signal, async (rooms) => {
    const logger = host.logger.child({ room: 'verify' });
    const signing = await openSigning(config, rooms.signatures, host.clock.now(), logger, signal);
    await using digesters = startDigesters(threadsHere(), keysOf(signing));
    return await work(rooms, digesters, signing);
  });
}

/** Opens the rooms under the tree's lock for as long as `work` runs. Throws `busy`, and `disk-full` when there was no room for what was written. */
export async function withTree<T>(
  config: Config,
  verb: string,
  waitSeconds: number,
  host: Pick<PassHost, 'clock'>,
  signal: AbortSignal,
  work: (rooms: Rooms, digesters: Digesters) => Promise<T>,
): Promise<T> {
  return await tellingFullDisk(config, () => underLock(config, verb, waitSeconds, host, signal, work));
}

/** Throws `disk-full` in the words of an operator when `work` found no room. */
export async function tellingFullDisk<T>(config: Config, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    throw new CodedError('disk-full', `No room was left in ${config.data}; everything published stays served.`, {
      cause,
      path: config.data,
      remedy: 'Make room in the data directory; the next pass goes on where this one stopped.',
    });
  }
}

async function underLock<T>(
  config: Config,
  verb: string,
  waitSeconds: number,
  host: Pick<PassHost, 'clock'>,
  signal: AbortSignal,
  work: (rooms: Rooms, digesters: Digesters) => Promise<T>,
): Promise<T> {
  const folders = foldersOf(config.data);
  using rooms = openRooms(folders, config.verify.quarantine_max_gib * GIB);
  using _lock = await takeLock(folders.lock, verb, waitSeconds * SECOND, host.clock, signal);
  await using digesters = startDigesters(threadsHere());
  return await work(rooms, digesters);
}

function threadsHere(): number {
  return Math.min(2, availableParallelism());
}

/** Every key that may have signed something. */
export function keysOf(signing: Signing | null) {
  return (signing?.judges.keyset.certificates ?? []).flatMap(({ keys }) => keys);
}

/** The source that a verb about this machine alone is configured by; `sync` and `daemon` refuse a configuration without one. */
export function firstSource(config: Config): SourceConfig {
  const source = config.source[0];
  if (source !== undefined) return source;
  throw new CodedError('config-no-source', 'The configuration has no source.', {
    path: 'source',
    remedy: 'Add the section `source`.',
  });
}

/** What changes the published tree: a pass, a takedown, a restore. */
export function publishRoom(config: Config, rooms: Rooms, logger: Logger): PublishRoom {
  const folders = foldersOf(config.data);
  const own = logger.child({ room: 'publish' });
  return {
    folders: { published: folders.published, settling: folders.settling, quarantined: rooms.quarantine.fileOf },
    journal: openJournal(rooms.database),
    inventory: rooms.inventory,
    signatures: rooms.signatures,
    logger: own,
    knownDigests: folders.ledger,
    onStep: (step) => own.debug({ step }, 'publication went on'),
  };
}

export function passRoom(
  config: Config,
  source: SourceConfig,
  rooms: Rooms,
  digesters: Digesters,
  host: PassHost,
  signing: Signing | null = null,
): PassRoom {
  const logger = host.logger.child({ room: 'pass' });
  return {
    ...rooms,
    publishing: publishRoom(config, rooms, host.logger),
    digesters,
    signing,
    ...originOf(config, source, rooms, host),
    clock: host.clock,
    logger,
    onEvent: host.onEvent,
  };
}

export function passOptions(
  config: Config,
  source: SourceConfig,
  request: PassRequest,
  now: number,
  signing: Signing | null = null,
): PassOptions {
  const folders = foldersOf(config.data);
  const window = request.keepsWindow && source.window !== null ? parseHours(source.window) : null;
  const windowEnd = window === null ? null : endOfHours(window, now);
  const relevant = {
    kind: source.kind,
    url: source.url,
    mode: source.mode,
    confirm: source.confirm,
    include: source.include,
    exclude: source.exclude,
    max: source.max_file_mib,
    verify: { ...config.verify, scrub_schedule: null, scrub_mib_per_second: 0, scrub_repair: false },
    // Under `require` a key or a line that came may let through what was refused.
    signing: signing?.mode === 'require' ? signing.versions : null,
  };
  return {
    name: config.name,
    contact: config.contact,
    version: ownVersion(),
    actor: userInfo().username,
    folders,
    policy: {
      upstreamSums: config.verify.upstream_sums,
      settleMs: config.verify.settle_hours * HOUR,
      maxFileBytes: source.max_file_mib * MIB,
      signatures: config.verify.signatures,
    },
    wants: compileFilter(source).wants,
    policyDigest: createHash('sha256').update(JSON.stringify(relevant)).digest('hex'),
    minFreeBytes: source.min_free_gib * GIB,
    rotationMs: source.checksum_rotation_days * DAY,
    sweepMs: source.sweep_hours * HOUR,
    removal: {
      maxFiles: config.removal.max_files,
      maxRatio: config.removal.max_ratio,
      holdMs: config.removal.hold_days * DAY,
      snapshotHoldMs: config.removal.snapshot_hold_days * DAY,
    },
    historyMs: config.history_days * DAY,
    deadline: Math.min(now + source.run_timeout_seconds * SECOND, windowEnd ?? Number.POSITIVE_INFINITY),
    acceptPlan: request.acceptPlan,
    seed: request.seed,
  };
}

/** How a source answered the last pass; times are milliseconds since 1970. */
export interface SourceNote {
  readonly reachable: boolean;
  readonly at: number;
  /** Since when it has been so; older notes do not say. */
  readonly since?: number;
  readonly sentence: string | null;
}

/** Null when it was never asked. */
export function sourceNote(rooms: Pick<Rooms, 'history'>, url: string): SourceNote | null {
  const text = rooms.history.recall(`source ${url}`);
  return text === null ? null : (JSON.parse(text) as SourceNote);
}

function noteSource(rooms: Rooms, url: string, outcome: PassOutcome): void {
  const reachable = outcome.end !== 'trouble' || outcome.listed > 0;
  const before = sourceNote(rooms, url);
  const since = before?.reachable === reachable ? (before.since ?? before.at) : outcome.startedAt;
  const note: SourceNote = { reachable, at: outcome.startedAt, since, sentence: reachable ? null : outcome.sentence };
  rooms.history.remember(`source ${url}`, JSON.stringify(note));
}
