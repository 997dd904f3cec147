// One pass: list, plan, fetch, verify, publish, remove. This file is its table of contents.

import { join } from 'node:path';
import { type Comparison, type Difference, layBeside } from '../inventory/store.ts';
import { recover, writeTrace } from '../publish/publish.ts';
import type { SourceTrouble } from '../source/contract.ts';
import { type AbsenceOutcome, settleAbsences } from './absence.ts';
import { differencesWithDoubted } from './doubted.ts';
import { assertHeadroom } from './headroom.ts';
import type { Held } from './held.ts';
import type { PassEnd } from './history.ts';
import { type Bench, letGo } from './judging.ts';
import { noteLeft } from './left.ts';
import { keepListing, type Listing, listBeside, settleOdd } from './listing.ts';
import { startWaiting, type WaitingMetadata } from './metadata-facts.ts';
import { type PlannedUnit, planUnits, slices } from './plan.ts';
import { rememberedSource } from './remembered-source.ts';
import type { PassOptions, PassRoom } from './room.ts';
import { rewrittenInSlice } from './rotation.ts';
import { publishMetadata, runSlices, type SliceOutcome } from './slice.ts';
import { sweepStaging } from './staging.ts';

export { removalDigest } from './guard.ts';
export { type Held, type HeldBack, openHeldBack } from './held.ts';
export { type History, openHistory, type PassRecord } from './history.ts';
export { type Planned, planPass } from './plan-only.ts';
export type { PassEvent, PassOptions, PassRoom } from './room.ts';
export { passSchema } from './schema.ts';

export interface PassOutcome {
  readonly end: PassEnd;
  /** What the source could not do, when that ended the pass. */
  readonly trouble: SourceTrouble['trouble'] | null;
  /** For people: why it did not come to its end, or what could not be read. */
  readonly sentence: string | null;
  readonly generation: number;
  readonly listed: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly absent: number;
  readonly accepted: number;
  readonly refused: AbsenceOutcome['refused'];
  readonly bytesFetched: number;
  readonly unreadable: readonly string[];
  readonly startedAt: number;
  readonly endedAt: number;
}

const POLICY = 'policy';

/** A pass that published more than this leaves the folding up of empty folders to the next one. */
const BUSY_PASS_FILES = 10_000;

/**
 * Runs one pass over the source, under the lock. Expected trouble is in the outcome; what was accepted before it came is published all the same.
 * Throws for a full or broken disk (`no-headroom`, `sync-failed`, system errors) and when aborted; the next pass finishes what this one began.
 */
export async function runPass(options: PassOptions, room: PassRoom, signal: AbortSignal): Promise<PassOutcome> {
  const startedAt = room.clock.now();
  await recover(room.publishing, startedAt, signal);
  const passId = room.history.begin(startedAt);
  try {
    const outcome = await passOver(passId, startedAt, options, room, signal);
    if (outcome.end === 'complete' || outcome.end === 'partial') leaveTrace(outcome, options, room);
    room.history.end(passId, outcome.end, outcome.generation, outcome.sentence, outcome, outcome.endedAt);
    room.history.prune(startedAt - options.historyMs);
    return outcome;
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    room.history.end(
      passId,
      signal.aborted ? 'stopped' : 'failed',
      room.inventory.current().generation,
      sentence,
      {},
      room.clock.now(),
    );
    throw error;
  }
}

/**
 * Judges again what waits here, without asking the origin: after an operator released a quarantined file, also while the origin is down. The
 * same code as a pass, over a source that lists what is known and sends nothing.
 */
export async function settleHere(options: PassOptions, room: PassRoom, signal: AbortSignal): Promise<PassOutcome> {
  const now = room.clock.now();
  await recover(room.publishing, now, signal);
  return await passOver(0, now, options, { ...room, source: rememberedSource(room) }, signal);
}

async function passOver(
  passId: number,
  now: number,
  options: PassOptions,
  room: PassRoom,
  signal: AbortSignal,
): Promise<PassOutcome> {
  using comparison = layBeside(room.database, join(options.folders.scratch, 'listing.db'));
  const listed = await listBeside(comparison, options, room, now, signal);
  if (listed.kind === 'trouble') return ended(listed, startTally(), { absent: 0, refused: null }, [], now, room);
  const bench = layBench(comparison, passId, now, options, room);
  if (listed.isSettled) return finish(listed, bench, { absent: 0, refused: null }, []);
  settleOdd(listed, bench);
  settleHeld(listed.kind === 'complete', bench);
  const waiting = startWaiting();
  const brought = await bringNew(waiting, listed, bench, signal);
  if (brought.trouble !== null) {
    await publishMetadata(waiting, false, bench, signal);
    return ended(
      brought.trouble,
      bench.tally,
      { absent: 0, refused: null },
      brought.unreadable,
      now,
      room,
      listed.files,
    );
  }
  const isWhole = listed.kind === 'complete' && brought.unreadable.length === 0;
  const absence = isWhole ? await settleAbsences(waiting, bench, signal) : { absent: 0, refused: null };
  await publishMetadata(waiting, true, bench, signal);
  sweepStaging(options.folders.staging, room.held, bench.tally.accepted > BUSY_PASS_FILES);
  room.history.remember(POLICY, options.policyDigest);
  if (isWhole) keepListing(listed, options, room);
  return finish(listed, bench, absence, [
    ...(listed.kind === 'partial' ? listed.unreadable : []),
    ...brought.unreadable,
  ]);
}

