// What survives a power cut, and how it is bought: per batch, not per file. Node.js has no syncfs(2), so coreutils' `sync -f` does it.

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { runChild } from './child.ts';
import { MINUTE } from './clock.ts';
import { CodedError } from './error.ts';

const SYNC_DEADLINE_MS = 30 * MINUTE;

/** On return every byte and every name written so far to the file system that holds `folder` is on its disk. Throws `sync-failed`. */
export async function syncFilesystem(folder: string, signal: AbortSignal): Promise<void> {
  const exit = await runChild(
    {
      command: 'sync',
      args: ['-f', folder],
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
      deadlineMs: SYNC_DEADLINE_MS,
    },
    signal,
  );
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
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const temporary = `${folder}/.${path.slice(folder.length + 1)}.tmp`;
  const file = openSync(temporary, 'w', mode);
  try {
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
    for (let done = 0; done < buffer.length; ) done += writeSync(file, buffer, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(folder);
}

/** On return the names in `folder` are on disk. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
