// What is new or changed at the source, from the plan to the published tree.

import type { Difference } from '../inventory/store.ts';
import { differencesWithDoubted, withTheirSums } from './doubted.ts';
import { assertHeadroom } from './headroom.ts';
import type { Held } from './held.ts';
import type { Bench } from './judging.ts';
import { noteLeft } from './left.ts';
import type { Listing } from './listing.ts';
import type { WaitingMetadata } from './metadata-facts.ts';
import { type PlannedUnit, planUnits, slices } from './plan.ts';
import { rewrittenInSlice } from './rotation.ts';
import { runSlices, type SliceOutcome } from './slice.ts';

const POLICY = 'policy';

/** Fetches what the plan names, then once more what did not match its sums, and what a comparison by content has found. */
export async function bringNew(
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
        held: (path) => (bench.heldBefore.has(path) ? heldUnder(isPolicyNew, path, bench) : null),
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
  const rewritten = listed.kind === 'news' ? [] : await rewrittenInSlice(comparison, options, room, now, signal);
  const basis = options.seed === null ? 'staging' : { seed: options.seed };
  const first = await runSlices(
    slices(plan(differences(), false)),
    { basis, isSecondTry: false },
    waiting,
    bench,
    signal,
  );
  if (first.trouble !== null) return first;
  const doubtful = [...withTheirSums(first.again, bench), ...plan(rewritten, true)];
  const second = await runSlices(slices(doubtful), { basis: 'fresh', isSecondTry: true }, waiting, bench, signal);
  room.logger.debug({ listed: listed.files, ...total, rewritten: rewritten.length }, 'plan carried out');
  return { ...second, unreadable: [...first.unreadable, ...second.unreadable] };
}

/** What one policy refused another may take: after a change of the configuration everything but what an operator dropped is looked at again. */
function heldUnder(isPolicyNew: boolean, path: string, { room }: Bench): Held | null {
  const held = room.held.find(path);
  return held === null || !isPolicyNew || room.held.isDropped(path) ? held : { ...held, retryAt: 0 };
}

function totalOf(units: Iterable<PlannedUnit>): { files: number; bytes: number } {
  const total = { files: 0, bytes: 0 };
  for (const unit of units) {
    total.files += unit.items.length;
    for (const item of unit.items) total.bytes += item.size;
  }
  return total;
}

/** Call when a pass has looked at everything under the policy of now. */
export function rememberPolicy(bench: Bench): void {
  bench.room.history.remember(POLICY, bench.options.policyDigest);
}
