import { closeSync, copyFileSync, existsSync, fsyncSync, linkSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { syncFolder } from '../host/durable.ts';
import { CodedError, systemCode } from '../host/error.ts';

/**
 * Puts the closed database `incoming` in the place of `path`, in one step; what was there stays as `aside`. Call when nobody else has `path`
 * open, and nothing of `incoming` need be on disk yet. Returns whether
 * something was there. Throws `state-in-use`. A kill before the last step leaves the old one in place.
 */
export function replaceState(path: string, incoming: string, aside: string): boolean {
  settleLog(incoming);
  syncFile(incoming);
  const isReplaced = existsSync(path);
  if (isReplaced) {
    // A log that stayed behind would be played into the new database as if it were its own.
    if (!settleLog(path)) putLogAside(path, aside);
    keepAside(path, aside);
  }
  renameSync(incoming, path);
  syncFolder(dirname(path));
  return isReplaced;
}

/** Brings all of a database into its one file. False when that cannot be done because the file is no sound database any more. */
function settleLog(path: string): boolean {
  let database: Database.Database | null = null;
  try {
    database = new Database(path, { timeout: 1000 });
    const mode = database.pragma('journal_mode = DELETE', { simple: true });
    if (mode === 'delete') return true;
    throw inUse(path);
  } catch (cause) {
    if (cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY')) throw inUse(path, cause);
    if (cause instanceof Database.SqliteError) return false;
    throw cause;
  } finally {
    database?.close();
  }
}

/** On return what the file holds is on disk. */
export function syncFile(file: string): void {
  const handle = openSync(file, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function putLogAside(path: string, aside: string): void {
  for (const suffix of ['-wal', '-shm']) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
}

/** A second name where the file system has such, else a copy. */
export function keepAside(path: string, aside: string): void {
  try {
    linkSync(path, aside);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw error;
    copyFileSync(path, aside);
  }
}

function inUse(path: string, cause?: unknown): CodedError {
  return new CodedError('state-in-use', `Another program has ${path} open.`, {
    cause,
    path,
    remedy: 'Stop the daemon and every other verb of this data directory first.',
  });
}
