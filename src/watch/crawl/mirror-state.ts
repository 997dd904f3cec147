// How a mirror stands before and after a visit.

import { type HealthEvent, nextHealth } from './health.ts';
import type { PlanState } from './plan.ts';
import type { Reference } from './reference.ts';
import type { Rotation } from './rotation.ts';
import type { Sampler } from './sampler.ts';
import type { MirrorRecord } from './store.ts';
import type { MirrorSummary } from './summary.ts';

const CANARIES = 8;

/** The canaries are chosen once: a mirror that changes shows it at the same place each time. */
export function readyState(state: PlanState, reference: Reference, sampler: Sampler, chance: () => number): void {
  if (state.canaries.length > 0 || reference.current().files === 0) return;
  const drawn = Array.from({ length: 2 * CANARIES }, () => sampler.draw(chance)).filter((path) => path !== null);
  state.canaries = [...new Set(drawn)].slice(0, CANARIES);
}

export interface Course {
  readonly end: MirrorSummary['end'];
  readonly troubles: { readonly count: number; readonly first: string; readonly hasIntegrity: boolean };
  /** Only a part was asked for: it says nothing of the mirror's health unless bytes were wrong. */
  readonly isPartial: boolean;
  /** Integrity findings that stand after the visit. */
  readonly standsIntegrity: boolean;
  readonly behindMs: number | null;
  readonly hasAnswered: boolean;
  readonly startedAt: number;
  readonly now: number;
}

/** `before` is the record as it stands now, `state` what the visit made of its cursors. Ends the turns in `state`. */
export function afterVisit(before: MirrorRecord, state: PlanState, course: Course): MirrorRecord {
  const { now, troubles, hasAnswered } = course;
  const integrityAt = troubles.hasIntegrity ? now : before.integrityAt;
  const { beganAt, hasTurned } = state.claims;
  const isCleanTurn = hasTurned && !course.standsIntegrity && (integrityAt === null || integrityAt <= beganAt);
  for (const rotation of [state.claims, state.bodies]) endTurn(rotation, now);
  let { health } = before;
  for (const event of eventsOf(course, isCleanTurn)) health = nextHealth(health, event, now);
  return {
    ...before,
    state,
    health,
    integrityAt,
    visitedAt: course.startedAt,
    answeredAt: hasAnswered ? now : before.answeredAt,
    behindMs: course.behindMs ?? before.behindMs,
  };
}

function endTurn(rotation: Rotation, now: number): void {
  if (!rotation.hasTurned) return;
  rotation.hasTurned = false;
  rotation.tookMs = now - rotation.beganAt;
  rotation.endedAt = now;
  rotation.beganAt = now;
}

function eventsOf({ end, troubles, isPartial }: Course, isCleanTurn: boolean): HealthEvent[] {
  if (end === 'opted-out') return [{ kind: 'opted-out' }];
  const events: HealthEvent[] = [];
  if (!isPartial) {
    const isUnknown = end === 'unknown' || end === 'unwelcome';
    const outcome = isUnknown ? 'unknown' : troubles.count > 0 ? 'troubled' : 'clean';
    events.push({ kind: 'round', outcome, reason: troubles.first });
  }
  if (isCleanTurn) events.push({ kind: 'rotation' });
  return events;
}
