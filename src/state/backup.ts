// A copy of state.db, taken while others write to it, with the ledger in the same file: one SQLite database that says of itself what it is.

import { closeSync, existsSync, linkSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '../host/durable.ts';
import { CodedError, systemCode } from '../host/error.ts';
import { openState, type StateDatabase } from './open.ts';
import { syncFile } from './replace.ts';

export { keepAside, replaceState } from './replace.ts';

/** What a backup says of itself. */
export interface BackupNote {
  readonly name: string;
  /** Of assay. */
  readonly version: string;
  /** Epoch milliseconds. */
  readonly madeAt: number;
  readonly lineage: string;
  readonly generation: number;
  readonly files: number;
}

const NOTE = 'CREATE TABLE state_backup_note (id INTEGER PRIMARY KEY CHECK (id = 1), note TEXT NOT NULL)';
const LEDGER = 'CREATE TABLE state_backup_ledger (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL)';
const PIECE_BYTES = 1024 * 1024;

/**
 * Writes `database` as it is now, and `ledger` as far as it has whole lines, into `file`; on return it is on disk. Others may write meanwhile:
 * what they add is not in it. Throws `backup-exists` unless `force`, and `backup-unwritable`. A kill leaves `FILE.partial`, which the next
 * backup replaces.
 */
export async function writeBackup(
  database: StateDatabase,
  ledger: string,
  file: string,
  note: BackupNote,
  force: boolean,
): Promise<void> {
  if (!force && existsSync(file)) throw alreadyThere(file);
  if (statSync(dirname(file), { throwIfNoEntry: false })?.isDirectory() !== true)
    throw unwritable(file, 'no such folder');
  const partial = `${file}.partial`;
  try {
    rmSync(partial, { force: true });
    // Made with rights of its own before anything is in it: it holds digests of tokens.
    closeSync(openSync(partial, 'wx', 0o600));
    await copyPages(database, partial);
    addNote(partial, note, ledger);
    syncFile(partial);
    if (force) renameSync(partial, file);
    else {
      linkSync(partial, file);
      rmSync(partial);
    }
    syncFolder(dirname(file));
  } catch (cause) {
    rmSync(partial, { force: true });
    if (systemCode(cause) === 'EEXIST') throw alreadyThere(file);
    throw unwritable(file, systemCode(cause) ?? 'unknown', cause);
  }
}

/** In one read transaction: without it every write of others would begin the copy anew. */
async function copyPages(database: StateDatabase, file: string): Promise<void> {
  database.exec('BEGIN');
  try {
    database.prepare('SELECT count(*) FROM sqlite_master').get();
    await database.backup(file);
  } finally {
    database.exec('COMMIT');
  }
}

function addNote(file: string, note: BackupNote, ledger: string): void {
  const copy = openState(file);
  try {
    copy.pragma('journal_mode = DELETE');
    copy.exec(`${NOTE}; ${LEDGER};`);
    copy.prepare('INSERT INTO state_backup_note VALUES (1, ?)').run(JSON.stringify(note));
    const insert = copy.prepare('INSERT INTO state_backup_ledger (bytes) VALUES (?)');
    for (const piece of wholeLines(ledger)) insert.run(piece);
  } finally {
    copy.close();
  }
}

/** Pieces of a file, the last of which ends with a line: another process may be in the middle of one. */
function* wholeLines(file: string): Iterable<Buffer> {
  if (!existsSync(file)) return;
  const handle = openSync(file, 'r');
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      const bytes = Buffer.concat([rest, piece.subarray(0, readSync(handle, piece))]);
      const end = bytes.lastIndexOf(0x0a) + 1;
      if (end > 0) yield bytes.subarray(0, end);
      if (bytes.length === rest.length) return;
      rest = bytes.subarray(end);
    }
  } finally {
    closeSync(handle);
  }
}

export interface Backup extends Disposable {
  readonly note: BackupNote;
  readonly database: StateDatabase;
  /** The ledger as it was then, in pieces. */
  ledger(): Iterable<Buffer>;
}

/** Opens a backup for reading and looks whether it is whole. Throws `backup-unusable`. */
export function openBackup(file: string): Backup {
  const database = openAsBackup(file);
  try {
    const damage = database.pragma('integrity_check(1)', { simple: true });
    if (damage !== 'ok') throw unusable(file, `it is damaged: ${String(damage)}`);
    const stored = database.prepare<[], { note: string }>('SELECT note FROM state_backup_note').get();
    if (stored === undefined) throw unusable(file, 'it is not complete');
    return {
      note: JSON.parse(stored.note) as BackupNote,
      database,
      *ledger() {
        const pieces = database.prepare<[], { bytes: Buffer }>('SELECT bytes FROM state_backup_ledger ORDER BY seq');
        for (const { bytes } of pieces.iterate()) yield bytes;
      },
      [Symbol.dispose]: () => database.close(),
    };
  } catch (cause) {
    database.close();
    throw cause instanceof CodedError ? cause : unusable(file, 'it is no backup of assay', cause);
  }
}

function openAsBackup(file: string): StateDatabase {
  try {
    return openState(file, { readonly: true });
  } catch (cause) {
    throw unusable(file, existsSync(file) ? 'it cannot be read' : 'it is not there', cause);
  }
}

/** A copy of the backup at `file`, without what makes it one. */
export async function unpackBackup(backup: Backup, file: string): Promise<void> {
  rmSync(file, { force: true });
  await backup.database.backup(file);
  const copy = openState(file);
  try {
    copy.exec('DROP TABLE state_backup_note; DROP TABLE state_backup_ledger;');
  } finally {
    copy.close();
  }
}

function alreadyThere(file: string): CodedError {
  return new CodedError('backup-exists', `${file} is there already and was left as it is.`, {
    path: file,
    remedy: 'Give another name, or --force to replace it.',
  });
}

function unwritable(file: string, why: string, cause?: unknown): CodedError {
  return new CodedError('backup-unwritable', `Could not write ${file} (${why}).`, {
    cause,
    path: file,
    remedy: 'Give another file, on a disk with room and in a folder that you may write.',
  });
}

function unusable(file: string, why: string, cause?: unknown): CodedError {
  return new CodedError('backup-unusable', `${file} cannot be restored: ${why}.`, {
    cause,
    path: file,
    remedy: 'Give a file that `assay backup` has written.',
  });
}
