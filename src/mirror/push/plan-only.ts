// What a push would do, and nothing done: the store is asked for a listing at most.

import type { StoreFault } from '../../host/object-store.ts';
import { kindOf } from '../../maven/kind.ts';
import type { Ability } from './ability.ts';
import type { Drift } from './drift.ts';
import { layPlan, type Step } from './plan.ts';
import { reconcile } from './reconcile.ts';
import type { PushOptions, PushRoom } from './room.ts';

export interface PlannedSteps {
  readonly steps: readonly Step[];
  readonly removals: readonly { readonly path: string; readonly kind: string; readonly size: number }[];
  readonly drift: Drift | null;
  /** Why the target could not be listed. */
  readonly fault: StoreFault | null;
}

/** Before the first push nothing is known of a store, and nothing is tried: it is believed to do little. */
const UNKNOWN: Ability = {
  conditional: 'ignored',
  md5: 'ignored',
  sha256: 'ignored',
  etagIsMd5: false,
  absentStatus: null,
};

export async function planPush(options: PushOptions, room: PushRoom, signal: AbortSignal): Promise<PlannedSteps> {
  const now = room.clock.now();
  const { lineage, settled: until } = room.inventory.current();
  const state = room.record.look(options.place, lineage);
  const bench = { options, room, ability: state.ability ?? UNKNOWN, until, now, notesStale: false };
  const seen = options.reconcile ? await reconcile(bench, () => undefined, signal) : null;
  using plan = layPlan(options.scratchFile, room.inventory, room.record, state, until);
  return {
    steps: [...plan.steps()],
    removals: plan.removals().map((path) => ({ path, kind: kindOf(path), size: room.record.object(path)?.size ?? 0 })),
    drift: seen?.kind === 'drift' ? seen.drift : null,
    fault: seen === null || seen.kind === 'drift' ? null : seen,
  };
}
