// How one trouble goes: seen, seen again, acknowledged, over. Pure.

import { createHash } from 'node:crypto';
import type { Blame, Finding, Severity } from '../../finding/finding.ts';
import { HOUR } from '../../host/clock.ts';

export type IncidentState = 'open' | 'confirmed' | 'resolved';

/** What makes two findings one trouble (DESIGN 5.8): the same wrong bytes in the same place, wherever they are met; otherwise a mirror and what is wrong with it. */
export interface Identity {
  readonly path: string | null;
  readonly expectedSha256: string | null;
  readonly observedSha256: string | null;
  readonly mirror: string | null;
  readonly verdict: string | null;
}

export interface Incident {
  readonly id: string;
  readonly key: string;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly verdict: string;
  readonly blame: Blame;
  /** The first mirror that it was seen at; null for our own tree. */
  readonly mirror: string | null;
  /** Where it was seen first. */
  readonly path: string | null;
  readonly expectedSha256: string | null;
  readonly observedSha256: string | null;
  readonly why: string;
  readonly openedAt: number;
  readonly confirmedAt: number | null;
  readonly lastSeenAt: number;
  readonly resolvedAt: number | null;
  /** In how many rounds or passes it was seen. */
  readonly sightings: number;
  /** The round or pass that it was seen in last. */
  readonly occasion: string;
  /** How many findings were gathered into it. */
  readonly findings: number;
  readonly acknowledgedAt: number | null;
  readonly acknowledgedBy: string | null;
  readonly note: string | null;
}

export type EventKind = 'opened' | 'reopened' | 'confirmed' | 'grew' | 'acknowledged' | 'resolved';

/** Verdicts that come and go with the network: they are confirmed when they were seen in four rounds, everything else in two. */
const COMES_AND_GOES: ReadonlySet<string> = new Set(['unreachable', 'bad-certificate']);
const TO_CONFIRM = { comesAndGoes: 4, stays: 2 } as const;
/** What comes back so soon is the same trouble. */
const FLAP_MS = 24 * HOUR;
/** Troubles of single files of one mirror beyond so many are one trouble: the mirror. */
export const MOST_OF_A_MIRROR = 20;

const ABOUT_BYTES: ReadonlySet<string> = new Set([
  'divergent',
  'origin-changed',
  'signature-changed',
  'immutable-changed',
  'checksum-mismatch',
]);

/** `openOfMirror`: how many incidents about single files of this mirror are open. */
export function identityOf(finding: Finding, openOfMirror: number): Identity {
  const expected = finding.expected?.sha256 ?? null;
  const observed = finding.observed?.sha256 ?? null;
  const isBytes = ABOUT_BYTES.has(finding.verdict) && expected !== null && observed !== null;
  if (isBytes && openOfMirror < MOST_OF_A_MIRROR) {
    return {
      path: finding.path,
      expectedSha256: expected,
      observedSha256: observed,
      mirror: null,
      verdict: null,
    };
  }
  return {
    path: null,
    expectedSha256: null,
    observedSha256: null,
    mirror: finding.mirror ?? null,
    verdict: finding.verdict,
  };
}

export function keyOf({ path, expectedSha256, observedSha256, mirror, verdict }: Identity): string {
  return verdict === null
    ? `bytes\0${path ?? ''}\0${expectedSha256}\0${observedSha256}`
    : `mirror\0${mirror ?? ''}\0${verdict}`;
}

export interface Sighting {
  readonly finding: Finding;
  readonly identity: Identity;
  /** Which round or pass saw it. */
  readonly occasion: string;
  /** It was not gathered into this incident before. */
  readonly isNew: boolean;
  readonly now: number;
}

export interface Step {
  readonly incident: Incident;
  readonly event: EventKind | null;
}

/** What becomes of an incident, or of none, when a finding of its identity is seen. */
export function sighted(incident: Incident | null, sighting: Sighting): Step {
  const { finding, occasion, isNew, now } = sighting;
  if (incident === null) return { incident: opened(sighting), event: 'opened' };
  if (incident.state === 'resolved') {
    const isBack = now - (incident.resolvedAt ?? 0) <= FLAP_MS;
    return isBack
      ? { incident: reopened(incident, sighting), event: 'reopened' }
      : { incident: opened(sighting), event: 'opened' };
  }
  const seen = {
    ...incident,
    lastSeenAt: now,
    occasion,
    sightings: incident.sightings + (occasion === incident.occasion ? 0 : 1),
    findings: incident.findings + (isNew ? 1 : 0),
    severity: heavier(incident.severity, finding.severity),
    blame: finding.blame,
    why: finding.why,
  };
  const needed = COMES_AND_GOES.has(seen.verdict) ? TO_CONFIRM.comesAndGoes : TO_CONFIRM.stays;
  if (seen.state === 'open' && seen.sightings >= needed)
    return { incident: { ...seen, state: 'confirmed', confirmedAt: now }, event: 'confirmed' };
  return { incident: seen, event: isNew && seen.severity !== incident.severity ? 'grew' : null };
}

function opened({ finding, identity, occasion, now }: Sighting): Incident {
  const key = keyOf(identity);
  return {
    id: createHash('sha256').update(`${key}\0${now}`).digest('hex').slice(0, 10),
    ...{ key, state: 'open', severity: finding.severity, verdict: finding.verdict, blame: finding.blame },
    mirror: finding.mirror ?? null,
    path: finding.path,
    expectedSha256: identity.expectedSha256,
    observedSha256: identity.observedSha256,
    why: finding.why,
    ...{ openedAt: now, confirmedAt: null, lastSeenAt: now, resolvedAt: null, sightings: 1, occasion, findings: 1 },
    ...{ acknowledgedAt: null, acknowledgedBy: null, note: null },
  };
}

/** What an operator said of it counted for the time before. */
function reopened(incident: Incident, { finding, occasion, now }: Sighting): Incident {
  const { severity, blame, why } = finding;
  return {
    ...incident,
    ...{ severity, blame, why, occasion, state: 'open', lastSeenAt: now, resolvedAt: null, confirmedAt: null },
    sightings: 1,
    findings: incident.findings + 1,
    ...{ acknowledgedAt: null, acknowledgedBy: null, note: null },
  };
}

const WEIGHT: Readonly<Record<Severity, number>> = { notice: 0, warning: 1, critical: 2 };

function heavier(one: Severity, other: Severity): Severity {
  return WEIGHT[other] > WEIGHT[one] ? other : one;
}

export function acknowledged(incident: Incident, by: string, note: string, now: number): Incident {
  return { ...incident, acknowledgedAt: now, acknowledgedBy: by, note };
}

export function resolved(incident: Incident, now: number): Incident {
  return { ...incident, state: 'resolved', resolvedAt: now };
}

/** Whether people are to be told of it at once, or only when it is confirmed: what comes and goes by itself wakes nobody. */
export function isWorthTelling(incident: Incident): boolean {
  return incident.severity !== 'notice' && (incident.state !== 'open' || !COMES_AND_GOES.has(incident.verdict));
}
