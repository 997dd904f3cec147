// The published tree in an object store. This file is its table of contents: look at what the store can, lay the plan, put what is new in the
// order of publication, remove what has gone, tell how fresh the copy is.

import { DAY } from '../../host/clock.ts';
import type { StoreFault } from '../../host/object-store.ts';
import { type Ability, probeAbility, shortcomingsOf } from './ability.ts';
import { settleConflicts } from './conflict.ts';
import type { Sighting } from './drift.ts';
import { abortLeftovers } from './large.ts';
import { endOf, type PushOutcome, untouched } from './outcome.ts';
import { layPlan, type Plan } from './plan.ts';
import { EVERYTHING } from './purge/purge.ts';
import { reconcile } from './reconcile.ts';
import type { TargetState } from './record.ts';
import { type Removed, removeObjects } from './removal.ts';
import type { Bench, PushOptions, PushRoom } from './room.ts';
import { putStatusObjects, readStatusObjects } from './status-objects.ts';
import type { Transferred } from './tally.ts';
import { transfer } from './transfer.ts';

export { type Ability, shortcomingsOf } from './ability.ts';
export type { Drift } from './drift.ts';
export type { PushOutcome } from './outcome.ts';
export { type PlannedSteps, planPush } from './plan-only.ts';
export { ABSENCE_REMEDY, type AskStatus, statusOfAbsent, wrongAbsence } from './public-face.ts';
export { openTargetRecord, type PushRecordRow, type TargetRecord } from './record.ts';
export type { PushEvent, PushOptions, PushRoom, PushStep } from './room.ts';
export { pushSchema } from './schema.ts';
export { pushFigures, summarize, type TargetSummary } from './summary.ts';

/** What a store can is asked again after so long: it is updated, or another one behind the same name. */
const ABILITY_KEPT_MS = 7 * DAY;

/**
 * Brings one target to the generation that stands now. Expected trouble is in the outcome; what was put before it came stays, is known, and is
 * not put again. Throws for a full or broken disk and when aborted; the next push goes on from there.
 */
export async function push(options: PushOptions, room: PushRoom, signal: AbortSignal): Promise<PushOutcome> {
  const now = room.clock.now();
  const id = room.record.history.begin(now);
  try {
    const outcome = await pushTo(now, options, room, signal);
    room.record.history.end(id, outcome.end, outcome.generation, outcome.sentence, outcome.counts, room.clock.now());
    room.record.history.prune(now - options.historyMs);
    return outcome;
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    const none = { objects: 0, bytes: 0, removed: 0 };
    room.record.history.end(id, signal.aborted ? 'stopped' : 'trouble', 0, sentence, none, room.clock.now());
    throw error;
  }
}

async function pushTo(now: number, options: PushOptions, room: PushRoom, signal: AbortSignal): Promise<PushOutcome> {
  // In this order: whatever the status objects promise, the generation that is read after them has.
  const status = readStatusObjects(options.published);
  const { lineage, settled: until } = room.inventory.current();
  const state = room.record.state(options.place, lineage);
  const ability = await learnAbility(state, now, options, room, signal);
  if ('kind' in ability) return untouched(ability, state, now, room);
  const bench = layBench(options, room, ability, state, until, now);
  await abortLeftovers(room, signal);
  const sighting = options.reconcile ? await reconcile(bench, room.record.note, signal) : null;
  if (sighting !== null && sighting.kind !== 'drift') return untouched(sighting, state, now, room);
  using plan = layPlan(options.scratchFile, room.inventory, room.record, state, until);
  room.onStep('planned');
  const put = await transfer(plan, bench, signal);
  const done = await finish(plan, put, sighting, status, bench, signal);
  settleConflicts([...put.conflicts, ...(sighting?.conflicts ?? [])], bench);
  if (done.isWell) room.record.settle(lineage, until);
  room.onStep('settled');
  return endOf({ ...done, put, sighting, generation: done.isWell ? until : state.generation }, bench);
}

function layBench(
  options: PushOptions,
  room: PushRoom,
  ability: Ability,
  state: TargetState,
  until: number,
  now: number,
): Bench {
  // What a CDN has of a target that we know nothing of is not known either.
  const isAnew = state.generation === 0;
  if (isAnew && until > 0 && options.hasCdn) room.record.markStale([{ path: EVERYTHING, was: 'former' }]);
  return { options, room, ability, until, now, notesStale: options.hasCdn && !isAnew };
}

async function learnAbility(
  state: TargetState,
  now: number,
  options: PushOptions,
  room: PushRoom,
  signal: AbortSignal,
): Promise<Ability | StoreFault> {
  const isFresh = state.abilityAt !== null && now - state.abilityAt < ABILITY_KEPT_MS;
  if (state.ability !== null && isFresh && !options.reconcile) return state.ability;
  const ability = await probeAbility(room.store, options.prefix, room.askPublic, signal);
  if ('kind' in ability) return ability;
  room.record.setAbility(ability, now);
  for (const sentence of shortcomingsOf(ability)) room.logger.info({ sentence }, 'store falls short');
  return ability;
}

interface Finished {
  readonly isWell: boolean;
  readonly removed: Removed;
  readonly statusFailure: Transferred['ended'];
}

/** Removals last, and only after all went well; then the status objects. What was owed and is so no more is settled on the way. */
async function finish(
  plan: Plan,
  put: Transferred,
  sighting: Sighting | null,
  status: ReturnType<typeof readStatusObjects>,
  bench: Bench,
  signal: AbortSignal,
): Promise<Finished> {
  const { record } = bench.room;
  record.settleOwed(plan.settled());
  const isPut = put.failures.length === 0 && put.ended === null;
  const { lineage } = bench.room.inventory.current();
  const { objects } = record.state(bench.options.place, lineage);
  // Whoever altered a released object may be at it still: nothing is removed before somebody has looked.
  const isQuiet = isPut && put.conflicts.length === 0 && (sighting?.conflicts.length ?? 0) === 0;
  const removed = await removeObjects(plan.removals(), objects, isQuiet, bench, signal);
  const isWell = isPut && removed.failures.length === 0;
  const statusFailure = isWell ? await putStatusObjects(status, bench, signal) : null;
  return { isWell: isWell && statusFailure === null, removed, statusFailure };
}
