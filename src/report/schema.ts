import type { RoomSchema } from '../state/migrate.ts';

export const reportSchema: RoomSchema = {
  room: 'report',
  steps: [
    // What was said last, so that it is not said again unless it has changed.
    `CREATE TABLE report_sequence (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL);
     INSERT INTO report_sequence VALUES (1, 0);
     CREATE TABLE report_said (subject TEXT PRIMARY KEY, digest TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;`,
  ],
};
