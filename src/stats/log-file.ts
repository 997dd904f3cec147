// Log files as they lie on this machine: found by name, recognised by content, read from where the last reading ended. A log that is rotated by
// renaming, by copying and truncating, or by compressing is the same content under another name: it is recognised by its beginning.

import { createHash } from 'node:crypto';
import { createReadStream, globSync, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { CodedError, systemCode } from '../host/error.ts';

export interface FoundFile {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** Content that is known: how it begins, and how far it has been counted. For a compressed file all of it is about what is inside. */
export interface KnownContent {
  /** SHA-256 of its first `headBytes`, of all that is counted while that is less. */
  readonly head: Buffer;
  readonly headBytes: number;
  readonly offset: number;
}

export const HEAD_BYTES = 4096;
const READ_BYTES = 1024 * 1024;
const MOST_FILES = 10_000;
const WILDCARD = /[*?[{]/;
/** How logrotate and its like name what they put aside: `.1`, `-20261121`, `.1.gz`. */
const ROTATED = /^[.-]\d{1,14}(?:[.-]\d{1,14})?(?:\.gz)?$/;

/**
 * The files of a log, the oldest first: by a glob, or a path with what was rotated away beside it. None is no error, the server may not have
 * written yet. Throws `stats-log-unreadable`.
 */
export function findLogFiles(path: string): FoundFile[] {
  try {
    const names = WILDCARD.test(path) ? globSync(path) : withRotated(path);
    const files = names.flatMap(foundFile).sort((a, b) => a.modifiedAt - b.modifiedAt || (a.path < b.path ? -1 : 1));
    if (files.length > MOST_FILES) throw new Error(`more than ${MOST_FILES} files`);
    return files;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** The first bytes of what a file holds, at most `HEAD_BYTES`. Throws `stats-log-unreadable`. */
export async function readHead(file: FoundFile, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of readFrom(file, 0, signal)) {
    chunks.push(Buffer.from(chunk.subarray(0, HEAD_BYTES - length)));
    length += chunks.at(-1)?.length ?? 0;
    if (length >= HEAD_BYTES) break;
  }
  return Buffer.concat(chunks);
}

/** Which of the known contents a file that begins like this goes on with; the one that knows the longest beginning. */
export function recognise<Known extends KnownContent>(head: Buffer, known: readonly Known[]): Known | null {
  let best: Known | null = null;
  for (const each of known) {
    if (each.headBytes > head.length || each.headBytes <= (best?.headBytes ?? 0)) continue;
    if (headOf(head, each.headBytes).equals(each.head)) best = each;
  }
  return best;
}

export function headOf(head: Buffer, bytes: number): Buffer {
  return createHash('sha256').update(head.subarray(0, bytes)).digest();
}

/** What a file holds from `offset` on, unpacked if it is compressed, until its end of now. Throws `stats-log-unreadable`, also for a damaged archive. */
export async function* readFrom(file: FoundFile, offset: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  const packed = isPacked(file);
  const options = { highWaterMark: READ_BYTES, signal, start: packed ? 0 : offset };
  const raw = createReadStream(file.path, options);
  const unpacked = packed ? raw.pipe(createGunzip({ chunkSize: READ_BYTES })) : raw;
  // A pipe does not carry errors along.
  raw.once('error', (error) => unpacked.destroy(error));
  let left = packed ? offset : 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      const skipped = Math.min(left, chunk.length);
      left -= skipped;
      if (skipped < chunk.length) yield chunk.subarray(skipped);
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw unreadable(file.path, cause);
  } finally {
    raw.destroy();
    unpacked.destroy();
  }
}

/** A compressed file is never appended to: its last line is whole. */
export function isPacked(file: FoundFile): boolean {
  return file.path.endsWith('.gz');
}

function withRotated(path: string): string[] {
  const folder = dirname(path);
  const name = basename(path);
  return readdirSync(folder)
    .filter((each) => each === name || (each.startsWith(name) && ROTATED.test(each.slice(name.length))))
    .map((each) => join(folder, each));
}

/** Rotated away between listing and looking: it is found under its new name. */
function foundFile(path: string): FoundFile[] {
  let stat: Stats | undefined;
  try {
    stat = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  if (stat?.isFile() !== true) return [];
  return [{ path, device: stat.dev, inode: stat.ino, size: stat.size, modifiedAt: Math.floor(stat.mtimeMs) }];
}

function unreadable(path: string, cause: unknown): CodedError {
  const why = systemCode(cause) ?? (cause instanceof Error ? cause.message : 'unknown');
  return new CodedError('stats-log-unreadable', `The log ${path} could not be read (${why}).`, {
    cause,
    path,
    remedy: 'The assay user must be able to read it, and its folder; a damaged archive has to be moved away.',
  });
}
