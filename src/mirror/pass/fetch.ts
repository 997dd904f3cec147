// Source -> staging, with every file digested while the source still sends: bytes that were just written are still in the page cache, and a
// second reading later would cost as much as the fetch.

import { constants, copyFileSync, mkdirSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rootOf } from '../../maven/kind.ts';
import type { Difference } from '../inventory/store.ts';
import type { FetchOutcome, FetchRequest } from '../source/contract.ts';
import type { StagedFile, Wanted } from '../verify/gate.ts';
import { isTouched } from './hand-over.ts';
import type { PassOptions, PassRoom } from './room.ts';
import { signaturesWith } from './signing.ts';
import { gatherSigned } from './together.ts';

export interface Fetched {
  readonly outcome: FetchOutcome;
  /** Whatever is whole in staging, whether it came now or lay there from an interrupted pass. */
  readonly staged: Map<string, StagedFile>;
}

/** A request to the digest threads: enough to be worth the message, little enough that both threads have work. */
const REQUEST_FILES = 200;
/** Files may grow between listing and fetch; a source that sends far more than it listed is cut off before it fills the disk. */
const OUTGROWN_RATIO = 1.25;
const OUTGROWN_BYTES = 256 * 1024 * 1024;
const REQUEST_BYTES = 8 * 1024 * 1024;

export async function fetchAndDigest(
  items: readonly Difference[],
  request: Pick<FetchRequest, 'folders' | 'files' | 'basis'>,
  options: PassOptions,
  room: PassRoom,
  signal: AbortSignal,
): Promise<Fetched> {
  const reader = startReading(items, options, room);
  const ceiling = room.source.promises.sizes ? { ceilingBytes: reader.bytes * OUTGROWN_RATIO + OUTGROWN_BYTES } : {};
  const outcome = await room.source.fetch(
    { ...request, deadline: options.deadline, ...ceiling },
    reader.onStaged,
    signal,
  );
  copyLinks(items, options);
  const staged = await reader.finish();
  return { outcome, staged };
}

interface Reader {
  /** What the plan expects. */
  readonly bytes: number;
  onStaged(path: string): void;
  finish(): Promise<Map<string, StagedFile>>;
}

function startReading(items: readonly Difference[], options: PassOptions, room: PassRoom): Reader {
  const waiting = new Map(items.map((item) => [item.path, item]));
  const total = { files: items.length, bytes: items.reduce((sum, item) => sum + item.size, 0) };
  const names = new Set(waiting.keys());
  const staged = new Map<string, StagedFile>();
  const underWay: Promise<void>[] = [];
  let batch: Wanted[] = [];
  let batchBytes = 0;
  let done = { files: 0, bytes: 0 };
  const send = () => {
    if (batch.length === 0) return;
    const request = room.digesters.digest(options.folders.staging, batch).then((answer) => {
      for (const file of answer.files) staged.set(file.path, file);
    });
    // Awaited in finish(); until then a failure must not count as unhandled.
    request.catch(() => room.logger.debug('a digest request failed'));
    underWay.push(request);
    batch = [];
    batchBytes = 0;
  };
  const take = (item: Difference | undefined) => {
    if (item === undefined) return;
    waiting.delete(item.path);
    batch.push(wantedOf(item, names, options, room));
    batchBytes += item.size;
    if (batch.length >= REQUEST_FILES || batchBytes >= REQUEST_BYTES) send();
  };
  const readable = room.signing === null ? (path: string) => [path] : gatherSigned(names);
  return {
    bytes: total.bytes,
    onStaged(path) {
      const item = waiting.get(path);
      if (item === undefined) return;
      for (const each of readable(path)) take(waiting.get(each));
      done = { files: done.files + 1, bytes: done.bytes + item.size };
      room.onEvent({
        kind: 'fetching',
        files: done.files,
        ofFiles: total.files,
        bytes: done.bytes,
        ofBytes: total.bytes,
      });
    },
    async finish() {
      for (const item of waiting.values()) take(item);
      send();
      await Promise.all(underWay);
      await readAgain(staged, names, items, options, room);
      return staged;
    },
  };
}

/** The child is gone now. What it wrote after a file had been named to us, and read, is read once more, for good. */
async function readAgain(
  staged: Map<string, StagedFile>,
  names: ReadonlySet<string>,
  items: readonly Difference[],
  options: PassOptions,
  room: PassRoom,
): Promise<void> {
  const { staging } = options.folders;
  const touched = items.filter((item) => {
    const file = staged.get(item.path);
    return file !== undefined && isTouched(staging, file);
  });
  if (touched.length === 0) return;
  room.logger.debug({ files: touched.length }, 'files changed while they were fetched and are read again');
  for (const item of touched) staged.delete(item.path);
  const answer = await room.digesters.digest(
    staging,
    touched.map((item) => wantedOf(item, names, options, room)),
  );
  for (const file of answer.files) staged.set(file.path, file);
}

function wantedOf(item: Difference, names: ReadonlySet<string>, options: PassOptions, room: PassRoom): Wanted {
  const kept = item.isPublished ? room.inventory.row(item.path) : null;
  const folder = options.folders.staging;
  const isRoot = room.signing !== null && rootOf(item.path) === item.path;
  return {
    path: item.path,
    md5: names.has(`${item.path}.md5`) || item.md5 !== undefined || (kept?.md5 ?? null) !== null,
    sha512: names.has(`${item.path}.sha512`) || (kept?.sha512 ?? null) !== null,
    ...(isRoot ? { signatures: signaturesWith(item.path, names).map((path) => ({ path, folder })) } : {}),
  };
}

/** A name that is a link within the origin's tree becomes a file of its own here: the published tree holds no links. */
function copyLinks(items: readonly Difference[], options: PassOptions): void {
  for (const item of items) {
    if (item.linkTo === undefined) continue;
    const target = join(options.folders.staging, item.path);
    const from = [options.folders.staging, options.folders.settling, options.folders.published].map((folder) =>
      join(folder, item.linkTo ?? ''),
    );
    mkdirSync(dirname(target), { recursive: true });
    if (from.some((source) => copied(source, target))) utimesSync(target, item.mtime / 1000, item.mtime / 1000);
  }
}

function copied(source: string, target: string): boolean {
  try {
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
