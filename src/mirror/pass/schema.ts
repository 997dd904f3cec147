import type { RoomSchema } from '../../state/migrate.ts';

export const passSchema: RoomSchema = {
  room: 'pass',
  steps: [
    `CREATE TABLE pass_history (
       id INTEGER PRIMARY KEY, started_at INTEGER NOT NULL, ended_at INTEGER, outcome TEXT, generation INTEGER, sentence TEXT, counts TEXT
     );
     CREATE TABLE pass_held (
       path TEXT PRIMARY KEY, unit TEXT NOT NULL, kind TEXT NOT NULL, verdict TEXT NOT NULL, why TEXT NOT NULL,
       size INTEGER NOT NULL, mtime INTEGER NOT NULL, sha256 TEXT, since INTEGER NOT NULL, retry_at INTEGER NOT NULL, seen INTEGER NOT NULL,
       dropped INTEGER NOT NULL
     ) WITHOUT ROWID;
     CREATE INDEX pass_held_retry ON pass_held (retry_at);
     CREATE TABLE pass_removed (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, is_snapshot INTEGER NOT NULL, files INTEGER NOT NULL);
     CREATE TABLE pass_memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,
  ],
};
