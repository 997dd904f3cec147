// What survives a power cut, and how it is bought: per batch, not per file. Node.js has no syncfs(2), so coreutils' `sync -f` does it.

import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runChild } from './child.ts';
import { MINUTE } from './clock.ts';
import { CodedError, systemCode } from './error.ts';
import { tellSlow, timed } from './slow.ts';

const SYNC_DEADLINE_MS = 30 * MINUTE;

/** On return every byte and every name written so far to the file system that holds `folder` is on its disk. Throws `sync-failed`. */
export async function syncFilesystem(folder: string, signal: AbortSignal): Promise<void> {
  const begun = performance.now();
  const exit = await runChild(
    {
      command: 'sync',
      args: ['-f', folder],
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
      deadlineMs: SYNC_DEADLINE_MS,
    },
    signal,
  );
  tellSlow('fsync', performance.now() - begun, () => ({ path: folder }));
  if (exit.kind === 'exited' && exit.status === 0) return;
  signal.throwIfAborted();
  throw new CodedError('sync-failed', `Could not write ${folder} through to its disk: ${exit.stderr || exit.kind}.`, {
    path: folder,
  });
}

/**
 * Writes one small file so that readers see the old bytes or the new ones, never a part: temporary name, fsync, rename, fsync of the folder.
 * After a crash a `.NAME.tmp` may lie beside it, which the next write replaces.
 */
export function writeDurably(path: string, bytes: string | Uint8Array, mode = 0o644): void {
  const temporary = writeBeside(path, '.tmp', bytes, mode);
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/**
 * As `writeDurably`, for a file that must never be replaced: returns false, and writes nothing, where one is. Of several that do so at once, one
 * writes. After a crash a `.NAME.PID.tmp` may lie beside it.
 */
export function createDurably(path: string, bytes: string | Uint8Array, mode = 0o644): boolean {
  if (existsSync(path)) return false;
  const temporary = writeBeside(path, `.${process.pid}.tmp`, bytes, mode);
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    unlinkSync(temporary);
  }
  syncFolder(dirname(path));
  return true;
}

/** On return the bytes are on disk under a hidden name in the same folder. */
function writeBeside(path: string, ending: string, bytes: string | Uint8Array, mode: number): string {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}${ending}`);
  const file = openSync(temporary, 'w', mode);
  try {
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
    for (let done = 0; done < buffer.length; ) done += writeSync(file, buffer, done);
    timed(
      'fsync',
      () => ({ path: temporary }),
      () => fsyncSync(file),
    );
  } finally {
    closeSync(file);
  }
  return temporary;
}

/** On return the names in `folder` are on disk. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    timed(
      'fsync',
      () => ({ path: folder }),
      () => fsyncSync(handle),
    );
  } finally {
    closeSync(handle);
  }
}
