import type { RoomSchema } from '../state/migrate.ts';

export const operatorSchema: RoomSchema = {
  room: 'operator',
  steps: [
    `CREATE TABLE operator_audit (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL);`,
    `CREATE TABLE operator_token (id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL, scopes TEXT NOT NULL, made_at INTEGER NOT NULL,
       made_by TEXT NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER) WITHOUT ROWID;`,
  ],
};
