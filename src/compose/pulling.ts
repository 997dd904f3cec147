// Pull-through: what a client asks for and is not here is fetched, proven, published, and then served. Serve processes only read: they ask the
// daemon's main process, which is the only one that fetches, and does each piece of work once however many ask for it.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { type Clock, SECOND } from '../host/clock.ts';
import { takeLock } from '../host/lock.ts';
import type { Logger } from '../host/logger.ts';
import { compileFilter } from '../maven/glob.ts';
import { type Arrival, takeIn } from '../mirror/pass/pass.ts';
import { type OnDemand, onDemandOrigin, type Wish, wishFor } from '../mirror/source/http/http.ts';
import { asArrivalOrigin } from './arrival-origin.ts';
import { foldersOf } from './folders.ts';
import { openGateCrew } from './gate-crew.ts';
import { isOnDemand } from './on-demand.ts';
import { type PassHost, passOptions, passRoom } from './pass-job.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { clientFor, webOptions } from './source-of.ts';

/** What became of a wish: it is served now, the origin has no such file, it is held back, or nobody could fetch it now. */
export type Pulled = 'published' | 'absent' | 'held' | 'unreachable';

export interface Pulling extends AsyncDisposable {
  pull(path: string): Promise<Pulled>;
}

type SourceConfig = Config['source'][number];

const FLIGHTS_CEILING = 256;
const ABSENT_CEILING = 50_000;
/** Another job holds the tree: a client waits no longer than it would for a slow origin. */
const LOCK_WAIT_MS = 20 * SECOND;
const GIB = 1024 ** 3;

/** Null: no source is asked on demand. */
export function startPulling(config: Config, host: PassHost, signal: AbortSignal): Pulling | null {
  const sources = config.source.filter(isOnDemand);
  const [first] = sources;
  if (first === undefined) return null;
  const folders = foldersOf(config.data);
  const home = join(folders.pulling, 'flights');
  rmSync(home, { recursive: true, force: true });
  const rooms = openRooms(folders, config.verify.quarantine_max_gib * GIB);
  const http = clientFor(config, first, host);
  const logger = host.logger.child({ room: 'source' });
  const origins = sources.map((source) => onDemandOrigin(webOptions(config, source, rooms), { ...host, http, logger }));
  const shelf = makeShelf(config, first, rooms, host, signal);
  const absent = makeAbsent(first.negative_cache_seconds * SECOND);
  const flights = new Map<string, Promise<Pulled>>();
  const fly = makeFly({ home, rooms, origins, shelf, absent, clock: host.clock, logger, signal });
  const { wants } = compileFilter(first);
  return {
    pull: (path) => pull(path, { rooms, wants, absent, flights, fly, clock: host.clock }),
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(flights.values());
      await shelf[Symbol.asyncDispose]();
      await http[Symbol.asyncDispose]();
      rooms[Symbol.dispose]();
    },
  };
}

type Fly = (wish: Wish, path: string) => Promise<Pulled>;

interface PullState {
  readonly rooms: Rooms;
  readonly wants: (path: string) => boolean;
  readonly absent: Absent;
  /** Under way, by the key of the wish. */
  readonly flights: Map<string, Promise<Pulled>>;
  readonly fly: Fly;
  readonly clock: Clock;
}

/** Each look at what is here comes first: whoever waited for the flight of another may find it done. */
async function pull(path: string, { rooms, wants, absent, flights, fly, clock }: PullState): Promise<Pulled> {
  for (;;) {
    const now = clock.now();
    if (rooms.inventory.row(path) !== null) return 'published';
    // Refused for good reasons, and not to be fetched again yet.
    if ((rooms.held.find(path)?.retryAt ?? 0) > now) return 'held';
    if (!wants(path) || rooms.takedowns.of(path) !== null || absent.knows(path, now)) return 'absent';
    const wish = wishFor(path, (each) => rooms.inventory.row(each) !== null);
    if (wish === null) return 'absent';
    const running = flights.get(wish.key);
    if (running === undefined) {
      if (flights.size >= FLIGHTS_CEILING) return 'unreachable';
      const flight = fly(wish, path).finally(() => flights.delete(wish.key));
      flights.set(wish.key, flight);
      return await flight;
    }
    const became = await running;
    if (became === 'unreachable') return became;
  }
}

