import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { CodedError, systemCode } from '../host/error.ts';
import { timed } from '../host/slow.ts';

export type StateDatabase = Database.Database;

export interface OpenOptions {
  readonly readonly?: boolean;
  /** How long a statement waits for another process's write transaction. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens a SQLite file in WAL mode. `synchronous=NORMAL`: a commit is durable once the file system is synced (`host/durable`), which is
 * what the batches of a pass count on; it is never torn. Throws `state-unusable` naming the file.
 */
export function openState(path: string, options: OpenOptions = {}): StateDatabase {
  try {
    if (options.readonly !== true) assertWritable(path);
    const database = new Database(path, {
      readonly: options.readonly ?? false,
      timeout: options.busyTimeoutMs ?? 10_000,
    });
    if (!database.readonly) {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = NORMAL');
    }
    database.pragma('foreign_keys = ON');
    database.pragma('cache_size = -16384');
    return database;
  } catch (cause) {
    const code = systemCode(cause) ?? 'no SQLite file';
    throw new CodedError('state-unusable', `Could not open ${path} (${code}).`, {
      cause,
      path,
      remedy:
        REMEDIES[code] ??
        'Look at its owner and mode; the data directory must be writable for the user that runs assay.',
    });
  }
}

const DAMAGED =
  'It is damaged, or no database at all: stop the daemon, then `assay restore FILE`, or `assay verify --rebuild`, which makes it again from the tree.';
const REMEDIES: Readonly<Record<string, string>> = {
  SQLITE_NOTADB: DAMAGED,
  SQLITE_CORRUPT: DAMAGED,
  SQLITE_FULL: 'The disk is full.',
};

/** SQLite opens what it may not write, and complains at the first statement that would. */
function assertWritable(path: string): void {
  accessSync(dirname(path), constants.W_OK);
  if (existsSync(path)) accessSync(path, constants.W_OK);
}

/** `BEGIN IMMEDIATE`: takes the write lock at once, so that a busy database fails before any work and not in the middle. Timed whole, with its wait. */
export function writing<T>(database: StateDatabase, work: () => T): T {
  return timed(
    'sql',
    () => ({ file: database.name }),
    () => database.transaction(work).immediate(),
  );
}
