// Files in the published tree that nobody published: put there by hand, by another program, or by whoever broke in.

import { type Dirent, lstatSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { systemCode } from '../../host/error.ts';
import type { Fault } from './fault.ts';
import type { ScrubOptions, ScrubRoom } from './room.ts';

/** Ours, and what answers for certificates (RFC 8555) where another server serves the tree. */
const NOT_FOREIGN = ['.meta/assay', '.well-known'];
const ENTRIES_PER_TURN = 2000;
const LOOK_PAUSE_MS = 500;

/** Tells every file without a row, in no order that anybody may rely on. Folders, empty ones too, are nobody's. */
export async function* findStrangers(
  options: ScrubOptions,
  room: ScrubRoom,
  signal: AbortSignal,
): AsyncIterable<Fault> {
  let seen = 0;
  let suspects: Found[] = [];
  for (const found of filesBelow(options.published)) {
    seen += 1;
    if (isForeign(found.text, room)) suspects.push(found);
    if (seen % ENTRIES_PER_TURN !== 0) continue;
    room.onEvent({ kind: 'looking-for-strangers', files: seen });
    await turn();
    signal.throwIfAborted();
    yield* await confirmed(suspects, room, signal);
    suspects = [];
  }
  yield* await confirmed(suspects, room, signal);
}

/** Between the going of a row and of its file, or their coming, a pass needs a moment. */
async function confirmed(suspects: readonly Found[], room: ScrubRoom, signal: AbortSignal): Promise<Fault[]> {
  if (suspects.length === 0) return [];
  await room.clock.sleep(LOOK_PAUSE_MS, signal);
  return suspects.flatMap(({ place, text }) => {
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (found === undefined || !isForeign(text, room)) return [];
    const what = found.isFile() ? 'nobody published it' : 'it is no regular file';
    return [
      {
        verdict: 'foreign' as const,
        path: text,
        why: `it lies in the published tree, and ${what}`,
        expected: null,
        observed: { size: found.size, sha256: null },
      },
    ];
  });
}

function isForeign(path: string, { inventory }: ScrubRoom): boolean {
  return inventory.row(path) === null && !inventory.isInFlux(path);
}

export interface Found {
  /** As the file system has it: names are bytes, and need not be UTF-8. */
  readonly place: Buffer;
  readonly text: string;
}

export interface Folder {
  /** All that it holds and is no folder. */
  readonly files: readonly Found[];
}

/** The folder and every one below it, parents first; ours and those that answer for certificates are left out. */
export function* foldersBelow(folder: Buffer, path: string): Iterable<Folder> {
  const files: Found[] = [];
  const folders: Found[] = [];
  for (const entry of entriesOf(folder)) {
    const text = path === '' ? entry.name.toString() : `${path}/${entry.name.toString()}`;
    if (NOT_FOREIGN.includes(text)) continue;
    const place = Buffer.concat([folder, Buffer.from('/'), entry.name]);
    (entry.isDirectory() ? folders : files).push({ place, text });
  }
  if (files.length > 0) yield { files };
  for (const { place, text } of folders) yield* foldersBelow(place, text);
}

/** Everything in the tree that is no folder. What goes while it is walked is left out. */
export function* filesBelow(published: string): Iterable<Found> {
  for (const { files } of foldersBelow(Buffer.from(published), '')) yield* files;
}

function entriesOf(folder: Buffer): Dirent<Buffer>[] {
  try {
    return readdirSync(folder, { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Renames it to the same path below `to`. Nothing is ever deleted: false, and nothing done, when something lies there already. */
export function moveOut({ place, text }: Found, to: string): boolean {
  const target = join(to, text);
  if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) return false;
  mkdirSync(dirname(target), { recursive: true });
  renameSync(place, target);
  return true;
}
