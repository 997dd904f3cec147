// Staging -> published tree. The crash order is the design (DESIGN 3); what a kill leaves behind is said at each step.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncFilesystem } from '../../host/durable.ts';
import type { Logger } from '../../host/logger.ts';
import { rootOf, SIGNATURE_SUFFIXES } from '../../maven/kind.ts';
import { appendLedger, type Inventory } from '../inventory/store.ts';
import type { PendingRow } from '../inventory/writer.ts';
import type { SignatureRecord } from '../verify/signature.ts';
import type { Batch, Journal } from './journal.ts';
import { type Accepted, isKnownForEver, publicationOrder, removalOrder } from './order.ts';
import { moveIn, type TreeFolders, takeOut } from './tree.ts';

export { keepFormerFile } from './former.ts';
export { type Journal, openJournal } from './journal.ts';
export { writeTrace } from './trace.ts';

/** A place in the publication where a test may pull the plug; each is also a line in the debug log. */
export type PublishStep =
  | 'journal-written'
  | 'staging-synced'
  | `${'version' | 'metadata' | 'loose'}-${'renamed' | 'admitted' | 'synced'}`
  | 'rows-retired'
  | 'files-unlinked'
  | 'batch-closed';

export interface PublishRoom {
  readonly folders: TreeFolders;
  readonly journal: Journal;
  readonly inventory: Inventory;
  /** What is known of signatures leaves with the files. */
  readonly signatures: Pick<SignatureRecord, 'forget' | 'strip'>;
  readonly logger: Logger;
  /** Append-only file beside state.db: every digest a released path was published with. A rebuild reads it. */
  readonly knownDigests: string;
  readonly onStep: (step: PublishStep) => void;
}

/** Publishes what the gate accepted. On return it is served and durable. Throws `sync-failed`, or a system error of a full or broken disk. */
export async function publish(
  accepted: readonly Accepted[],
  room: PublishRoom,
  generation: number,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  if (accepted.length === 0) return;
  await carryOut(publicationOrder(accepted, now), room, generation, now, signal);
}

/** Takes paths out of the tree and the inventory, in the order of `removalOrder`. */
export async function removeFromTree(
  paths: readonly string[],
  room: PublishRoom,
  generation: number,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  if (paths.length === 0) return;
  const rows = removalOrder(paths).flatMap((path, seq): PendingRow[] => {
    const row = room.inventory.row(path);
    return row === null
      ? []
      : [{ ...row, seq, phase: 'removal', origin: 'removal', keepsDigest: isKnownForEver(path) }];
  });
  await carryOut(rows, room, generation, now, signal);
}

/** Finishes what a kill interrupted, through the same steps. Call under the lock before anything else touches the tree. */
export async function recover(room: PublishRoom, now: number, signal: AbortSignal): Promise<number> {
  const batches = room.journal.unfinished();
  for (const batch of batches) {
    room.logger.warn({ batch: batch.id }, 'publication of an interrupted batch is finished now');
    await settle(batch, room.journal.rows(batch), room, now, signal);
  }
  return batches.length;
}

async function carryOut(
  rows: readonly PendingRow[],
  room: PublishRoom,
  generation: number,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  // A kill here leaves a batch `building`: dropped at the next start, the staged files are fetched from staging again.
  const batch = room.journal.write(rows, generation, now);
  room.onStep('journal-written');
  await settle(batch, rows, room, now, signal);
}

/** Carries a staged batch to its end. Idempotent: a kill between any two lines is answered by running it again. */
async function settle(
  batch: Batch,
  rows: readonly PendingRow[],
  room: PublishRoom,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  // One sync for the staged bytes and for the journal: after it the batch survives a power cut, and only then is anything renamed.
  await syncFilesystem(room.folders.published, signal);
  room.onStep('staging-synced');
  const of = (phase: PendingRow['phase']) => rows.filter((row) => row.phase === phase);
  for (const phase of ['version', 'metadata', 'loose'] as const) await bringIn(phase, of(phase), batch, room, signal);
  await sendOut(of('removal'), batch, room, now, signal);
  // A kill here runs all of the above once more over files that lie in place: nothing changes.
  room.journal.close(batch);
  room.onStep('batch-closed');
}

