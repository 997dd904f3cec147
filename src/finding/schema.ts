import type { RoomSchema } from '../state/migrate.ts';

// `mirror` and `path` are empty for a finding about none.
export const findingSchema: RoomSchema = {
  room: 'finding',
  steps: [
    `CREATE TABLE finding_standing (
       id TEXT PRIMARY KEY, found_by TEXT NOT NULL, verdict TEXT NOT NULL, severity TEXT NOT NULL, path TEXT NOT NULL, why TEXT NOT NULL,
       expected_size INTEGER, expected_sha256 TEXT, observed_size INTEGER, observed_sha256 TEXT, blame TEXT NOT NULL, generation INTEGER NOT NULL,
       first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, resolved_at INTEGER, acknowledged_at INTEGER, acknowledged_by TEXT
     ) WITHOUT ROWID;
     CREATE INDEX finding_standing_path ON finding_standing (path);`,
    `ALTER TABLE finding_standing ADD COLUMN mirror TEXT NOT NULL DEFAULT '';
     ALTER TABLE finding_standing ADD COLUMN evidence TEXT;
     ALTER TABLE finding_standing ADD COLUMN incident TEXT;
     CREATE INDEX finding_standing_now ON finding_standing (mirror, verdict) WHERE resolved_at IS NULL;
     CREATE INDEX finding_standing_incident ON finding_standing (incident) WHERE incident IS NOT NULL;`,
  ],
};