function startTally(): Bench['tally'] {
  return { added: 0, changed: 0, removed: 0, accepted: 0, bytesFetched: 0 };
}

function layBench(comparison: Comparison, passId: number, now: number, options: PassOptions, room: PassRoom): Bench {
  const before = room.inventory.current();
  const isFirstPass = room.history.lastSuccess() === null;
  return {
    comparison,
    options,
    room,
    passId,
    now,
    generation: before.generation + 1,
    isFirstPass,
    isBlank: isFirstPass && before.generation === 0,
    heldBefore: new Set(room.held.list().map((held) => held.path)),
    tally: startTally(),
    isTakenDown: room.takedowns.list().length === 0 ? () => false : (path) => room.takedowns.of(path) !== null,
  };
}

/**
 * What was held back and is listed as it is published (the origin took its change back), or is not listed at all, is held no longer. A rewrite of
 * the same size and time, found by content, looks published as listed too: it is still the row that was refused, and stays held.
 */
function settleHeld(isComplete: boolean, bench: Bench): void {
  for (const held of bench.room.held.list()) {
    if (held.verdict === 'unsafe-path') continue;
    const listed = bench.comparison.listed(held.path);
    if (listed === null) {
      if (isComplete) letGo(held.path, bench);
      continue;
    }
    const row = bench.room.inventory.row(held.path);
    const isPublishedAsListed = row !== null && row.size === listed.size && row.originMtime === listed.mtime;
    const isWhatWasRefused = held.size === listed.size && held.mtime === listed.mtime;
    if (isPublishedAsListed && !isWhatWasRefused) letGo(held.path, bench);
  }
}

async function bringNew(
  waiting: WaitingMetadata,
  listed: Listing,
  bench: Bench,
  signal: AbortSignal,
): Promise<SliceOutcome> {
  const { comparison, options, room, now } = bench;
  const isPolicyNew = room.history.recall(POLICY) !== options.policyDigest;
  const plan = (differences: Iterable<Difference>, isFirstLook: boolean): Iterable<PlannedUnit> =>
    planUnits(
      differences,
      {
        wants: options.wants,
        isTakenDown: bench.isTakenDown,
        held: (path) => heldUnder(isPolicyNew, bench.heldBefore.has(path) ? room.held.find(path) : null),
        maxFileBytes: options.policy.maxFileBytes,
        now,
      },
      (file, why) => {
        if (isFirstLook) noteLeft(file, why, bench);
      },
    );
  const differences = () =>
    bench.isBlank ? comparison.differences() : differencesWithDoubted(comparison, room.inventory);
  const total = totalOf(plan(differences(), true));
  room.onEvent({ kind: 'planned', ...total });
  assertHeadroom(total.files, total.bytes, options);
  const rewritten = await rewrittenInSlice(comparison, options, room, now, signal);
  const basis = options.seed === null ? 'staging' : { seed: options.seed };
  const fresh = await runSlices(slices(plan(differences(), false)), basis, waiting, bench, signal);
  if (fresh.trouble !== null) return fresh;
  const again = await runSlices(slices(plan(rewritten, true)), 'fresh', waiting, bench, signal);
  room.logger.debug({ listed: listed.files, ...total, rewritten: rewritten.length }, 'plan carried out');
  return { trouble: again.trouble, unreadable: [...fresh.unreadable, ...again.unreadable] };
}

/** What one policy refused another may take: after a change of the configuration everything that is held back is looked at again. */
function heldUnder(isPolicyNew: boolean, held: Held | null): Held | null {
  return held === null || !isPolicyNew ? held : { ...held, retryAt: 0 };
}

function totalOf(units: Iterable<PlannedUnit>): { files: number; bytes: number } {
  const total = { files: 0, bytes: 0 };
  for (const unit of units) {
    total.files += unit.items.length;
    for (const item of unit.items) total.bytes += item.size;
  }
  return total;
}

function finish(listed: Listing, bench: Bench, absence: AbsenceOutcome, unreadable: readonly string[]): PassOutcome {
  const { room, now } = bench;
  const endedAt = room.clock.now();
  const current = room.inventory.current();
  const isPartial = unreadable.length > 0 || listed.kind === 'partial';
  const sentence = isPartial
    ? `the origin could not read ${unreadable.length} of its own files; nothing was removed`
    : null;
  return {
    end: isPartial ? 'partial' : 'complete',
    trouble: null,
    sentence,
    generation: current.generation,
    listed: listed.files,
    ...bench.tally,
    ...absence,
    unreadable,
    startedAt: now,
    endedAt,
  };
}

/** Last of all: whoever reads the trace may rely on everything it speaks of. */
function leaveTrace(outcome: PassOutcome, options: PassOptions, room: PassRoom): void {
  const { name, contact, version, folders } = options;
  const { startedAt, endedAt } = outcome;
  writeTrace(folders.published, {
    name,
    contact,
    version,
    source: room.source.url,
    ...room.inventory.current(),
    startedAt,
    endedAt,
  });
}

function ended(
  trouble: SourceTrouble,
  tally: Bench['tally'],
  absence: AbsenceOutcome,
  unreadable: readonly string[],
  startedAt: number,
  room: PassRoom,
  listed = 0,
): PassOutcome {
  const end = trouble.trouble === 'stopped' ? 'stopped' : 'trouble';
  return {
    end,
    trouble: trouble.trouble,
    sentence: trouble.sentence,
    generation: room.inventory.current().generation,
    listed,
    ...tally,
    ...absence,
    unreadable,
    startedAt,
    endedAt: room.clock.now(),
  };
}
