// How far the source has been read: whether this pass lists everything, or only what is new since the one before.

import { locate } from '../../maven/layout.ts';
import type { DueUnit, ListingOutcome, ListingRequest } from '../source/contract.ts';
import type { PassOptions, PassRoom } from './room.ts';

interface Reading {
  readonly cursor: string;
  /** Start of the last listing of everything, epoch milliseconds. */
  readonly sweptAt: number;
  readonly policy: string;
}

/** More than this is quicker found by listing everything. */
const DUE_CEILING = 500;

/**
 * News are enough as long as the last listing of everything is younger than `sweepMs` and was settled under the same policy, and as long as no
 * operator has asked for a plan that only a listing of everything can show.
 */
export function listingRequest(options: PassOptions, room: PassRoom, now: number): ListingRequest {
  const everything: ListingRequest = { since: null, due: [] };
  const reading = recallReading(room);
  if (reading === null || reading.policy !== options.policyDigest || options.acceptPlan !== null) return everything;
  // A clock that was set back makes everything due.
  if (now < reading.sweptAt || now - reading.sweptAt >= options.sweepMs) return everything;
  const due = dueUnits(room, now);
  return due.length > DUE_CEILING ? everything : { since: reading.cursor, due };
}

/** Call at the end of a pass that settled everything it was shown. A source that gives no cursor is read from the beginning each time. */
export function keepCursor(outcome: ListingOutcome, options: PassOptions, room: PassRoom, now: number): void {
  if (outcome.kind !== 'complete' && outcome.kind !== 'news') return;
  const cursor = outcome.cursor ?? null;
  if (cursor === null) {
    if (outcome.kind === 'complete') room.history.forget(keyOf(room));
    return;
  }
  const before = recallReading(room);
  const isSweep = outcome.kind === 'complete' || before === null || before.policy !== options.policyDigest;
  const reading: Reading = { cursor, sweptAt: isSweep ? now : before.sweptAt, policy: options.policyDigest };
  room.history.remember(keyOf(room), JSON.stringify(reading));
}

function recallReading(room: PassRoom): Reading | null {
  const text = room.history.recall(keyOf(room));
  return text === null ? null : (JSON.parse(text) as Reading);
}

function keyOf(room: PassRoom): string {
  return `cursor ${room.source.url}`;
}

/** What waits here and may have come of age: news alone would not show it again. */
function dueUnits(room: PassRoom, now: number): DueUnit[] {
  const due = room.held.list().filter((held) => held.retryAt <= now && held.verdict !== 'unsafe-path');
  const units = due.map(({ path, unit }): DueUnit => ({ unit, unitKind: locate(path).unitKind }));
  return [...new Map(units.map((each) => [each.unit, each])).values()];
}
