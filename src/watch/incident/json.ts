import { isoTime } from '../../host/clock.ts';
import type { Incident } from './lifecycle.ts';

/** An incident as JSON has it everywhere: in hooks, in `assay incidents`, at `/-/incidents`. */
export function incidentJson(incident: Incident) {
  const time = (at: number | null) => (at === null ? null : isoTime(at));
  return {
    id: incident.id,
    state: incident.state,
    severity: incident.severity,
    verdict: incident.verdict,
    blame: incident.blame,
    mirror: incident.mirror,
    path: incident.path,
    expected_sha256: incident.expectedSha256,
    observed_sha256: incident.observedSha256,
    why: incident.why,
    opened_at: isoTime(incident.openedAt),
    confirmed_at: time(incident.confirmedAt),
    last_seen_at: isoTime(incident.lastSeenAt),
    resolved_at: time(incident.resolvedAt),
    sightings: incident.sightings,
    findings: incident.findings,
    acknowledged_at: time(incident.acknowledgedAt),
    acknowledged_by: incident.acknowledgedBy,
    note: incident.note,
  };
}

export type IncidentJson = ReturnType<typeof incidentJson>;
