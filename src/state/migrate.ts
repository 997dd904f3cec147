import { CodedError } from '../host/error.ts';
import { type StateDatabase, writing } from './open.ts';

/** The tables of one room, as the ordered steps that made them. A step that has shipped is never edited: a new one is added. */
export interface RoomSchema {
  readonly room: string;
  readonly steps: readonly string[];
}

/**
 * Brings every room's tables to the newest step, in one transaction. Throws `state-too-new` when the file was written by a newer assay:
 * going on could lose what it knows.
 */
export function migrate(database: StateDatabase, schemas: readonly RoomSchema[]): void {
  writing(database, () => {
    database.exec(
      'CREATE TABLE IF NOT EXISTS state_migration (room TEXT PRIMARY KEY, step INTEGER NOT NULL) WITHOUT ROWID',
    );
    for (const schema of schemas) bringForward(database, schema);
  });
}

/** For who opens the file read-only, and cannot bring it forward. Throws `state-older` and `state-too-new`, and closes the file. */
export function assertCurrent(database: StateDatabase, schemas: readonly RoomSchema[]): void {
  try {
    for (const schema of schemas) {
      const done = stepOf(database, schema.room);
      assertKnown(database, schema, done);
      if (done < schema.steps.length) throw older(database, schema.room);
    }
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Throws `state-too-new`; an older file may still be brought forward. */
export function assertNotNewer(database: StateDatabase, schemas: readonly RoomSchema[]): void {
  for (const schema of schemas) assertKnown(database, schema, stepOf(database, schema.room));
}

function stepOf(database: StateDatabase, room: string): number {
  const table = database.prepare("SELECT name FROM sqlite_master WHERE name = 'state_migration'").get();
  if (table === undefined) return 0;
  const row = database.prepare<[string], { step: number }>('SELECT step FROM state_migration WHERE room = ?').get(room);
  return row?.step ?? 0;
}

function assertKnown(database: StateDatabase, schema: RoomSchema, done: number): void {
  if (done <= schema.steps.length) return;
  throw new CodedError(
    'state-too-new',
    `${database.name} was written by a newer assay (${schema.room}: step ${done}, known here: ${schema.steps.length}).`,
    {
      path: database.name,
      remedy: 'Start the newer version, or restore a backup made by this one.',
    },
  );
}

function older(database: StateDatabase, room: string): CodedError {
  return new CodedError('state-older', `${database.name} was written by an older assay (tables of ${room}).`, {
    path: database.name,
    remedy: 'Start the daemon, or run `assay sync` once: both bring it forward.',
  });
}

function bringForward(database: StateDatabase, schema: RoomSchema): void {
  const done = stepOf(database, schema.room);
  assertKnown(database, schema, done);
  for (const step of schema.steps.slice(done)) database.exec(step);
  database
    .prepare(
      'INSERT INTO state_migration (room, step) VALUES (?, ?) ON CONFLICT (room) DO UPDATE SET step = excluded.step',
    )
    .run(schema.room, schema.steps.length);
}
