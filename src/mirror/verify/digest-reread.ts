// Published files read again, as fast as they may be: only what tells whether the bytes are still those of their row.

import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { SECOND } from '../../host/clock.ts';
import { systemCode } from '../../host/error.ts';
import type { Reread, RereadAnswer, RereadRequest } from './digest.ts';
import { openForReading } from './digest-open.ts';

const piece = Buffer.allocUnsafe(1024 * 1024);
/** A disk reads whole pages, and a small file costs at least one. */
const LEAST_BYTES = 4096;

export function reread(request: RereadRequest): RereadAnswer {
  const pace = makePace(request.bytesPerSecond);
  const files = request.paths.map((path) => rereadFile(request.folder, path, pace));
  return { kind: 'reread', id: request.id, files };
}

/** Of the disk and of this file's rights. Anything else (too many open files, no memory) says nothing about the file. */
const OF_THE_FILE = ['EIO', 'EACCES', 'EPERM', 'ENODATA', 'EUCLEAN', 'EBADMSG', 'EREMOTEIO'];

/** Told of bytes that were read, and waits until so many may have been. The thread does nothing else, so it just sleeps. */
type Pace = (bytes: number) => void;

const sleeper = new Int32Array(new SharedArrayBuffer(4));
let mayReadAt = 0;

function makePace(bytesPerSecond: number): Pace {
  if (bytesPerSecond <= 0) return () => undefined;
  return (bytes) => {
    const now = performance.now();
    mayReadAt = Math.max(now, mayReadAt) + (Math.max(bytes, LEAST_BYTES) / bytesPerSecond) * SECOND;
    Atomics.wait(sleeper, 0, 0, Math.max(0, mayReadAt - now));
  };
}

function rereadFile(folder: string, path: string, pace: Pace): Reread {
  try {
    const handle = openForReading(join(folder, path));
    return handle === null ? { kind: 'missing', path } : rereadOpen(handle, path, pace);
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (!OF_THE_FILE.includes(code)) throw error;
    return { kind: 'unreadable', path, code };
  }
}

function rereadOpen(handle: number, path: string, pace: Pace): Reread {
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) return { kind: 'missing', path };
    const first = readSync(handle, piece);
    pace(first);
    if (first === stat.size && first < piece.length) {
      const bytes = piece.subarray(0, first);
      return { kind: 'read', path, size: first, sha256: hash('sha256', bytes), sha1: hash('sha1', bytes) };
    }
    const sha256 = createHash('sha256');
    const sha1 = createHash('sha1');
    let size = 0;
    for (let got = first; got > 0; got = readPiece(handle, pace)) {
      const bytes = piece.subarray(0, got);
      sha256.update(bytes);
      sha1.update(bytes);
      size += got;
    }
    return { kind: 'read', path, size, sha256: sha256.digest('hex'), sha1: sha1.digest('hex') };
  } finally {
    closeSync(handle);
  }
}

function readPiece(handle: number, pace: Pace): number {
  const got = readSync(handle, piece);
  pace(got);
  return got;
}
