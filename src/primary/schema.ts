import type { RoomSchema } from '../state/migrate.ts';

export const primarySchema: RoomSchema = {
  room: 'primary',
  steps: [
    // A report as it was received, with all that was signed: who doubts it verifies it again. `judged_at`: when its content was taken over, or doubted.
    `CREATE TABLE primary_report (id INTEGER PRIMARY KEY, mirror TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, sequence INTEGER NOT NULL,
       received_at INTEGER NOT NULL, public_key TEXT NOT NULL, authority TEXT NOT NULL, path TEXT NOT NULL, content_digest TEXT NOT NULL,
       signature_input TEXT NOT NULL, signature TEXT NOT NULL, body BLOB NOT NULL, state TEXT NOT NULL, doubts TEXT NOT NULL, judged_at INTEGER,
       judged_by TEXT, UNIQUE (mirror, sequence));
     CREATE INDEX primary_report_by_subject ON primary_report (mirror, kind, subject, sequence);
     CREATE INDEX primary_report_by_state ON primary_report (state) WHERE state IN ('received', 'doubted');
     CREATE INDEX primary_report_by_time ON primary_report (mirror, received_at);
     CREATE TABLE primary_nonce (key_id TEXT NOT NULL, nonce TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (key_id, nonce)) WITHOUT ROWID;
     CREATE INDEX primary_nonce_until ON primary_nonce (until);
     CREATE TABLE primary_key (public_key TEXT PRIMARY KEY, mirror TEXT NOT NULL, announced_by TEXT NOT NULL, announced_at INTEGER NOT NULL) WITHOUT ROWID;
     CREATE TABLE primary_list (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL, content TEXT NOT NULL, document TEXT NOT NULL,
       made_at INTEGER NOT NULL);`,
    `CREATE TABLE primary_claim (mirror TEXT NOT NULL, path TEXT NOT NULL, verdict TEXT NOT NULL, reporter TEXT NOT NULL, claimed_at INTEGER NOT NULL,
       checked_at INTEGER, is_confirmed INTEGER, PRIMARY KEY (mirror, path, verdict, reporter)) WITHOUT ROWID;`,
    // What may be forgotten some day, so that it is found without reading everything.
    `CREATE INDEX primary_report_old ON primary_report (received_at) WHERE kind IN ('status', 'findings') AND state = 'replaced';`,
  ],
};
