import type { RoomSchema } from '../../state/migrate.ts';

// `state` and `health` are JSON of the values that plan.ts and health.ts describe. An observation is kept only where there was trouble.
export const crawlSchema: RoomSchema = {
  room: 'crawl',
  steps: [
    `CREATE TABLE crawl_mirror (
       name TEXT PRIMARY KEY, url TEXT NOT NULL, state TEXT NOT NULL, health TEXT NOT NULL, visited_at INTEGER, answered_at INTEGER,
       behind_ms INTEGER, integrity_at INTEGER, last TEXT
     ) WITHOUT ROWID;
     CREATE TABLE crawl_round (
       id INTEGER PRIMARY KEY, started_at INTEGER NOT NULL, ended_at INTEGER, depth TEXT NOT NULL, seed TEXT NOT NULL, generation INTEGER NOT NULL,
       outcome TEXT
     );
     CREATE TABLE crawl_spent (
       mirror TEXT NOT NULL, day TEXT NOT NULL, requests INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (mirror, day)
     ) WITHOUT ROWID;
     CREATE TABLE crawl_check (mirror TEXT NOT NULL, verdict TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (mirror, verdict)) WITHOUT ROWID;
     CREATE TABLE crawl_observation (
       id INTEGER PRIMARY KEY, round INTEGER NOT NULL, mirror TEXT NOT NULL, path TEXT NOT NULL, verdict TEXT NOT NULL, blame TEXT NOT NULL,
       why TEXT NOT NULL, at INTEGER NOT NULL
     );
     CREATE INDEX crawl_observation_at ON crawl_observation (at);
     CREATE TABLE crawl_memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,
    // What the origin itself answers, for a crawl without a tree of our own. Digests are empty until it was asked; \`body\` is of metadata alone.
    `CREATE TABLE crawl_reference (
       path TEXT PRIMARY KEY, kind TEXT NOT NULL, size INTEGER, sha256 BLOB, sha1 BLOB, md5 BLOB, body BLOB, published_at INTEGER NOT NULL,
       asked_at INTEGER, listing INTEGER NOT NULL, first_listing INTEGER NOT NULL, gone_at INTEGER
     ) WITHOUT ROWID;
     CREATE INDEX crawl_reference_metadata ON crawl_reference (path) WHERE kind = 'metadata';
     CREATE INDEX crawl_reference_listing ON crawl_reference (first_listing);
     CREATE TABLE crawl_former (path TEXT NOT NULL, sha256 BLOB NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (path, sha256)) WITHOUT ROWID;`,
    // What every visit came to, one small row each; \`verdicts\` is JSON, and empty where all was well.
    `CREATE TABLE crawl_visit (
       mirror TEXT NOT NULL, at INTEGER NOT NULL, round INTEGER NOT NULL, ended TEXT NOT NULL, health TEXT NOT NULL, behind_ms INTEGER,
       claims INTEGER NOT NULL, proofs INTEGER NOT NULL, troubles INTEGER NOT NULL, verdicts TEXT NOT NULL, PRIMARY KEY (mirror, at)
     ) WITHOUT ROWID;
     CREATE INDEX crawl_visit_round ON crawl_visit (round);`,
    // All that the history of rounds adds up, so that no visit is read for it.
    `DROP INDEX crawl_visit_round;
     CREATE INDEX crawl_visit_totals ON crawl_visit (round, troubles, ended, claims, proofs);`,
  ],
};
