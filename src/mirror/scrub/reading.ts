// Every published file read again, in path order, beside its row.

import { writing } from '../../state/open.ts';
import type { InventoryRow } from '../inventory/row.ts';
import type { Reread } from '../verify/digest.ts';
import { accuse, clear } from './accusation.ts';
import { type Fault, faultOf } from './fault.ts';
import type { ScrubRecord } from './history.ts';
import type { ScrubOptions, ScrubRoom } from './room.ts';

/** What one write transaction may hold, and what is read again after a kill. */
const CHUNK_FILES = 500;
const CHUNK_BYTES = 64 * 1024 * 1024;
/** Slowed down, a chunk is what so many seconds allow: its end is where the scrub can be stopped. */
const CHUNK_SECONDS = 5;
/** Parts of a chunk, enough for each thread to have work. */
const REQUEST_FILES = 50;
const REQUEST_BYTES = 8 * 1024 * 1024;
/** A path is looked at so often while publications of it come and go; then the next scrub sees. */
const LOOKS = 5;
const LOOK_PAUSE_MS = 200;

interface Chunk {
  readonly rows: readonly InventoryRow[];
  readonly seen: Promise<readonly Reread[]>;
}

/** Goes on after the record's cursor. On return every row was compared, and the record says so. */
export async function readTree(
  record: ScrubRecord,
  options: ScrubOptions,
  room: ScrubRoom,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  const total = room.inventory.current();
  const done = { files: record.files, bytes: record.bytes };
  const accused = new Set(accusedPaths(room));
  for (let chunk = startChunk(record.cursor, options, room); chunk !== null; ) {
    const { rows } = chunk;
    const seen = await unlessAborted(chunk.seen, signal);
    // The threads go on reading while this chunk is judged.
    chunk = startChunk(rows.at(-1)?.path ?? '', options, room);
    const looks = await judge(rows, seen, options, room, signal);
    const bytes = settle(record, rows, looks, accused, room, now);
    done.files += rows.length;
    done.bytes += bytes;
    room.onEvent({ kind: 'read', ...done, ofFiles: total.files, ofBytes: total.bytes });
  }
}

/** A large file that is read slowly takes minutes: who is told to stop does not wait for it. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function accusedPaths(room: ScrubRoom): string[] {
  return [...room.findings.standing('scrub'), ...room.withheld.list()].map(({ path }) => path ?? '');
}

function startChunk(after: string, options: ScrubOptions, room: ScrubRoom): Chunk | null {
  const { bytesPerSecond } = options;
  const ceiling = bytesPerSecond > 0 ? Math.min(CHUNK_BYTES, bytesPerSecond * CHUNK_SECONDS) : CHUNK_BYTES;
  const rows = within(room.inventory.rowsAfter(after, CHUNK_FILES), ceiling);
  if (rows.length === 0) return null;
  const requests: Promise<readonly Reread[]>[] = [];
  for (let first = 0; first < rows.length; ) {
    const part = within(rows.slice(first, first + REQUEST_FILES), REQUEST_BYTES);
    first += part.length;
    requests.push(reread(part, options, room));
  }
  const seen = Promise.all(requests).then((parts) => parts.flat());
  // Awaited when its turn comes; until then a failure must not count as unhandled.
  seen.catch(() => room.logger.debug('files could not be read'));
  return { rows, seen };
}

/** As many as have `ceiling` bytes together, at least one. */
function within(rows: readonly InventoryRow[], ceiling: number): readonly InventoryRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += row.size;
    return index > 0 && bytes > ceiling;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

function reread(rows: readonly InventoryRow[], options: ScrubOptions, room: ScrubRoom): Promise<readonly Reread[]> {
  const { published, bytesPerSecond } = options;
  const paths = rows.map((row) => row.path);
  return room.digesters.reread(published, paths, bytesPerSecond / room.digesters.threads);
}

async function judge(
  rows: readonly InventoryRow[],
  seen: readonly Reread[],
  options: ScrubOptions,
  room: ScrubRoom,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SecondLook>> {
  const looks = new Map<string, SecondLook>();
  for (const [index, row] of rows.entries()) {
    const what = seen[index];
    const fault = what === undefined ? null : faultOf(row, what, bodyOf(row.path, room));
    if (fault !== null) looks.set(row.path, await lookAgain(row.path, options, room, signal));
  }
  return looks;
}

/** What a second look has shown. `unclear`: a publication of the path is under way, or was cut short, and it is neither its old self nor its new. */
export type SecondLook = Fault | 'good' | 'unclear';

/** The path read once more, together with the row that stands then: a pass may have replaced, or removed, what the first look met. */
export async function lookAgain(
  path: string,
  options: ScrubOptions,
  room: ScrubRoom,
  signal: AbortSignal,
): Promise<SecondLook> {
  const { inventory, digesters, clock } = room;
  for (let look = 1; look <= LOOKS; look += 1) {
    const before = inventory.row(path);
    const [seen] = await digesters.reread(options.published, [path], 0);
    const { row, body, next } = inventory.consistently(() => ({
      row: inventory.row(path),
      body: bodyOf(path, room),
      next: inventory.incoming(path),
    }));
    if (before === null || row === null || seen === undefined) return 'good';
    const fault = faultOf(row, seen, body);
    if (fault === null || (next !== null && faultOf(next, seen, null) === null)) return 'good';
    if (next === null && isSame(before, row)) return fault;
    await clock.sleep(LOOK_PAUSE_MS * look, signal);
  }
  room.logger.info({ path }, 'file is being published and could not be verified; the next scrub looks again');
  return 'unclear';
}

/** What the database holds, and serves, of metadata and its sums. */
export function bodyOf(path: string, { inventory }: ScrubRoom): Buffer | null {
  return path.startsWith('maven-metadata', path.lastIndexOf('/') + 1) ? inventory.metadataBody(path) : null;
}

/** No publication came between: it would have set a new time. */
function isSame(before: InventoryRow, after: InventoryRow): boolean {
  return before.sha256.equals(after.sha256) && before.lastVerified === after.lastVerified;
}

/** Writes down what was found of one chunk, with the cursor, in one transaction. Returns its bytes. */
function settle(
  record: ScrubRecord,
  rows: readonly InventoryRow[],
  looks: ReadonlyMap<string, SecondLook>,
  accused: ReadonlySet<string>,
  room: ScrubRoom,
  now: number,
): number {
  let bytes = 0;
  writing(room.database, () => {
    for (const row of rows) {
      bytes += row.size;
      const look = looks.get(row.path);
      if (look === undefined) {
        room.writer.markVerified(row, now);
        if (accused.has(row.path)) clear(row.path, room, now);
      } else if (typeof look === 'object') accuse(look, room, now);
    }
    room.history.advance(record.id, rows.at(-1)?.path ?? record.cursor, rows.length, bytes);
  });
  return bytes;
}
