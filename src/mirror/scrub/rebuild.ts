// The inventory made again from the tree and the ledger, after the database was lost: every file is read, and goes through the gate as if the
// tree were a source. Writes to a new database alone; the tree stays as it is until that one is in place.

import type { Clock } from '../../host/clock.ts';
import type { Logger } from '../../host/logger.ts';
import { type StateDatabase, writing } from '../../state/open.ts';
import { appendLedger, type Inventory, type Takedowns } from '../inventory/store.ts';
import type { Adoption, InventoryWriter } from '../inventory/writer.ts';
import type { HeldBack } from '../pass/pass.ts';
import { isKnownForEver } from '../publish/order.ts';
import type { Digesters } from '../verify/digest.ts';
import type { GatePolicy, StagedFile } from '../verify/gate.ts';
import { type Judged, judgeFolder, type LeftOut } from './rebuild-folder.ts';
import type { ScrubEvent } from './room.ts';
import { type Folder, foldersBelow } from './stranger.ts';

export interface RebuildOptions {
  readonly published: string;
  readonly ledger: string;
  readonly policy: GatePolicy;
}

/** What a rebuild works with: rooms over the new database, which is empty. */
export interface RebuildRoom {
  readonly database: StateDatabase;
  readonly inventory: Inventory;
  readonly writer: InventoryWriter;
  readonly adoption: Adoption;
  readonly takedowns: Takedowns;
  readonly held: HeldBack;
  readonly digesters: Digesters;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onEvent: (event: ScrubEvent) => void;
}

export interface RebuildOutcome {
  readonly files: number;
  readonly bytes: number;
  readonly takedowns: number;
  readonly knownDigests: number;
  /** What lies in the tree and was not taken: to be moved out of it once the new database is in place. */
  readonly leftOut: readonly LeftOut[];
}

export type { LeftOut } from './rebuild-folder.ts';

/** Absences, history and quarantine begin anew; takedowns and known digests do not. Throws `digest-failed`, and when aborted. */
export async function rebuild(
  options: RebuildOptions,
  room: RebuildRoom,
  signal: AbortSignal,
): Promise<RebuildOutcome> {
  const now = room.clock.now();
  const learned = room.adoption.learn(options.ledger, now);
  if (learned.odd > 0)
    room.logger.warn({ lines: learned.odd }, 'lines of the ledger cannot be read and were passed over');
  const trust = { isLedgerWhole: isLedgerWhole(options, room) };
  const leftOut: LeftOut[] = [];
  const done = { files: 0, bytes: 0 };
  for (const folders of batches(foldersBelow(Buffer.from(options.published), ''))) {
    signal.throwIfAborted();
    const staged = await readFolders(folders, options, room);
    for (const folder of folders) {
      const judged = judgeFolder(folder, staged, trust, options, room, now);
      write(judged, options, room, now);
      leftOut.push(...judged.leftOut);
      done.files += judged.taken.length;
      done.bytes += judged.taken.reduce((sum, row) => sum + row.size, 0);
    }
    room.onEvent({ kind: 'rebuilding', ...done });
  }
  writing(room.database, () => {
    room.writer.generations.set(1, done.files, done.bytes);
    room.writer.generations.close();
  });
  return { ...done, takedowns: learned.takedowns, knownDigests: learned.digests, leftOut };
}

/** A ledger that names less than half of the released files has lost its beginning: what it does not name is not foreign for that. */
function isLedgerWhole({ published }: RebuildOptions, { inventory, logger }: RebuildRoom): boolean {
  let released = 0;
  let named = 0;
  for (const { files } of foldersBelow(Buffer.from(published), '')) {
    for (const { text } of files) {
      if (!isKnownForEver(text)) continue;
      released += 1;
      if (inventory.everPublished(text).size > 0) named += 1;
    }
  }
  if (named * 2 >= released) return true;
  logger.warn(
    { released, named },
    'the ledger does not know most of the released files; their sums alone vouch for them',
  );
  return false;
}

const BATCH_FILES = 500;

function* batches(folders: Iterable<Folder>): Iterable<Folder[]> {
  let batch: Folder[] = [];
  let files = 0;
  for (const folder of folders) {
    batch.push(folder);
    files += folder.files.length;
    if (files < BATCH_FILES) continue;
    yield batch;
    batch = [];
    files = 0;
  }
  if (batch.length > 0) yield batch;
}

/** In parts, so that each thread has work. */
async function readFolders(
  folders: readonly Folder[],
  { published }: RebuildOptions,
  { digesters }: RebuildRoom,
): Promise<ReadonlyMap<string, StagedFile>> {
  const names = new Set(folders.flatMap(({ files }) => files.map(({ text }) => text)));
  const wanted = [...names].map((path) => ({
    path,
    md5: names.has(`${path}.md5`),
    sha512: names.has(`${path}.sha512`),
  }));
  const parts = Array.from({ length: Math.ceil(wanted.length / 50) }, (_, part) =>
    wanted.slice(part * 50, part * 50 + 50),
  );
  const answers = await Promise.all(parts.map((part) => digesters.digest(published, part)));
  return new Map(answers.flatMap(({ files }) => files.map((file): [string, StagedFile] => [file.path, file])));
}

function write(judged: Judged, options: RebuildOptions, room: RebuildRoom, now: number): void {
  // Released files that the ledger had lost: they are published, so it knows them from now on.
  const lines = judged.taken.map(({ path, sha256 }) => ({
    kind: 'known-digest' as const,
    path,
    sha256: sha256.toString('hex'),
  }));
  const isLost = ({ path, sha256 }: (typeof lines)[number]) =>
    isKnownForEver(path) && !room.inventory.everPublished(path).has(sha256);
  appendLedger(options.ledger, lines.filter(isLost));
  writing(room.database, () => {
    for (const row of judged.taken) room.adoption.adopt(row);
    for (const { root, members } of judged.sets) room.writer.sets.put(root, members);
    for (const { path, unit, verdict, why, file, isForeign } of judged.leftOut) {
      if (isForeign) continue;
      const { size, mtime, sha256 } = file ?? { size: 0, mtime: 0, sha256: null };
      const held = {
        path,
        unit,
        kind: 'rejected' as const,
        verdict,
        why,
        size,
        mtime,
        sha256: sha256?.toString('hex') ?? null,
      };
      room.held.hold({ ...held, retryAt: now }, 0, now);
    }
  });
}
