// What a push did, counted and written down as it goes.

import { locate } from '../../maven/layout.ts';
import type { InventoryRow } from '../inventory/row.ts';
import type { Found } from './owed.ts';
import type { Step, Totals } from './plan.ts';
import { endsAll, type PutOutcome } from './put-outcome.ts';
import type { Done } from './record.ts';
import type { Bench } from './room.ts';

export interface Conflict {
  readonly row: InventoryRow;
  readonly found: Found;
}

export interface Failure {
  readonly path: string;
  readonly sentence: string;
  readonly remedy: string | null;
}

export interface Transferred {
  /** Put now, with all their bytes. */
  objects: number;
  bytes: number;
  /** Found to stand there already. */
  adopted: number;
  readonly conflicts: Conflict[];
  readonly failures: Failure[];
  /** Kept back for the sake of what is in conflict or failed. */
  readonly held: string[];
  /** The failure that ended it all before its time: of the store, or of the way to it. */
  ended: Failure | null;
}

export interface Tally {
  readonly result: Transferred;
  take(row: InventoryRow, outcome: PutOutcome): void;
  fail(path: string, sentence: string): void;
  /** They are owed from now on. */
  hold(steps: readonly Step[]): void;
  /** Whether something below this folder is in conflict. */
  isHeld(artifactFolder: string): boolean;
  isOver(): boolean;
  hasFailed(): boolean;
  /** Writes down what was not yet; in one transaction. */
  note(): void;
}

const NOTED_AT_A_TIME = 64;
/** Somebody looks on: a few lines a second are enough. */
const TOLD_OBJECTS = 100;
const TOLD_BYTES = 8 * 1024 * 1024;

export function startTally(totals: Totals, { room, options, notesStale }: Bench): Tally {
  const result: Transferred = { objects: 0, bytes: 0, adopted: 0, conflicts: [], failures: [], held: [], ended: null };
  const heldArtifacts = new Set<string>();
  let done: Done[] = [];
  const isWorthTelling = telling();
  const of = { ofObjects: totals.objects, ofBytes: totals.bytes };
  const note = () => {
    if (done.length === 0) return;
    room.record.note(done);
    done = [];
    room.onStep('noted');
  };
  const add = (one: Done) => {
    done.push(one);
    if (done.length >= NOTED_AT_A_TIME) note();
  };
  const take: Tally['take'] = (row, outcome) => {
    switch (outcome.kind) {
      case 'there':
        result.objects += outcome.isSent ? 1 : 0;
        result.bytes += outcome.isSent ? row.size : 0;
        result.adopted += outcome.isSent ? 0 : 1;
        room.onStep('object-put');
        return add(notesStale ? outcome : { ...outcome, was: null });
      case 'conflict':
        result.conflicts.push({ row, found: outcome.found });
        heldArtifacts.add(locate(row.path).artifactFolder ?? row.path);
        return add({ kind: 'owed', path: row.path, why: 'conflict', found: outcome.found });
      case 'failed': {
        const failure = { path: row.path, sentence: outcome.sentence, remedy: outcome.fault?.remedy ?? null };
        if (endsAll(outcome)) result.ended ??= failure;
        else result.failures.push(failure);
        return undefined;
      }
      case 'moved':
        return undefined;
    }
  };
  return {
    result,
    take(row, outcome) {
      take(row, outcome);
      if (!isWorthTelling(row.size)) return;
      const so = { objects: result.objects + result.adopted, bytes: result.bytes };
      room.onEvent({ kind: 'putting', target: options.target, ...so, ...of });
    },
    fail: (path, sentence) => void result.failures.push({ path, sentence, remedy: null }),
    hold(steps) {
      for (const { path } of steps) {
        result.held.push(path);
        add({ kind: 'owed', path, why: 'held', found: null });
      }
    },
    isHeld: (artifactFolder) => heldArtifacts.has(artifactFolder),
    isOver: () => result.ended !== null,
    hasFailed: () => result.failures.length > 0 || result.ended !== null,
    note,
  };
}

/** Whether enough has come since people were told last. */
function telling(): (sizeBytes: number) => boolean {
  let since = { objects: 0, bytes: 0 };
  return (sizeBytes) => {
    since = { objects: since.objects + 1, bytes: since.bytes + sizeBytes };
    if (since.objects < TOLD_OBJECTS && since.bytes < TOLD_BYTES) return false;
    since = { objects: 0, bytes: 0 };
    return true;
  };
}
