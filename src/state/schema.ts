import type { RoomSchema } from './migrate.ts';

// `attempts` counts the claims: each one was, or may have been, a delivery.
export const stateSchema: RoomSchema = {
  room: 'state',
  steps: [
    `CREATE TABLE state_outbox (
       id INTEGER PRIMARY KEY, topic TEXT NOT NULL, key TEXT NOT NULL UNIQUE, destination TEXT NOT NULL, body TEXT NOT NULL,
       state TEXT NOT NULL CHECK (state IN ('due', 'sent', 'dead')), attempts INTEGER NOT NULL, not_before INTEGER NOT NULL,
       expires_at INTEGER NOT NULL, last_error TEXT, put_at INTEGER NOT NULL, settled_at INTEGER
     );
     CREATE INDEX state_outbox_due ON state_outbox (topic, destination, not_before) WHERE state = 'due';
     CREATE INDEX state_outbox_settled ON state_outbox (settled_at) WHERE settled_at IS NOT NULL;`,
  ],
};
