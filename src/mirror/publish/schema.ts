import type { RoomSchema } from '../../state/migrate.ts';

export const publishSchema: RoomSchema = {
  room: 'publish',
  steps: [
    `CREATE TABLE publish_batch (id INTEGER PRIMARY KEY AUTOINCREMENT, state TEXT NOT NULL CHECK (state IN ('building', 'staged')), generation INTEGER NOT NULL, at INTEGER NOT NULL);
     CREATE TABLE publish_quarantine (
       path TEXT PRIMARY KEY, verdict TEXT NOT NULL, why TEXT NOT NULL, size INTEGER NOT NULL, origin_mtime INTEGER NOT NULL,
       sha256 BLOB NOT NULL, expected TEXT, source TEXT NOT NULL, at INTEGER NOT NULL, has_bytes INTEGER NOT NULL
     ) WITHOUT ROWID;
     CREATE TABLE publish_permit (path TEXT NOT NULL, sha256 TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, PRIMARY KEY (path, sha256)) WITHOUT ROWID;`,
  ],
};
