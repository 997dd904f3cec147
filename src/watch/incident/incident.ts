// One trouble over time, made of findings: whoever found them, whatever the number of files. Who is told is decided by whoever listens.

import type { Finding } from '../../finding/finding.ts';
import type { FindingRecord, StandingFinding } from '../../finding/record.ts';
import { type StateDatabase, writing } from '../../state/open.ts';
import {
  acknowledged,
  type EventKind,
  type Incident,
  identityOf,
  isWorthTelling,
  keyOf,
  resolved,
  sighted,
} from './lifecycle.ts';
import { type IncidentEvent, type IncidentStore, openIncidentStore } from './store.ts';

export { incidentFigures } from './figures.ts';
export { type IncidentJson, incidentJson } from './json.ts';
export { type EventKind, type Incident, type IncidentState, isWorthTelling } from './lifecycle.ts';
export { incidentSchema } from './schema.ts';
export { type IncidentEvent, openIncidentStore } from './store.ts';

export interface Change {
  readonly incident: Incident;
  readonly event: EventKind;
  /** What was found, with its evidence; null when nothing was: something is over, or somebody took note of it. */
  readonly finding: Finding | null;
  /** Whether it is worth waking somebody: what comes and goes by itself is, once it is confirmed. */
  readonly isWorthTelling: boolean;
}

export interface Incidents {
  /** Writes a finding down and gathers it into its incident, in one transaction with what `onChange` does. `occasion` names the round or pass. */
  tell(finding: Finding, occasion: string, now: number): void;
  /**
   * Gathers what stands and is in no incident yet, and resolves incidents of which nothing stands any more. After each pass, scrub and round, and
   * every minute: at most a few hundred changes in a transaction.
   */
  reconcile(now: number): void;
  acknowledge(id: string, by: string, note: string, now: number): Incident | null;
  /** An operator's word. What is wrong still is found, and told, again. */
  resolve(id: string, by: string, note: string, now: number): Incident | null;
  find(id: string): Incident | null;
  standing(): Incident[];
  /** The newest first, resolved ones too. */
  latest(count: number): Incident[];
  timeline(id: string): IncidentEvent[];
}

const A_TRANSACTION = 200;

export function openIncidents(
  database: StateDatabase,
  findings: FindingRecord,
  onChange: (change: Change, now: number) => void,
): Incidents {
  const store = openIncidentStore(database);
  const note: Note = (incident, event, detail, finding, now) => {
    store.put(incident);
    store.note(incident.id, { at: now, kind: event, detail });
    onChange({ incident, event, finding, isWorthTelling: isWorthTelling(incident) }, now);
  };
  const gather = gathering(store, findings, note);
  const standing = (id: string): Incident | null => {
    const incident = store.byId(id);
    return incident === null || incident.state === 'resolved' ? null : incident;
  };
  return {
    tell(finding, occasion, now) {
      writing(database, () => {
        const id = findings.stand(finding, now);
        if (finding.severity !== 'notice') gather(id, finding, findings.incidentOf(id), occasion, now);
      });
    },
    reconcile(now) {
      const seenAt = new Map(store.standing().map(({ id, lastSeenAt }) => [id, lastSeenAt]));
      const news = findings.standing().filter((each) => isUngathered(each, seenAt));
      inParts(database, news, (each) => gather(each.id, each, each.incident, `${each.foundBy} ${each.lastAt}`, now));
      const alive = new Set(findings.standing().map(({ incident }) => incident));
      const over = store.standing().filter(({ id }) => !alive.has(id));
      inParts(database, over, (each) =>
        note(resolved(each, now), 'resolved', 'Nothing of it stands any more.', null, now),
      );
    },
    acknowledge: (id, by, words, now) =>
      writing(database, () => {
        const incident = standing(id);
        if (incident === null) return null;
        const after = acknowledged(incident, by, words, now);
        findings.acknowledgeIncident(id, by, now);
        note(after, 'acknowledged', `${by}: ${words}`, null, now);
        return after;
      }),
    resolve: (id, by, words, now) =>
      writing(database, () => {
        const incident = standing(id);
        if (incident === null) return null;
        findings.resolveIncident(id, now);
        const after = resolved(incident, now);
        note(after, 'resolved', `${by}: ${words}`, null, now);
        return after;
      }),
    find: store.byId,
    standing: store.standing,
    latest: store.all,
    timeline: store.timeline,
  };
}

/** Writes an incident with what happened to it, and says so. */
type Note = (incident: Incident, event: EventKind, detail: string, finding: Finding | null, now: number) => void;

/** `known` is the incident that the finding is in already, if any. */
function gathering(store: IncidentStore, findings: FindingRecord, note: Note) {
  return (id: string, finding: Finding, known: string | null, occasion: string, now: number): void => {
    const identity = identityOf(finding, known === null ? store.openOfMirror(finding.mirror ?? null) : 0);
    const own = known === null ? null : store.byId(known);
    const before = own !== null && own.state !== 'resolved' ? own : store.byKey(keyOf(identity));
    const isNew = known === null || own !== before;
    const { incident, event } = sighted(before, { finding, identity, occasion, isNew, now });
    if (known !== incident.id) findings.attach(id, incident.id, acknowledgementOf(incident));
    if (event === null) store.put(incident);
    else note(incident, event, finding.why, finding, now);
  };
}

/** What a round finds is gathered at once; what passes and scrubs find is when somebody looks, and again when they saw it again. */
function isUngathered(finding: StandingFinding, seenAt: ReadonlyMap<string, number>): boolean {
  if (finding.severity === 'notice') return false;
  if (finding.incident === null) return true;
  return finding.mirror === null && finding.lastAt > (seenAt.get(finding.incident) ?? 0);
}

function acknowledgementOf(incident: Incident): { readonly at: number; readonly by: string } | null {
  const { acknowledgedAt: at, acknowledgedBy: by } = incident;
  return at === null || by === null ? null : { at, by };
}

function inParts<T>(database: StateDatabase, items: readonly T[], work: (item: T) => void): void {
  for (let at = 0; at < items.length; at += A_TRANSACTION) {
    writing(database, () => {
      for (const item of items.slice(at, at + A_TRANSACTION)) work(item);
    });
  }
}
