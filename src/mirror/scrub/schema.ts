import type { RoomSchema } from '../../state/migrate.ts';

export const scrubSchema: RoomSchema = {
  room: 'scrub',
  steps: [
    `CREATE TABLE scrub_history (
       id INTEGER PRIMARY KEY, started_at INTEGER NOT NULL, ended_at INTEGER, cursor TEXT NOT NULL, files INTEGER NOT NULL, bytes INTEGER NOT NULL
     );
     CREATE TABLE scrub_withheld (path TEXT PRIMARY KEY, sha256 BLOB NOT NULL, verdict TEXT NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;`,
  ],
};
