import type { RoomSchema } from '../../state/migrate.ts';

export const incidentSchema: RoomSchema = {
  room: 'incident',
  steps: [
    `CREATE TABLE incident_trouble (
       id TEXT PRIMARY KEY, key TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'resolved')), severity TEXT NOT NULL,
       verdict TEXT NOT NULL, blame TEXT NOT NULL, mirror TEXT, path TEXT, expected_sha256 TEXT, observed_sha256 TEXT, why TEXT NOT NULL,
       opened_at INTEGER NOT NULL, confirmed_at INTEGER, last_seen_at INTEGER NOT NULL, resolved_at INTEGER, sightings INTEGER NOT NULL,
       occasion TEXT NOT NULL, findings INTEGER NOT NULL, acknowledged_at INTEGER, acknowledged_by TEXT, note TEXT
     ) WITHOUT ROWID;
     CREATE UNIQUE INDEX incident_trouble_now ON incident_trouble (key) WHERE state <> 'resolved';
     CREATE INDEX incident_trouble_key ON incident_trouble (key, opened_at);
     CREATE INDEX incident_trouble_opened ON incident_trouble (opened_at);
     CREATE TABLE incident_event (id INTEGER PRIMARY KEY, incident TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL);
     CREATE INDEX incident_event_of ON incident_event (incident, id);`,
  ],
};
