// Files on their way into staging. What lies there was written by us, or by a child of another source that a stranger may have talked into
// anything: no link is followed, and what is in the way goes.

import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { systemCode } from '../../host/error.ts';

export interface StagingFile {
  readonly sizeBytes: number;
  write(chunk: Buffer): void;
  rewind(sizeBytes: number): void;
  /** Whole now, with the origin's time (epoch milliseconds). */
  finish(mtime: number): void;
  discard(): void;
}

export interface StagingFolder {
  /** A new, empty file under this repository path. */
  create(path: string): StagingFile;
  /** Where a regular file of this path lies, or null. */
  find(path: string): string | null;
  /** A copy of a file from elsewhere, with this time. */
  copy(from: string, path: string, mtime: number): void;
  touch(path: string, mtime: number): void;
}

const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

export function openStaging(staging: string): StagingFolder {
  const sound = new Set(['.']);
  /** Each folder is looked at once: none is a link, or it is made anew. */
  const prepare = (folder: string): void => {
    if (sound.has(folder)) return;
    prepare(dirname(folder));
    const place = join(staging, folder);
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (found !== undefined && !found.isDirectory()) rmSync(place);
    if (found?.isDirectory() !== true) mkdirSync(place);
    sound.add(folder);
  };
  const open = (path: string): number => {
    prepare(dirname(path));
    const place = join(staging, path);
    try {
      return openSync(place, FLAGS, 0o644);
    } catch (error) {
      // A folder or a link in the file's place.
      if (!['EISDIR', 'ELOOP', 'ENXIO'].includes(systemCode(error) ?? '')) throw error;
      rmSync(place, { recursive: true, force: true });
      return openSync(place, FLAGS, 0o644);
    }
  };
  const touch = (path: string, mtime: number) => utimesSync(join(staging, path), mtime / 1000, mtime / 1000);
  return {
    create: (path) => startFile(open(path), join(staging, path)),
    find(path) {
      const place = join(staging, path);
      return lstatSync(place, { throwIfNoEntry: false })?.isFile() === true ? place : null;
    },
    copy(from, path, mtime) {
      closeSync(open(path));
      copyFileSync(from, join(staging, path), constants.COPYFILE_FICLONE);
      touch(path, mtime);
    },
    touch,
  };
}

function startFile(handle: number, place: string): StagingFile {
  let size = 0;
  return {
    get sizeBytes() {
      return size;
    },
    write(chunk) {
      for (let done = 0; done < chunk.length; )
        done += writeSync(handle, chunk, done, chunk.length - done, size + done);
      size += chunk.length;
    },
    rewind(sizeBytes) {
      size = Math.min(size, sizeBytes);
      ftruncateSync(handle, size);
    },
    finish(mtime) {
      if (fstatSync(handle).size !== size) ftruncateSync(handle, size);
      closeSync(handle);
      utimesSync(place, mtime / 1000, mtime / 1000);
    },
    discard() {
      closeSync(handle);
      rmSync(place, { force: true });
    },
  };
}
