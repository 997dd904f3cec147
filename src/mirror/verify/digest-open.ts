import { constants, openSync } from 'node:fs';

const NO_FILE = ['ENOENT', 'ELOOP', 'ENOTDIR', 'ENXIO'];

/**
 * Null when there is nothing that could be a regular file: a link put in its place is never followed. Without waiting: a pipe in a file's place
 * would hold the thread for ever, and a socket cannot be opened at all.
 */
export function openForReading(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && NO_FILE.includes(String(error.code))) return null;
    throw error;
  }
}
