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
  ],
};
