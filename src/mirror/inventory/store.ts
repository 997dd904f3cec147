import type { Kind } from '../../maven/kind.ts';
import type { StateDatabase } from '../../state/open.ts';
import { type Cursor, openChanges, type Removal } from './change.ts';
import { type ListChildren, makeChildren } from './children.ts';
import { type FormerDigest, formerReader } from './former.ts';
import { type Generation, makeGenerations } from './generation.ts';
import { makeMetadataSets } from './metadata-set.ts';
import { bounds, suffixes } from './range.ts';
import type { InventoryRow, UpstreamSum } from './row.ts';
import { openSearch, type Search } from './search.ts';
import { openWalk, type Walk } from './walk.ts';

export type { Cursor, Removal } from './change.ts';
export type { Child } from './children.ts';
export { type Absence, type Comparison, type Difference, layBeside } from './comparison.ts';
export type { FormerDigest } from './former.ts';
export { appendLedger, type LedgerLine, readLedger } from './ledger.ts';
export { inventorySchema } from './schema.ts';
export { openTakedowns, type Takedown, type Takedowns } from './takedown.ts';
export type { Generation };

/** The table of what is published, as readers see it. Every serve process holds one over a read-only connection. */
export interface Inventory extends Walk, Search {
  row(path: string): InventoryRow | null;
  /**
   * The row that a publication under way has laid for this path: its bytes lie in the tree a moment before it is admitted, or, after a kill,
   * until the next start.
   */
  incoming(path: string): InventoryRow | null;
  /** Bytes of a metadata file or of one of its sidecars, from the one row of its set; null when the set is not held in the database. */
  metadataBody(path: string): Buffer | null;
  /** At most `count` rows below a folder, in path order. */
  rowsBelow(folder: string, count: number): InventoryRow[];
  /** Rows below a folder (`g/a/1.0`), in path order. */
  below(folder: string): Iterable<InventoryRow>;
  isAnyBelow(folder: string): boolean;
  /** At most `count` files and folders that lie directly in `folder` (empty: the root) and come after the child `after`, in path order. */
  readonly children: ListChildren;
  /** The row of a root file and of everything that hangs on it (`x.jar`, `x.jar.sha1`, `x.jar.asc.md5`). */
  companions(root: string): InventoryRow[];
  /** What a takedown of this path or folder takes out: all of the two above. */
  under(prefix: string): string[];
  /** Every digest, as hex, that this path was ever published with: for releases kept for ever. */
  everPublished(path: string): ReadonlySet<string>;
  /** Digests that the path was published with before, the newest first: of releases all, of what may change those of a month. */
  former(path: string): FormerDigest[];
  /** Whether a publication or a removal of this path is under way, or was interrupted and not yet finished. */
  isInFlux(path: string): boolean;
  /** At most `count` paths that come after `path`, in order. */
  pathsAfter(path: string, count: number): string[];
  rowsAfter(path: string, count: number): InventoryRow[];
  /** At most `count` rows whose paths begin with `prefix` and come after `path`, in order. */
  startingWith(prefix: string, path: string, count: number): InventoryRow[];
  /** At most `count` rows after the cursor, in the order of generation and path: what changed since, however large the tree is. */
  changedAfter(cursor: Cursor, count: number): InventoryRow[];
  /** The same of what left the tree and did not come back. */
  removedAfter(cursor: Cursor, count: number): Removal[];
  /** How many of those are `prefix` itself or lie below it. */
  countRemovedUnder(prefix: string): number;
  isAnyAbsent(): boolean;
  countAbsent(): number;
  current(): Generation;
  /** Another number whenever another connection has changed the database: what was read before may be old. Costs a microsecond. */
  version(): number;
  /** Runs reads against one state of the database, so that a row and its body belong together. */
  consistently<T>(work: () => T): T;
}

