// What leaves a target: only what we put ourselves, only what has left the tree, last of all and only when all went well. What was taken down on
// purpose goes in any case. In a versioned bucket the older versions stay: we ask for no right to delete those.

import { DAY } from '../../host/clock.ts';
import { isOfTheStore } from '../../host/object-store.ts';
import { askGuard, type Refusal } from '../pass/pass.ts';
import { removalOrder } from '../publish/order.ts';
import type { Done } from './record.ts';
import type { Bench } from './room.ts';
import type { Failure } from './tally.ts';

export interface Removed {
  readonly paths: readonly string[];
  /** Of these, what counted against the allowance. */
  readonly byAllowance: number;
  readonly refused: Refusal | null;
  readonly failures: readonly Failure[];
}

export interface RemovalDecision {
  /** By takedown: no guard, no waiting. */
  readonly takenDown: readonly string[];
  readonly others: readonly string[];
  readonly refused: Refusal | null;
  readonly isByOperator: boolean;
}

/**
 * The tree's own guard has let these go already, one by one or by an operator; this one looks at how much of the target that is, so that a tree
 * that shrank by mistake, or a long silence of the target, does not empty it in one go.
 */
export function decideRemovals(
  paths: readonly string[],
  objects: number,
  { options, room, now }: Pick<Bench, 'options' | 'room' | 'now'>,
): RemovalDecision {
  const isTakenDown = (path: string) => room.takedowns.of(path) !== null;
  const takenDown = paths.filter(isTakenDown);
  const answer = askGuard({
    releases: [],
    others: paths.filter((path) => !isTakenDown(path)),
    treeFiles: objects,
    removedReleases: 0,
    removedOthers: room.record.history.removedSince(now - DAY),
    ...options.removal,
    acceptedPlan: options.acceptPlan,
  });
  return { takenDown, others: answer.mayGo, refused: answer.refused, isByOperator: answer.isByOperator };
}

/** `isWell`: nothing failed before. What does not go now is owed. */
export async function removeObjects(
  paths: readonly string[],
  objects: number,
  isWell: boolean,
  bench: Bench,
  signal: AbortSignal,
): Promise<Removed> {
  const decision = decideRemovals(paths, objects, bench);
  const others = isWell ? decision.others : [];
  const going = removalOrder([...decision.takenDown, ...others]);
  const { gone, failures } = await remove(going, bench, signal);
  const left = new Set(paths);
  for (const path of gone) left.delete(path);
  bench.room.record.note([...left].map((path): Done => ({ kind: 'owed', path, why: 'removal', found: null })));
  const allowed = new Set(decision.isByOperator ? [] : others);
  return {
    paths: gone,
    byAllowance: gone.filter((path) => allowed.has(path)).length,
    refused: decision.refused,
    failures,
  };
}

/** One after another: what leaves in which order is the point, and it is little. */
async function remove(
  paths: readonly string[],
  { room, options, notesStale }: Bench,
  signal: AbortSignal,
): Promise<{ gone: string[]; failures: Failure[] }> {
  const gone: string[] = [];
  const failures: Failure[] = [];
  for (const path of paths) {
    const answer = await room.store.remove(options.prefix + path, signal);
    if (answer.kind === 'removed') {
      // A kill before this line removes it once more.
      room.record.note([{ kind: 'gone', path, was: notesStale ? 'removed' : null }]);
      room.onStep('object-removed');
      gone.push(path);
      continue;
    }
    failures.push({ path, sentence: answer.sentence, remedy: answer.remedy });
    if (isOfTheStore(answer)) break;
  }
  return { gone, failures };
}
