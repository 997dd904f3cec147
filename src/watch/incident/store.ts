import type { StateDatabase } from '../../state/open.ts';
import type { EventKind, Incident } from './lifecycle.ts';

export interface IncidentEvent {
  readonly at: number;
  readonly kind: EventKind;
  /** For people. */
  readonly detail: string;
}

export interface IncidentStore {
  byId(id: string): Incident | null;
  /** The newest of this key, whatever its state. */
  byKey(key: string): Incident | null;
  put(incident: Incident): void;
  note(incident: string, event: IncidentEvent): void;
  timeline(incident: string): IncidentEvent[];
  standing(): Incident[];
  /** The newest first. */
  all(count: number): Incident[];
  /** How many about single files of a mirror are not resolved. */
  openOfMirror(mirror: string | null): number;
}

const COLUMNS = `id, key, state, severity, verdict, blame, mirror, path, expected_sha256 AS expectedSha256, observed_sha256 AS observedSha256, why,
  opened_at AS openedAt, confirmed_at AS confirmedAt, last_seen_at AS lastSeenAt, resolved_at AS resolvedAt, sightings, occasion, findings,
  acknowledged_at AS acknowledgedAt, acknowledged_by AS acknowledgedBy, note`;

export function openIncidentStore(database: StateDatabase): IncidentStore {
  const select = (rest: string) => `SELECT ${COLUMNS} FROM incident_trouble ${rest}`;
  const byId = database.prepare<[string], Incident>(select('WHERE id = ?'));
  const byKey = database.prepare<[string], Incident>(select('WHERE key = ? ORDER BY opened_at DESC LIMIT 1'));
  const standing = database.prepare<[], Incident>(select("WHERE state <> 'resolved' ORDER BY opened_at, id"));
  const all = database.prepare<[number], Incident>(select('ORDER BY opened_at DESC, id LIMIT ?'));
  const put = database.prepare(
    `INSERT OR REPLACE INTO incident_trouble VALUES (@id, @key, @state, @severity, @verdict, @blame, @mirror, @path, @expectedSha256,
       @observedSha256, @why, @openedAt, @confirmedAt, @lastSeenAt, @resolvedAt, @sightings, @occasion, @findings, @acknowledgedAt,
       @acknowledgedBy, @note)`,
  );
  const note = database.prepare<[string, number, string, string]>(
    'INSERT INTO incident_event (incident, at, kind, detail) VALUES (?, ?, ?, ?)',
  );
  const timeline = database.prepare<[string], IncidentEvent>(
    'SELECT at, kind, detail FROM incident_event WHERE incident = ? ORDER BY id',
  );
  const openOfMirror = database.prepare<[string | null], { n: number }>(
    "SELECT count(*) AS n FROM incident_trouble WHERE state <> 'resolved' AND observed_sha256 IS NOT NULL AND mirror IS ?",
  );
  return {
    byId: (id) => byId.get(id) ?? null,
    byKey: (key) => byKey.get(key) ?? null,
    put: (incident) => {
      put.run(incident);
    },
    note: (incident, { at, kind, detail }) => {
      note.run(incident, at, kind, detail);
    },
    timeline: (incident) => timeline.all(incident),
    standing: () => standing.all(),
    all: (count) => all.all(count),
    openOfMirror: (mirror) => openOfMirror.get(mirror)?.n ?? 0,
  };
}
