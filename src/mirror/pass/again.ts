// Good bytes for published files whose bytes here are bad. What they must be is known, so nothing is judged anew: the very digest of the row, or
// nothing. They come the way that everything comes: into staging, digested, journalled, renamed.

import { hash } from 'node:crypto';
import { constants, copyFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InventoryRow } from '../inventory/row.ts';
import type { Accepted } from '../publish/order.ts';
import { publish, recover } from '../publish/publish.ts';
import type { SourceTrouble } from '../source/contract.ts';
import type { StagedFile } from '../verify/gate.ts';
import { fetchAndDigest } from './fetch.ts';
import { handOver } from './hand-over.ts';
import { assertHeadroom } from './headroom.ts';
import type { PassOptions, PassRoom } from './room.ts';

export interface Lacking {
  readonly row: InventoryRow;
  /** The file in the tree has the row's bytes: what is wrong is in the database. */
  readonly isGoodInTree: boolean;
}

export interface BroughtAgain {
  /** Served again, and durable. */
  readonly brought: ReadonlySet<string>;
  /** The source sent other bytes: refused. */
  readonly refused: ReadonlySet<string>;
  /** What the source could not do; then the rest was not asked for. */
  readonly trouble: SourceTrouble | null;
}

const SLICE_FILES = 5000;
const SLICE_BYTES = 4 * 1024 ** 3;

/**
 * Call under the tree's lock. What this machine still has of the good bytes is taken before the source is asked. A name that is a link at the
 * origin is not sent by its name alone. Throws as a pass does; a kill leaves what the next pass finishes or sweeps.
 */
export async function bringAgain(
  lacking: readonly Lacking[],
  options: PassOptions,
  room: PassRoom,
  signal: AbortSignal,
): Promise<BroughtAgain> {
  await recover(room.publishing, room.clock.now(), signal);
  const brought = new Set<string>();
  const refused = new Set<string>();
  const here = lacking.filter((each) => isLaidFromHere(each, options, room)).map(({ row }) => row);
  for (const path of await publishGood(here, await digestSettling(here, options, room), options, room, signal))
    brought.add(path);
  const wanted = lacking.map(({ row }) => row).filter((row) => !brought.has(row.path));
  assertHeadroom(wanted.length, bytesOf(wanted), options);
  for (const slice of slicesOf(wanted)) {
    const { outcome, staged } = await fetchSlice(slice, options, room, signal);
    const good = await publishGood(slice, staged, options, room, signal);
    for (const path of staged.keys()) (good.has(path) ? brought : refused).add(path);
    if (outcome.kind === 'trouble') return { brought, refused, trouble: outcome };
  }
  return { brought, refused, trouble: null };
}

/** Lays good bytes that this machine still has into settling: what the database holds of metadata, or the file of a row that is wrong. */
function isLaidFromHere({ row, isGoodInTree }: Lacking, { folders }: PassOptions, { inventory }: PassRoom): boolean {
  const body = inventory.metadataBody(row.path);
  const isGoodInDatabase = body !== null && hash('sha256', body) === row.sha256.toString('hex');
  if (!isGoodInDatabase && !isGoodInTree) return false;
  const target = join(folders.settling, row.path);
  mkdirSync(dirname(target), { recursive: true });
  if (isGoodInDatabase) writeFileSync(target, body);
  else copyFileSync(join(folders.published, row.path), target, constants.COPYFILE_FICLONE);
  utimesSync(target, row.originMtime / 1000, row.originMtime / 1000);
  return true;
}

async function digestSettling(
  rows: readonly InventoryRow[],
  options: PassOptions,
  room: PassRoom,
): Promise<ReadonlyMap<string, StagedFile>> {
  if (rows.length === 0) return new Map();
  const wanted = rows.map(({ path, md5, sha512 }) => ({ path, md5: md5 !== null, sha512: sha512 !== null }));
  const { files } = await room.digesters.digest(options.folders.settling, wanted);
  return new Map(files.map((file) => [file.path, file]));
}

async function fetchSlice(rows: readonly InventoryRow[], options: PassOptions, room: PassRoom, signal: AbortSignal) {
  const items = rows.map((row) => ({ path: row.path, size: row.size, mtime: row.originMtime, isPublished: true }));
  const request = { folders: [], files: rows.map((row) => row.path), basis: 'fresh' as const };
  const fetched = await fetchAndDigest(items, request, options, room, signal);
  signal.throwIfAborted();
  handOver(options.folders.staging, options.folders.settling);
  return fetched;
}

/** Puts those that are what their row says in place of what lies there. Returns their paths; the others are thrown away. */
async function publishGood(
  rows: readonly InventoryRow[],
  staged: ReadonlyMap<string, StagedFile>,
  options: PassOptions,
  room: PassRoom,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const accepted: Accepted[] = [];
  for (const { path, sha256, upstreamSum } of rows) {
    const file = staged.get(path);
    if (file?.sha256.equals(sha256) === true) accepted.push({ file, upstreamSum, origin: 'staging' });
    else if (file !== undefined) rmSync(join(options.folders.settling, path), { force: true });
  }
  // What the tree should be stays as it was: the generation that says so, too.
  await publish(accepted, room.publishing, room.inventory.current().generation, room.clock.now(), signal);
  return new Set(accepted.map(({ file }) => file.path));
}

function* slicesOf(rows: readonly InventoryRow[]): Iterable<readonly InventoryRow[]> {
  let slice: InventoryRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    slice.push(row);
    bytes += row.size;
    if (slice.length < SLICE_FILES && bytes < SLICE_BYTES) continue;
    yield slice;
    slice = [];
    bytes = 0;
  }
  if (slice.length > 0) yield slice;
}

function bytesOf(rows: readonly InventoryRow[]): number {
  return rows.reduce((sum, row) => sum + row.size, 0);
}