interface FlightHost {
  /** A folder for each flight. */
  readonly home: string;
  readonly rooms: Rooms;
  readonly origins: readonly OnDemand[];
  readonly shelf: Shelf;
  readonly absent: Absent;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** From the origin to the tree. Whatever goes wrong is logged: a client is told that it should ask again. */
function makeFly({ home, rooms, origins, shelf, absent, clock, logger, signal }: FlightHost): Fly {
  let flown = 0;
  return async (wish, path) => {
    flown += 1;
    const folder = join(home, String(flown));
    mkdirSync(folder, { recursive: true });
    try {
      const brought = await bringFrom(origins, wish, folder, signal);
      if (brought === null) return 'unreachable';
      const arrivals = brought.files.map((file): Arrival => ({ ...file, place: join(folder, file.path) }));
      if (arrivals.length > 0) await shelf.takeIn(arrivals, brought.origin);
      if (rooms.inventory.row(path) !== null) return 'published';
      if (rooms.held.find(path) !== null) return 'held';
      if (brought.unreadable.includes(path)) return 'unreachable';
      absent.note(path, clock.now());
      return 'absent';
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error, path }, 'file that was asked for could not be taken in');
      return 'unreachable';
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

/** Sources are the same repository at other places: the next is asked only when one cannot be asked at all. */
async function bringFrom(origins: readonly OnDemand[], wish: Wish, folder: string, signal: AbortSignal) {
  for (const origin of origins) {
    const brought = await origin.bring(wish.paths, folder, signal);
    if (brought.kind === 'brought') return { ...brought, origin };
  }
  return null;
}

/** What the origin did not have lately. Short: what is deployed there should be here soon. */
interface Absent {
  knows(path: string, now: number): boolean;
  note(path: string, now: number): void;
}

function makeAbsent(forMs: number): Absent {
  const until = new Map<string, number>();
  return {
    knows: (path: string, now: number) => {
      const end = until.get(path) ?? 0;
      return now < end && end - now <= forMs;
    },
    note(path: string, now: number) {
      until.delete(path);
      until.set(path, now + forMs);
      const [oldest] = until.keys();
      if (until.size > ABSENT_CEILING && oldest !== undefined) until.delete(oldest);
    },
  };
}

interface Shelf extends AsyncDisposable {
  /** On return the arrivals are judged, and what was accepted is published. */
  takeIn(arrivals: readonly Arrival[], origin: OnDemand): Promise<void>;
}

interface Waiting {
  readonly arrivals: readonly Arrival[];
  readonly origin: OnDemand;
  readonly done: PromiseWithResolvers<void>;
}

/** Whatever has come while the tree was at work is taken in together: the disk is waited for once. */
function makeShelf(config: Config, source: SourceConfig, rooms: Rooms, host: PassHost, signal: AbortSignal): Shelf {
  const folders = foldersOf(config.data);
  const crew = openGateCrew(config, rooms, host);
  let waiting: Waiting[] = [];
  let running: Promise<void> | null = null;
  const takeAll = async () => {
    while (waiting.length > 0) {
      const batch = waiting.filter(({ origin }) => origin === waiting[0]?.origin);
      waiting = waiting.filter((each) => !batch.includes(each));
      try {
        await takeBatch(batch);
        for (const { done } of batch) done.resolve();
      } catch (error) {
        for (const { done } of batch) done.reject(error);
      }
    }
  };
  const takeBatch = async (batch: readonly Waiting[]) => {
    const { digesters, signing } = await crew.ready(signal);
    using _lock = await takeLock(folders.lock, 'pull', LOCK_WAIT_MS, host.clock, signal);
    const arrivals = new Map(batch.flatMap((each) => each.arrivals.map((arrival) => [arrival.path, arrival])));
    const request = { verb: 'pull', waitSeconds: 0, acceptPlan: null, seed: null, keepsWindow: false };
    const options = passOptions(config, source, request, host.clock.now(), signing);
    const room = passRoom(config, source, rooms, digesters, host, signing);
    await using _source = room.source;
    const [first] = batch;
    if (first !== undefined) await takeIn([...arrivals.values()], asArrivalOrigin(first.origin), options, room, signal);
  };
  return {
    async takeIn(arrivals, origin) {
      const done = Promise.withResolvers<void>();
      waiting.push({ arrivals, origin, done });
      running ??= takeAll().finally(() => {
        running = null;
      });
      await done.promise;
    },
    async [Symbol.asyncDispose]() {
      await running;
      await crew[Symbol.asyncDispose]();
    },
  };
}
