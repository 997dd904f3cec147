// What mirrors are compared with, as the round asks for it: our own inventory, or what the origin itself answers.

import type { SumAlgorithm } from '../../maven/kind.ts';
import { rootOf } from '../../maven/kind.ts';
import { locate } from '../../maven/layout.ts';
import { type Metadata, parseMetadata } from '../../maven/metadata.ts';
import type { InventoryRow } from '../../mirror/inventory/row.ts';
import type { Inventory, Takedowns } from '../../mirror/inventory/store.ts';
import type { Expected, ExpectedFile } from './judge.ts';
import type { Probe } from './probe.ts';

/** Where the new files of the reference were read up to. Another lineage voids it. */
export interface NewCursor {
  readonly lineage: string;
  readonly generation: number;
  readonly path: string;
}

export interface Reference {
  readonly kind: 'inventory' | 'origin';
  current(): { readonly lineage: string; readonly generation: number; readonly files: number; readonly bytes: number };
  /** What should be there for a root and everything that hangs on it: the root first, as a file that should not be there when nobody heard of it. */
  unit(root: string, signal: AbortSignal): Promise<Expected[]> | Expected[];
  /** The same once more where an answer of a mirror is in doubt: what was learned of the origin long ago is asked for again. */
  doubted(root: string, signal: AbortSignal): Promise<Expected[]> | Expected[];
  /** One path, where that is known without asking anybody: the listings of mirrors are compared with it. Null: it is not known. */
  find(path: string): Expected | null;
  /** Paths in order, after one. */
  pathsAfter(path: string, count: number): string[];
  pathAt(path: string, distance: number): string | null;
  metadataAfter(path: string, count: number): string[];
  /** Roots that are new or changed since the cursor, and the cursor after them. */
  changedSince(cursor: NewCursor, count: number): { readonly roots: string[]; readonly next: NewCursor };
  /** Paths that were taken away: a mirror that still has one of them shows it here. */
  removed(count: number, chance: () => number): string[];
  /** Roots that lie in a version's folder, at most `count`. */
  rootsBelow(folder: string, count: number): string[];
  /** Our metadata, parsed; null where there is none or it cannot be read. */
  metadata(path: string): Metadata | null;
  /** What was found of the reference itself since this was asked last: an origin that sends other bytes of a release than before. */
  takeRewritten(): Rewritten[];
  /** The SHA-256, in hex, of the first bytes of the genuine file as it is stored now; null where that cannot be had. */
  readAgain(path: string, sizeBytes: number, signal: AbortSignal): Promise<string | null>;
}

/** A released file of which the origin sends other bytes than it did before. */
export interface Rewritten {
  readonly path: string;
  readonly expected: { readonly size: number | null; readonly sha256: string };
  readonly observed: { readonly size: number; readonly sha256: string };
  readonly probe: Probe;
}

/** Hashes the beginning of a published file, from the disk. Null when it is not there. */
export type HashOwn = (path: string, sizeBytes: number, signal: AbortSignal) => Promise<string | null>;

/**
 * Our own inventory: every row in it was proven before it was published. `watchedSince`: when our first whole pass ended; what it brought was at the
 * origin before, for as long as its own time says. Null: it has not ended.
 */
