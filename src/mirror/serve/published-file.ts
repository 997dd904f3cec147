// The only file access of the repository: the path comes from an inventory row, never from a request.

import { closeSync, constants, fstatSync, open, read, type Stats } from 'node:fs';
import { promisify } from 'node:util';
import { systemCode } from '../../host/error.ts';

const openFile = promisify(open);
const readFile = promisify(read);

// A link in the published tree was not put there by us. Without O_NONBLOCK opening a FIFO would wait for a writer for ever.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export type Opened =
  | { readonly kind: 'open'; readonly file: number; readonly size: number; readonly mtime: number }
  /** What stands there is not what was published. */
  | { readonly kind: 'damaged'; readonly damage: string };

/** Opens a regular file; the caller closes it. `size` is what its row says, or null where there is no row. */
export async function openPublished(path: string, size: number | null): Promise<Opened> {
  let file: number;
  try {
    file = await openFile(path, FLAGS);
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    return { kind: 'damaged', damage: code };
  }
  const found = statOpen(file);
  if (!found.isFile()) return refuse(file, 'not a regular file');
  if (size !== null && found.size !== size) return refuse(file, `${found.size} bytes in place of ${size}`);
  return { kind: 'open', file, size: found.size, mtime: found.mtimeMs };
}

/** Reads `length` bytes from `start`, or fewer when the file ends before. */
export function readBytes(file: number, start: number, length: number): Promise<Buffer> {
  return readInto(Buffer.allocUnsafe(length), file, start, length);
}

/** The same, into the beginning of `buffer`, of which the result is a part. */
export async function readInto(buffer: Buffer, file: number, start: number, length: number): Promise<Buffer> {
  let done = 0;
  while (done < length) {
    const { bytesRead } = await readFile(file, buffer, done, length - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

/** Closes a descriptor that was only read from: nothing is written through, nothing waits. */
export function closePublished(file: number): void {
  closeSync(file);
}

/** Not through the thread pool, which would cost more than the call: the inode of an open file is in memory. */
function statOpen(file: number): Stats {
  try {
    return fstatSync(file);
  } catch (error) {
    closePublished(file);
    throw error;
  }
}

function refuse(file: number, damage: string): Opened {
  closePublished(file);
  return { kind: 'damaged', damage };
}
