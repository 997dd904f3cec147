import type { RoomSchema } from '../../state/migrate.ts';

// Digests of a row stand in it; `known_digest` holds only the former ones of released paths, so that a first pass writes each digest once.
// `pending` are rows of a batch that is being published: invisible to readers until they are admitted (publish/journal).
export const inventorySchema: RoomSchema = {
  room: 'inventory',
  steps: [
    `CREATE TABLE inventory_row (
       path TEXT PRIMARY KEY, kind TEXT NOT NULL, size INTEGER NOT NULL, origin_mtime INTEGER NOT NULL,
       sha256 BLOB NOT NULL, sha1 BLOB NOT NULL, md5 BLOB, sha512 BLOB, upstream_sum TEXT NOT NULL,
       first_seen INTEGER NOT NULL, last_verified INTEGER NOT NULL, generation INTEGER NOT NULL, absent_since INTEGER
     ) WITHOUT ROWID;
     CREATE INDEX inventory_row_absent ON inventory_row (absent_since) WHERE absent_since IS NOT NULL;
     CREATE TABLE inventory_pending (
       batch INTEGER NOT NULL, seq INTEGER NOT NULL, phase TEXT NOT NULL, origin TEXT NOT NULL,
       path TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL, origin_mtime INTEGER NOT NULL,
       sha256 BLOB NOT NULL, sha1 BLOB NOT NULL, md5 BLOB, sha512 BLOB, upstream_sum TEXT NOT NULL, last_verified INTEGER NOT NULL,
       keeps_digest INTEGER NOT NULL, PRIMARY KEY (batch, seq)
     ) WITHOUT ROWID;
     CREATE TABLE inventory_known_digest (
       path TEXT NOT NULL, sha256 BLOB NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (path, sha256)
     ) WITHOUT ROWID;
     CREATE TABLE inventory_metadata_set (path TEXT PRIMARY KEY, members TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
     CREATE TABLE inventory_generation (
       id INTEGER PRIMARY KEY CHECK (id = 1), lineage TEXT NOT NULL, generation INTEGER NOT NULL, files INTEGER NOT NULL, bytes INTEGER NOT NULL
     );
     CREATE TABLE inventory_takedown (
       prefix TEXT PRIMARY KEY, reason TEXT NOT NULL, legal INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL
     ) WITHOUT ROWID;`,
    `CREATE TABLE inventory_foreign_tag (path TEXT PRIMARY KEY, tag BLOB NOT NULL) WITHOUT ROWID;`,
    // What changed since a generation, without a look at the rest. A path that came back is removed no more.
    `CREATE INDEX inventory_row_generation ON inventory_row (generation);
     CREATE TABLE inventory_removed (path TEXT PRIMARY KEY, generation INTEGER NOT NULL) WITHOUT ROWID;
     CREATE INDEX inventory_removed_generation ON inventory_removed (generation);`,
    // What a crawl asks: which digests a changing path had lately, and all index files without a look at the rest.
    `CREATE TABLE inventory_former (path TEXT NOT NULL, sha256 BLOB NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (path, sha256)) WITHOUT ROWID;
     CREATE INDEX inventory_former_until ON inventory_former (until);
     CREATE INDEX inventory_row_metadata ON inventory_row (path) WHERE kind = 'metadata';`,
    `ALTER TABLE inventory_generation ADD COLUMN is_open INTEGER NOT NULL DEFAULT 0;`,
  ],
};
