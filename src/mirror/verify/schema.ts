import type { RoomSchema } from '../../state/migrate.ts';

// `sha256` is of the signed file, `beside` of its signature files: a row says nothing of other bytes. `keyset` and `policy` are the first bytes of their
// versions; a row of others is judged again from its evidence, mostly without reading the file. `verify_signer` outlives the rows: who signed an
// artifact is asked when the files are gone.
export const verifySchema: RoomSchema = {
  room: 'verify',
  steps: [
    `CREATE TABLE verify_signature (
       path TEXT PRIMARY KEY, artifact TEXT NOT NULL, sha256 BLOB NOT NULL, class TEXT NOT NULL, weak INTEGER, trusted INTEGER, allowed INTEGER,
       continuity TEXT, certificate TEXT, issuer TEXT, signed_at INTEGER, beside BLOB NOT NULL, signed_since INTEGER NOT NULL,
       first_judged INTEGER NOT NULL, judged_at INTEGER NOT NULL, keyset BLOB NOT NULL, policy BLOB NOT NULL, evidence TEXT NOT NULL
     ) WITHOUT ROWID;
     CREATE INDEX verify_signature_class ON verify_signature (class);
     CREATE INDEX verify_signature_artifact ON verify_signature (artifact);
     CREATE INDEX verify_signature_certificate ON verify_signature (certificate) WHERE certificate IS NOT NULL;
     CREATE TABLE verify_signer (
       artifact TEXT NOT NULL, certificate TEXT NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, PRIMARY KEY (artifact, certificate)
     ) WITHOUT ROWID;
     CREATE TABLE verify_turn (
       id INTEGER PRIMARY KEY CHECK (id = 1), keyset BLOB NOT NULL, policy BLOB NOT NULL, cursor TEXT, began_at INTEGER NOT NULL, ended_at INTEGER
     );`,
    // Counts of a million rows, asked for at every scrape: kept as the rows change.
    `CREATE TABLE verify_count (
       class TEXT NOT NULL, weak INTEGER NOT NULL, refused INTEGER NOT NULL, files INTEGER NOT NULL, PRIMARY KEY (class, weak, refused)
     ) WITHOUT ROWID;
     INSERT INTO verify_count SELECT class, coalesce(weak, 0), allowed IS 0, count(*) FROM verify_signature GROUP BY 1, 2, 3;
     CREATE TRIGGER verify_count_more AFTER INSERT ON verify_signature BEGIN
       INSERT INTO verify_count VALUES (new.class, coalesce(new.weak, 0), new.allowed IS 0, 1)
         ON CONFLICT (class, weak, refused) DO UPDATE SET files = files + 1;
     END;
     CREATE TRIGGER verify_count_other AFTER UPDATE OF class, weak, allowed ON verify_signature BEGIN
       UPDATE verify_count SET files = files - 1 WHERE class = old.class AND weak = coalesce(old.weak, 0) AND refused = (old.allowed IS 0);
       INSERT INTO verify_count VALUES (new.class, coalesce(new.weak, 0), new.allowed IS 0, 1)
         ON CONFLICT (class, weak, refused) DO UPDATE SET files = files + 1;
     END;
     CREATE TRIGGER verify_count_less AFTER DELETE ON verify_signature BEGIN
       UPDATE verify_count SET files = files - 1 WHERE class = old.class AND weak = coalesce(old.weak, 0) AND refused = (old.allowed IS 0);
     END;`,
  ],
};