export function inventoryReference(
  inventory: Inventory,
  takedowns: Takedowns,
  hashOwn: HashOwn,
  watchedSince: number | null,
): Reference {
  const expectedOf = (row: InventoryRow): Expected => {
    const former = inventory.former(row.path);
    const isOlder = watchedSince === null || row.firstSeen <= watchedSince;
    const appearedAt = isOlder ? Math.min(row.firstSeen, row.originMtime) : row.firstSeen;
    // A path that changed is as it is since the change.
    const publishedAt = Math.max(appearedAt, former[0]?.until ?? 0);
    return { path: row.path, file: fileOf(row, publishedAt), former, removal: null };
  };
  const unit = (root: string): Expected[] => {
    const rows = inventory.companions(root).map(expectedOf);
    if (rows[0]?.path === root) return rows;
    const left = gone(root, inventory, takedowns);
    return left.length + rows.length > 0 ? [...left, ...rows] : [stranger(root)];
  };
  return {
    kind: 'inventory',
    current: inventory.current,
    unit,
    doubted: unit,
    find(path) {
      const row = inventory.row(path);
      return row === null ? (gone(path, inventory, takedowns)[0] ?? stranger(path)) : expectedOf(row);
    },
    pathsAfter: inventory.pathsAfter,
    pathAt: inventory.pathAt,
    metadataAfter: inventory.metadataAfter,
    changedSince(cursor, count) {
      const { lineage, settled } = inventory.current();
      // What was counted by another database says nothing here; the rotation covers it.
      const from = cursor.lineage === lineage ? cursor : { lineage, generation: settled + 1, path: '' };
      const rows = inventory.changedAfter(from, count).filter(({ generation }) => generation <= settled);
      const last = rows.at(-1);
      const next = last === undefined ? from : { lineage, generation: last.generation, path: last.path };
      return { roots: [...new Set(rows.map(({ path }) => rootOf(path)))], next };
    },
    removed: (count, chance) => sampleRemoved(inventory, count, chance),
    rootsBelow: (folder, count) => {
      const roots = inventory.pathsAfter(`${folder}/`, 8 * count).filter((path) => path.startsWith(`${folder}/`));
      return [...new Set(roots.map(rootOf))].slice(0, count);
    },
    metadata(path) {
      const bytes = inventory.metadataBody(path);
      const parsed = bytes === null ? null : parseMetadata(bytes);
      return parsed?.kind === 'metadata' ? parsed : null;
    },
    takeRewritten: () => [],
    readAgain: hashOwn,
  };
}

function fileOf(row: InventoryRow, publishedAt: number): ExpectedFile {
  const sums: Partial<Record<SumAlgorithm, string>> = { sha1: row.sha1.toString('hex') };
  if (row.md5 !== null) sums.md5 = row.md5.toString('hex');
  if (row.sha512 !== null) sums.sha512 = row.sha512.toString('hex');
  return {
    kind: row.kind,
    isMutable: mayChange(row.path),
    size: row.size,
    sha256: row.sha256.toString('hex'),
    sums,
    publishedAt,
    upstreamSum: row.upstreamSum,
    isAbsentAtOrigin: row.absentSince !== null,
  };
}

const BUILD = /-\d{8}\.\d{6}-\d+[.-]/;

/** A sum changes with its file alone, and a build of a SNAPSHOT that carries its time never does. */
export function mayChange(path: string): boolean {
  const place = locate(rootOf(path));
  return place.mutable && !(place.snapshot && place.unitKind === 'version' && BUILD.test(path));
}

function stranger(path: string): Expected {
  return { path, file: null, former: [], removal: null };
}

function gone(path: string, inventory: Inventory, takedowns: Takedowns): Expected[] {
  const takedown = takedowns.of(path);
  const former = inventory.former(path);
  const at = takedown?.at ?? former[0]?.until;
  if (at === undefined) return [];
  return [{ path, file: null, former, removal: { kind: takedown === null ? 'absent' : 'takedown', at } }];
}

const LOOKED_THROUGH = 1000;
const LATELY = 48;

/** Of what left the tree lately, or of the first of what ever did. */
function sampleRemoved(inventory: Inventory, count: number, chance: () => number): string[] {
  const { generation } = inventory.current();
  const lately = inventory.removedAfter({ generation: Math.max(1, generation - LATELY), path: '' }, LOOKED_THROUGH);
  const all = lately.length > 0 ? lately : inventory.removedAfter({ generation: 1, path: '' }, LOOKED_THROUGH);
  const taken = new Set<string>();
  for (let tries = 0; tries < 4 * count && taken.size < Math.min(count, all.length); tries += 1) {
    const removal = all[Math.floor(chance() * all.length)];
    if (removal !== undefined) taken.add(removal.path);
  }
  return [...taken];
}
