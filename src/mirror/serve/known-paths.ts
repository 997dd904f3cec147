// Rows that were looked up lately, with all that an answer needs of them. A row that another process has changed is seen at once: whatever is
// remembered counts only as long as the database says that nobody has written to it, and is compared with the database again after that.

import type { InventoryRow } from '../inventory/row.ts';
import type { Inventory } from '../inventory/store.ts';
import { makeRecent } from './recent.ts';
import { describeRow, type Representation } from './representation.ts';

/** What serving needs of the inventory. */
export type Shelf = Pick<
  Inventory,
  'row' | 'incoming' | 'metadataBody' | 'consistently' | 'version' | 'children' | 'isAnyBelow'
>;

export interface Known {
  readonly row: InventoryRow;
  /** Of the row, lower-case hex. */
  readonly sha256: string;
  readonly representation: Representation;
  /** The bytes, where the database holds them. */
  readonly body: Buffer | null;
}

export interface KnownPaths {
  /** Null when the inventory has no such path. `now` is epoch milliseconds. */
  find(path: string, now: number): Known | null;
  /** The same, from the database whatever is remembered. */
  findAnew(path: string, now: number): Known | null;
}

/** A row with its header fields is about a kilobyte. */
const PATHS_CEILING = 24_000;
/** Asking the database for its version at every request would be a tenth of the request's cost; nobody can tell these from a slower network. */
const VERSION_AGE_MS = 2;

export function makeKnownPaths(shelf: Shelf): KnownPaths {
  const known = makeRecent<Known & { version: number }>(PATHS_CEILING, () => 1);
  let version = -1;
  let askedAt = Number.NEGATIVE_INFINITY;
  const currentVersion = () => {
    const now = performance.now();
    if (now - askedAt >= VERSION_AGE_MS) {
      version = shelf.version();
      askedAt = now;
    }
    return version;
  };
  const findAnew = (path: string, now: number) => {
    // Before the row: a change between the two makes us look once more than needed, never once too seldom.
    const current = shelf.version();
    const found = read(path, shelf);
    if (found === null) return null;
    const made = { ...found, ...describe(found.row, now), version: current };
    // A Last-Modified that was cut down to now is not of the row alone.
    if (found.row.originMtime <= now) known.set(path, made);
    return made;
  };
  return {
    find(path, now) {
      const remembered = known.get(path);
      if (remembered === undefined) return findAnew(path, now);
      const current = currentVersion();
      if (remembered.version === current) return remembered;
      if (remembered.body === null && isSame(remembered.row, shelf.row(path))) {
        remembered.version = current;
        return remembered;
      }
      return findAnew(path, now);
    },
    findAnew,
  };
}

/** Metadata and its sums come out of one row of the database, read together with the row that describes them. */
function read(path: string, shelf: Shelf): { row: InventoryRow; body: Buffer | null } | null {
  if (!isOfMetadata(path)) return withBody(shelf.row(path), null);
  return shelf.consistently(() => withBody(shelf.row(path), shelf.metadataBody(path)));
}

function isOfMetadata(path: string): boolean {
  return path.startsWith('maven-metadata', path.lastIndexOf('/') + 1);
}

function withBody(row: InventoryRow | null, body: Buffer | null) {
  return row === null ? null : { row, body };
}

function describe(row: InventoryRow, now: number) {
  return { sha256: row.sha256.toString('hex'), representation: describeRow(row, now) };
}

/** Whether an answer made of `one` is an answer made of `other`. */
function isSame(one: InventoryRow, other: InventoryRow | null): boolean {
  return (
    other !== null &&
    one.sha256.equals(other.sha256) &&
    one.originMtime === other.originMtime &&
    one.upstreamSum === other.upstreamSum &&
    (one.md5 === null) === (other.md5 === null) &&
    (one.sha512 === null) === (other.sha512 === null)
  );
}