async function bringIn(
  phase: 'version' | 'metadata' | 'loose',
  rows: readonly PendingRow[],
  batch: Batch,
  room: PublishRoom,
  signal: AbortSignal,
): Promise<void> {
  if (rows.length === 0) return;
  writeKnownDigests(rows, room.knownDigests);
  // Renamed and admitted chunk by chunk: the moment in which a replaced file and its row differ is as short as one transaction. Should the
  // power go before the sync below, the batch still stands in the journal and all of this is done again.
  for (const chunk of room.journal.chunks(rows)) {
    const lost = moveIn(chunk, room.folders);
    room.onStep(`${phase}-renamed`);
    room.journal.inTransaction(() => {
      for (const row of lost) strike(row, batch, room);
      room.journal.inventory.admit(batch.id, ...ends(chunk), batch.generation);
      if (phase === 'metadata') refreshSets(chunk, room);
    });
    room.onStep(`${phase}-admitted`);
  }
  // Versions must be on disk before the metadata that names them is renamed, and everything before the batch is forgotten.
  await syncFilesystem(room.folders.published, signal);
  room.onStep(`${phase}-synced`);
}

async function sendOut(
  rows: readonly PendingRow[],
  batch: Batch,
  room: PublishRoom,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  if (rows.length === 0) return;
  for (const chunk of room.journal.chunks(rows)) {
    room.journal.inTransaction(() => {
      room.journal.inventory.retire(batch.id, ...ends(chunk), batch.generation, now);
      for (const row of chunk) {
        if (row.kind === 'metadata') room.journal.inventory.sets.put(row.path, []);
        retireSignature(row, room);
      }
    });
  }
  room.onStep('rows-retired');
  takeOut(rows, room.folders);
  room.onStep('files-unlinked');
  await syncFilesystem(room.folders.published, signal);
}

/** A file that stays without the signature it had is stripped; one that has another kind of signature left is judged again in the next turn. */
function retireSignature({ path, kind }: PendingRow, { inventory, signatures }: PublishRoom): void {
  if (kind === 'checksum') return;
  const root = rootOf(path);
  const isLast = SIGNATURE_SUFFIXES.every((suffix) => inventory.row(`${root}${suffix}`) === null);
  if (kind === 'signature' && isLast) signatures.strip(root);
  else signatures.forget(root);
}

/** Bytes that are neither where they waited nor where they belong: somebody took them away. What is not there is not promised. */
function strike(row: PendingRow, batch: Batch, room: PublishRoom): void {
  room.logger.error({ path: row.path }, 'bytes of a journalled file are gone; it is not published');
  room.journal.inventory.strike(batch.id, row.seq);
}

/** The rows of a chunk follow each other in the journal. */
function ends(chunk: readonly PendingRow[]): [first: number, last: number] {
  return [chunk[0]?.seq ?? 0, chunk.at(-1)?.seq ?? -1];
}

function writeKnownDigests(rows: readonly PendingRow[], file: string): void {
  const released = rows.filter((row) => row.keepsDigest);
  appendLedger(
    file,
    released.map(({ path, sha256 }) => ({ kind: 'known-digest', path, sha256: sha256.toString('hex') })),
  );
}

/** In the same transaction as the rows: whoever sees the new row of a metadata file gets the new set, sums included. */
function refreshSets(chunk: readonly PendingRow[], room: PublishRoom): void {
  for (const root of new Set(chunk.map((row) => rootOf(row.path)))) {
    const folder = root.slice(0, root.lastIndexOf('/'));
    const members = [root, ...SIDECARS.map((suffix) => root + suffix)].filter(
      (path) => room.inventory.row(path) !== null,
    );
    room.journal.inventory.sets.put(
      root,
      members.map((path) => ({ path, bytes: readFileSync(join(room.folders.published, path)) })),
    );
    room.logger.debug({ folder, members: members.length }, 'metadata set refreshed');
  }
}

const SIDECARS = [
  '.md5',
  '.sha1',
  '.sha256',
  '.sha512',
  '.asc',
  '.asc.md5',
  '.asc.sha1',
  '.asc.sha256',
  '.asc.sha512',
  '.sig',
];