export function openInventory(database: StateDatabase): Inventory {
  const row = database.prepare<[string], StoredRow>('SELECT * FROM inventory_row WHERE path = ?');
  const incoming = database.prepare<[string], StoredRow>(
    `SELECT path, kind, size, origin_mtime, sha256, sha1, md5, sha512, upstream_sum, last_verified AS first_seen, last_verified,
       0 AS generation, NULL AS absent_since FROM inventory_pending WHERE path = ? AND phase <> 'removal' ORDER BY batch DESC LIMIT 1`,
  );
  const range = database.prepare<[string, string], StoredRow>(
    'SELECT * FROM inventory_row WHERE path >= ? AND path < ? ORDER BY path',
  );
  const someBelow = database.prepare<[string, string, number], StoredRow>(
    'SELECT * FROM inventory_row WHERE path >= ? AND path < ? ORDER BY path LIMIT ?',
  );
  const any = database.prepare<[string, string], { path: string }>(
    'SELECT path FROM inventory_row WHERE path >= ? AND path < ? LIMIT 1',
  );
  const former = database.prepare<[string], { sha256: Buffer }>(
    'SELECT sha256 FROM inventory_known_digest WHERE path = ?',
  );
  const influx = database.prepare<[string], { path: string }>(
    'SELECT path FROM inventory_pending WHERE path = ? LIMIT 1',
  );
  const version = database.prepare<[], number>('PRAGMA data_version').pluck();
  const sets = makeMetadataSets(database);
  const changes = openChanges<StoredRow>(database);
  const generations = makeGenerations(database);
  const find = (path: string) => fromStored(row.get(path));
  const companions = (root: string) => [...one(find(root)), ...range.all(...suffixes(root)).map(known)];
  return {
    row: find,
    incoming: (path) => fromStored(incoming.get(path)),
    metadataBody: sets.body,
    *below(folder) {
      for (const stored of range.iterate(...bounds(folder))) yield known(stored);
    },
    rowsBelow: (folder, count) => someBelow.all(...bounds(folder), count).map(known),
    companions,
    under: (prefix) => [...companions(prefix), ...range.all(...bounds(prefix)).map(known)].map(({ path }) => path),
    isAnyBelow: (folder) => any.get(...bounds(folder)) !== undefined,
    children: makeChildren(database),
    everPublished(path) {
      const digests = new Set(former.all(path).map((known) => known.sha256.toString('hex')));
      const now = find(path);
      return now === null ? digests : digests.add(now.sha256.toString('hex'));
    },
    isInFlux: (path) => influx.get(path) !== undefined,
    former: formerReader(database),
    ...overview(database),
    ...openWalk(database),
    ...openSearch(database),
    changedAfter: (cursor, count) => changes.rows(cursor, count).map(known),
    removedAfter: changes.removals,
    countRemovedUnder: changes.countRemovedUnder,
    current: generations.current,
    version: () => version.get() ?? 0,
    consistently: (work) => database.transaction(work).deferred(),
  };
}

type Overview = Pick<Inventory, 'pathsAfter' | 'rowsAfter' | 'startingWith' | 'isAnyAbsent' | 'countAbsent'>;

/** Questions about many rows. */
function overview(database: StateDatabase): Overview {
  const after = database.prepare<[string, number], { path: string }>(
    'SELECT path FROM inventory_row WHERE path > ? ORDER BY path LIMIT ?',
  );
  const rowsAfter = database.prepare<[string, number], StoredRow>(
    'SELECT * FROM inventory_row WHERE path > ? ORDER BY path LIMIT ?',
  );
  const starting = database.prepare<[string, string, string, number], StoredRow>(
    'SELECT * FROM inventory_row WHERE path >= ? AND path < ? AND path > ? ORDER BY path LIMIT ?',
  );
  const anyAbsent = database.prepare<[], { path: string }>(
    'SELECT path FROM inventory_row WHERE absent_since IS NOT NULL LIMIT 1',
  );
  const absent = database.prepare<[], { n: number }>(
    'SELECT count(*) AS n FROM inventory_row WHERE absent_since IS NOT NULL',
  );
  return {
    pathsAfter: (path, count) => after.all(path, count).map((each) => each.path),
    rowsAfter: (path, count) => rowsAfter.all(path, count).map(known),
    startingWith: (prefix, path, count) => starting.all(prefix, `${prefix}\u{10ffff}`, path, count).map(known),
    isAnyAbsent: () => anyAbsent.get() !== undefined,
    countAbsent: () => absent.get()?.n ?? 0,
  };
}

interface StoredRow {
  path: string;
  kind: Kind;
  size: number;
  origin_mtime: number;
  sha256: Buffer;
  sha1: Buffer;
  md5: Buffer | null;
  sha512: Buffer | null;
  upstream_sum: UpstreamSum;
  first_seen: number;
  last_verified: number;
  generation: number;
  absent_since: number | null;
}

function one<T>(value: T | null): T[] {
  return value === null ? [] : [value];
}

function fromStored(stored: StoredRow | undefined): InventoryRow | null {
  return stored === undefined ? null : known(stored);
}

function known(stored: StoredRow): InventoryRow {
  return {
    path: stored.path,
    kind: stored.kind,
    size: stored.size,
    originMtime: stored.origin_mtime,
    sha256: stored.sha256,
    sha1: stored.sha1,
    md5: stored.md5,
    sha512: stored.sha512,
    upstreamSum: stored.upstream_sum,
    firstSeen: stored.first_seen,
    lastVerified: stored.last_verified,
    generation: stored.generation,
    absentSince: stored.absent_since,
  };
}
