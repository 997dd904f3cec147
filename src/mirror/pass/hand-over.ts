// What was fetched and read leaves the folder that the source's child can write. A child that a hostile server has taken over could otherwise
// keep a file open and change it after it was proven, or even after it was published: a rename takes no open file away.

import { lstatSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../host/error.ts';
import type { StagedFile } from '../verify/gate.ts';

/** Moves everything below `from` to the same paths below `to`, replacing what lies there. Call only while no child runs that can see `from`. */
export function handOver(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true, encoding: 'buffer' })) {
    move(Buffer.from(from), Buffer.from(to), entry.name, entry.isDirectory());
  }
}

function move(from: Buffer, to: Buffer, name: Buffer, isFolder: boolean): void {
  const source = below(from, name);
  const target = below(to, name);
  if (isFolder && isFolderAt(target)) {
    for (const entry of readdirSync(source, { withFileTypes: true, encoding: 'buffer' })) {
      move(source, target, entry.name, entry.isDirectory());
    }
    rmdirSync(source);
    return;
  }
  try {
    renameSync(source, target);
  } catch (error) {
    // A file where a folder comes now, or the reverse: the new one stands.
    if (!['ENOTDIR', 'EISDIR', 'ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
    rmSync(target, { recursive: true, force: true });
    renameSync(source, target);
  }
}

function isFolderAt(path: Buffer): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function below(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from('/'), name]);
}

/** Whether anybody has written the file since it was opened for reading. */
export function isTouched(folder: string, file: StagedFile): boolean {
  return lstatSync(join(folder, file.path), { throwIfNoEntry: false })?.ctimeMs !== file.changedAt;
}
