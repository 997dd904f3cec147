import Database from 'better-sqlite3';
import { type Clock, isoTime } from './clock.ts';
import { CodedError } from './error.ts';

export interface Holder {
  readonly pid: number;
  readonly verb: string;
  readonly since: string;
}

export interface Lock extends Disposable {
  release(): void;
}

const POLL_MS = 200;

/**
 * Takes the lock file for `verb`, waiting at most `waitMs`. It is a SQLite file held by an open write transaction: the kernel frees it when
 * the holder dies, however it dies, so there is no stale lock to clear by hand. Throws `busy`, naming holder, verb and since.
 */
export async function takeLock(
  path: string,
  verb: string,
  waitMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Lock> {
  const giveUpAt = performance.now() + waitMs;
  for (;;) {
    const taken = tryLock(path, { pid: process.pid, verb, since: isoTime(clock.now()) });
    if (taken !== null) return taken;
    if (performance.now() >= giveUpAt) throw busy(path);
    await clock.sleep(POLL_MS, signal);
  }
}

/** Who holds the lock now, or null. Only for telling people: by the time it is read the holder may have gone. */
export function lockHolder(path: string): Holder | null {
  const database = openLock(path);
  try {
    database.exec('BEGIN IMMEDIATE');
    database.exec('ROLLBACK');
    return null;
  } catch (error) {
    if (!isBusy(error)) throw error;
    return readHolder(database);
  } finally {
    database.close();
  }
}

function tryLock(path: string, holder: Holder): Lock | null {
  const database = openLock(path);
  try {
    // Committed first and read by others through the WAL; then the transaction that is the lock itself.
    database.exec('BEGIN IMMEDIATE');
    database.exec(
      'CREATE TABLE IF NOT EXISTS lock_holder (id INTEGER PRIMARY KEY, pid INTEGER, verb TEXT, since TEXT)',
    );
    database
      .prepare('INSERT OR REPLACE INTO lock_holder VALUES (1, ?, ?, ?)')
      .run(holder.pid, holder.verb, holder.since);
    database.exec('COMMIT');
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw new CodedError('lock-unusable', `Could not use the lock file ${path}.`, {
      cause: error,
      path,
      remedy: 'The data directory must be writable for the user that runs assay.',
    });
  }
  const release = () => {
    if (database.open) database.close();
  };
  return { release, [Symbol.dispose]: release };
}

function openLock(path: string): Database.Database {
  try {
    const database = new Database(path, { timeout: 0 });
    database.pragma('journal_mode = WAL');
    return database;
  } catch (cause) {
    if (isBusy(cause)) return new Database(path, { timeout: 0 });
    throw new CodedError('lock-unusable', `Could not use the lock file ${path}.`, {
      cause,
      path,
      remedy: 'The data directory must be writable for the user that runs assay.',
    });
  }
}

function readHolder(database: Database.Database): Holder | null {
  try {
    return database.prepare<[], Holder>('SELECT pid, verb, since FROM lock_holder WHERE id = 1').get() ?? null;
  } catch (error) {
    // Between the file's making and its first commit there is no table yet: somebody holds it, we cannot say who.
    if (error instanceof Database.SqliteError) return null;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

function busy(path: string): CodedError {
  const holder = lockHolder(path);
  const who = holder === null ? 'another process' : `process ${holder.pid} (${holder.verb}, since ${holder.since})`;
  return new CodedError('busy', `${path} is held by ${who}.`, { path, remedy: 'Wait for it, or give --wait SECONDS.' });
}
