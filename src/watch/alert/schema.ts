import type { RoomSchema } from '../../state/migrate.ts';

// `told`: what a channel was last told of an incident. `waiting`: what it will be told, the newest of each incident, when its time comes.
export const alertSchema: RoomSchema = {
  room: 'alert',
  steps: [
    `CREATE TABLE alert_told (
       channel TEXT NOT NULL, incident TEXT NOT NULL, is_over INTEGER NOT NULL, at INTEGER NOT NULL, key TEXT NOT NULL, first_key TEXT NOT NULL,
       PRIMARY KEY (channel, incident)
     ) WITHOUT ROWID;
     CREATE TABLE alert_message (channel TEXT NOT NULL, at INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (channel, at, key)) WITHOUT ROWID;
     CREATE TABLE alert_waiting (
       channel TEXT NOT NULL, incident TEXT NOT NULL, is_over INTEGER NOT NULL, body TEXT NOT NULL, due_at INTEGER NOT NULL,
       PRIMARY KEY (channel, incident)
     ) WITHOUT ROWID;
     CREATE TABLE alert_memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,
  ],
};
