import type { RoomSchema } from '../state/migrate.ts';

export const statsSchema: RoomSchema = {
  room: 'stats',
  steps: [
    // One row a log: since when it is followed, until when all of it was counted, what could not be counted, and whose retries may still come.
    `CREATE TABLE stats_log (log TEXT PRIMARY KEY, since INTEGER NOT NULL, through INTEGER NOT NULL, lines INTEGER NOT NULL, rejected INTEGER NOT NULL,
       gap_at INTEGER, recent TEXT NOT NULL) WITHOUT ROWID;
     CREATE TABLE stats_content (id INTEGER PRIMARY KEY, log TEXT NOT NULL, head BLOB NOT NULL, head_bytes INTEGER NOT NULL, offset INTEGER NOT NULL,
       path TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL, size INTEGER NOT NULL, modified_at INTEGER NOT NULL, is_growing INTEGER NOT NULL,
       seen_at INTEGER NOT NULL);
     CREATE INDEX stats_content_of_log ON stats_content (log);
     CREATE TABLE stats_object (log TEXT NOT NULL, key TEXT NOT NULL, etag TEXT NOT NULL, seen_at INTEGER NOT NULL, PRIMARY KEY (log, key, etag)) WITHOUT ROWID;
     CREATE TABLE stats_day (counted_by TEXT NOT NULL, day INTEGER NOT NULL, rule INTEGER NOT NULL, revision INTEGER NOT NULL, total INTEGER NOT NULL,
       downloads BLOB NOT NULL, traffic TEXT NOT NULL, PRIMARY KEY (counted_by, day)) WITHOUT ROWID;
     CREATE INDEX stats_day_by_day ON stats_day (day);
     CREATE TABLE stats_revision (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL);
     INSERT INTO stats_revision VALUES (1, 0);
     CREATE TABLE stats_daily_key (day INTEGER PRIMARY KEY, key BLOB NOT NULL);
     CREATE TABLE stats_whole (scope TEXT PRIMARY KEY, through_day INTEGER NOT NULL, base BLOB NOT NULL, revision INTEGER NOT NULL, total INTEGER NOT NULL,
       highest INTEGER NOT NULL, edn BLOB NOT NULL, json BLOB NOT NULL) WITHOUT ROWID;`,
    // For pages: what was fetched in the last days, and the counts of each artifact in a part of the whole that is found by its name.
    `CREATE TABLE stats_recent (scope TEXT PRIMARY KEY, from_day INTEGER NOT NULL, through_day INTEGER NOT NULL, base BLOB NOT NULL,
       revision INTEGER NOT NULL, measured_days INTEGER NOT NULL, total INTEGER NOT NULL, top TEXT NOT NULL, traffic TEXT NOT NULL) WITHOUT ROWID;
     CREATE TABLE stats_part (scope TEXT NOT NULL, part INTEGER NOT NULL, counts BLOB NOT NULL, PRIMARY KEY (scope, part)) WITHOUT ROWID;`,
  ],
};
