import type { RoomSchema } from '../../state/migrate.ts';

// What we know of each target, without asking it. All of it can be lost: the next push then asks before it writes.
// `owed` are paths of generations that are settled, which must be looked at again all the same; `stale` are paths that a CDN may still have as
// they were, or as absent.
export const pushSchema: RoomSchema = {
  room: 'push',
  steps: [
    `CREATE TABLE push_target (
       target TEXT PRIMARY KEY, place TEXT NOT NULL, lineage TEXT NOT NULL, generation INTEGER NOT NULL, objects INTEGER NOT NULL,
       ability TEXT, ability_at INTEGER
     ) WITHOUT ROWID;
     CREATE TABLE push_object (
       target TEXT NOT NULL, path TEXT NOT NULL, sha256 BLOB NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, told BLOB NOT NULL,
       PRIMARY KEY (target, path)
     ) WITHOUT ROWID;
     CREATE TABLE push_owed (
       target TEXT NOT NULL, path TEXT NOT NULL, why TEXT NOT NULL, found TEXT, PRIMARY KEY (target, path)
     ) WITHOUT ROWID;
     CREATE TABLE push_upload (
       target TEXT NOT NULL, key TEXT NOT NULL, upload TEXT NOT NULL, PRIMARY KEY (target, key, upload)
     ) WITHOUT ROWID;
     CREATE TABLE push_stale (
       target TEXT NOT NULL, path TEXT NOT NULL, was TEXT NOT NULL, PRIMARY KEY (target, path)
     ) WITHOUT ROWID;
     CREATE TABLE push_history (
       id INTEGER PRIMARY KEY, target TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, outcome TEXT, sentence TEXT,
       generation INTEGER, objects INTEGER NOT NULL, bytes INTEGER NOT NULL, removed INTEGER NOT NULL
     );
     CREATE INDEX push_history_target ON push_history (target, started_at);`,
  ],
};
