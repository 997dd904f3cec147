// One pass: list, plan, fetch, verify, publish, remove. This file is its table of contents.

import { join } from 'node:path';
import { type Comparison, layBeside } from '../inventory/store.ts';
import { recover } from '../publish/publish.ts';
import { settleAbsences } from './absence.ts';
import { bringNew, rememberPolicy } from './bring.ts';
import { keepCursor } from './cursor.ts';
import { handOver } from './hand-over.ts';
import { type Bench, letGo } from './judging.ts';
import { keepListing, listBeside, settleOdd } from './listing.ts';
import { startWaiting } from './metadata-facts.ts';
import { ended, finish, leaveTrace, type PassOutcome } from './outcome.ts';
import { rememberedSource } from './remembered-source.ts';
import type { PassOptions, PassRoom } from './room.ts';
import { publishMetadata } from './slice.ts';
import { sweepStaging } from './staging.ts';
import { type Arrival, type ArrivalOrigin, arrivedSource } from './take-in.ts';

export { type BroughtAgain, bringAgain } from './again.ts';
export { askGuard, type Refusal, removalDigest } from './guard.ts';
export { type Held, type HeldBack, openHeldBack } from './held.ts';
export { type History, openHistory, type PassRecord, type PassTotals } from './history.ts';
export type { PassOutcome } from './outcome.ts';
export { type Planned, planPass } from './plan-only.ts';
export type { PassEvent, PassOptions, PassRoom } from './room.ts';
export { passSchema } from './schema.ts';
export { type Arrival, type ArrivalOrigin, arrivedSource } from './take-in.ts';

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

/** Takes in what was fetched before, between two passes or as one: the same code as a pass, over a source that has nothing else. */
export async function takeIn(
  arrivals: readonly Arrival[],
  origin: ArrivalOrigin,
  options: PassOptions,
  room: PassRoom,
  signal: AbortSignal,
): Promise<PassOutcome> {
  const now = room.clock.now();
  const source = arrivedSource(arrivals, options.folders.staging, origin);
  await recover(room.publishing, now, signal);
  return await passOver(0, now, options, { ...room, source }, signal);
}

/** What is thrown leaves its generation open: a batch of it may have to be finished yet. The next pass closes it, with its own. */
async function passOver(
  passId: number,
  now: number,
  options: PassOptions,
  room: PassRoom,
  signal: AbortSignal,
): Promise<PassOutcome> {
  const outcome = await carryThrough(passId, now, options, room, signal);
  room.publishing.journal.inventory.generations.close();
  return outcome;
}

async function carryThrough(
  passId: number,
  now: number,
  options: PassOptions,
  room: PassRoom,
  signal: AbortSignal,
): Promise<PassOutcome> {
  // What a kill left on its way into the tree, or an earlier pass deferred, is fetched from there like anything that staging holds.
  handOver(options.folders.settling, options.folders.staging);
  using comparison = layBeside(room.database, join(options.folders.scratch, 'listing.db'));
  const listed = await listBeside(comparison, options, room, now, signal);
  if (listed.kind === 'trouble') return ended(listed, startTally(), { absent: 0, refused: null }, [], now, room);
  const bench = layBench(comparison, passId, now, options, room);
  if (listed.isSettled) {
    keepCursor(listed.outcome, options, room, now);
    return finish(listed, bench, { absent: 0, refused: null }, []);
  }
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
  const isRead = listed.kind !== 'partial' && brought.unreadable.length === 0;
  const isWhole = isRead && listed.kind === 'complete';
  const absence = isWhole ? await settleAbsences(waiting, bench, signal) : { absent: 0, refused: null };
  await publishMetadata(waiting, true, bench, signal);
  sweepStaging(options.folders.settling, room.held, bench.tally.accepted > BUSY_PASS_FILES);
  sweepStaging(options.folders.staging, room.held, false);
  rememberPolicy(bench);
  if (isWhole) keepListing(listed, options, room);
  if (isRead) keepCursor(listed.outcome, options, room, now);
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
    provenSignatures: new Map(),
    signatureNews: [],
    originHasSums: comparison.hasSums(),
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
    const isPublishedAsListed = bench.comparison.isAsListed(held.path);
    const isWhatWasRefused = held.size === listed.size && held.mtime === listed.mtime;
    if (isPublishedAsListed && !isWhatWasRefused) letGo(held.path, bench);
  }
}
