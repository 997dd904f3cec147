import type { StoreFault } from '../../host/object-store.ts';
import type { Refusal } from '../pass/pass.ts';
import type { Ability } from './ability.ts';
import type { Drift, Sighting } from './drift.ts';
import type { PushCounts, PushEnd } from './history.ts';
import type { TargetState } from './record.ts';
import type { Removed } from './removal.ts';
import type { Bench, PushRoom } from './room.ts';
import type { Conflict, Failure, Transferred } from './tally.ts';

/** What one push of one target came to. */
export interface PushOutcome {
  readonly end: PushEnd;
  /** What went wrong in a sentence, or null. */
  readonly sentence: string | null;
  /** Up to which the target has everything, save what is owed. */
  readonly generation: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly counts: PushCounts;
  readonly adopted: number;
  readonly removed: readonly string[];
  readonly refused: Refusal | null;
  readonly conflicts: readonly Conflict[];
  /** Kept back for the sake of a conflict or a failure. */
  readonly held: readonly string[];
  readonly failures: readonly Failure[];
  readonly drift: Drift | null;
  readonly ability: Ability | null;
}

/** Nothing could be begun. */
export function untouched(fault: StoreFault, state: TargetState, startedAt: number, room: PushRoom): PushOutcome {
  return {
    end: 'trouble',
    sentence: fault.sentence,
    generation: state.generation,
    startedAt,
    endedAt: room.clock.now(),
    counts: { objects: 0, bytes: 0, removed: 0 },
    adopted: 0,
    removed: [],
    refused: null,
    conflicts: [],
    held: [],
    failures: [{ path: '', sentence: fault.sentence, remedy: fault.remedy }],
    drift: null,
    ability: state.ability,
  };
}

export interface Ending {
  readonly put: Transferred;
  readonly removed: Removed;
  readonly statusFailure: Failure | null;
  readonly sighting: Sighting | null;
  readonly generation: number;
}

export function endOf({ put, removed, statusFailure, sighting, generation }: Ending, bench: Bench): PushOutcome {
  const failures = [put.ended, ...put.failures, ...removed.failures, statusFailure].filter((each) => each !== null);
  const conflicts = [...put.conflicts, ...(sighting?.conflicts ?? []).filter(isNotIn(put.conflicts))];
  const isOwing = conflicts.length > 0 || removed.refused !== null;
  return {
    end: put.ended !== null ? 'trouble' : failures.length > 0 ? 'failed' : isOwing ? 'owing' : 'complete',
    sentence: failures[0]?.sentence ?? null,
    generation,
    startedAt: bench.now,
    endedAt: bench.room.clock.now(),
    counts: { objects: put.objects, bytes: put.bytes, removed: removed.byAllowance },
    adopted: put.adopted,
    removed: removed.paths,
    refused: removed.refused,
    conflicts,
    held: put.held,
    failures,
    drift: sighting?.drift ?? null,
    ability: bench.ability,
  };
}

function isNotIn(conflicts: readonly Conflict[]): (conflict: Conflict) => boolean {
  const paths = new Set(conflicts.map(({ row }) => row.path));
  return ({ row }) => !paths.has(row.path);
}
