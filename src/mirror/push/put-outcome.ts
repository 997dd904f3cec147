// What came of putting one object, whichever way it went.

import { SECOND } from '../../host/clock.ts';
import { isOfTheStore, type StoreFault } from '../../host/object-store.ts';
import type { InventoryRow } from '../inventory/row.ts';
import { digestOfTold, toldOf } from './object.ts';
import type { Found } from './owed.ts';
import type { KnownObject } from './record.ts';
import type { Bench } from './room.ts';
import type { StaleAs } from './stale.ts';
import type { Standing } from './standing.ts';

export type PutOutcome =
  /** `isSent`: not so when it stood there already. */
  | { readonly kind: 'there'; readonly object: KnownObject; readonly was: StaleAs | null; readonly isSent: boolean }
  /** Other bytes stand under a released key: never overwritten. */
  | { readonly kind: 'conflict'; readonly found: Found }
  /** The tree went on: the next push sees to it. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'failed'; readonly sentence: string; readonly fault: StoreFault | null };

const TRIES = 3;
const PAUSE_MS = SECOND;

export function ofStanding(standing: Standing | StoreFault, isNew: boolean, row: InventoryRow): PutOutcome {
  switch (standing.kind) {
    case 'same':
      return there(standing.etag, isNew, row, false);
    case 'other':
      return { kind: 'conflict', found: standing.found };
    case 'nothing':
      return {
        kind: 'failed',
        sentence: `${row.path}: the store says that it is there, and that it is not.`,
        fault: null,
      };
    default:
      return failedBy(standing);
  }
}

export function there(etag: string, isNew: boolean, row: InventoryRow, isSent: boolean): PutOutcome {
  const { path, sha256, size } = row;
  const object = { path, sha256, size, etag, told: digestOfTold(toldOf(row)) };
  // What is new may have been asked for before, and be remembered as absent.
  return { kind: 'there', object, was: isNew ? 'absent' : 'former', isSent };
}

export function failedBy(fault: StoreFault): PutOutcome {
  return { kind: 'failed', sentence: fault.sentence, fault };
}

/** Whether every other object would meet this as well. */
export function endsAll(outcome: PutOutcome): boolean {
  return outcome.kind === 'failed' && outcome.fault !== null && isOfTheStore(outcome.fault);
}
/** What was damaged on the way, or met another writer, is worth another try; the client itself retries what the network does. */
export async function tried<T extends { readonly kind: string }>(
  send: () => Promise<T | StoreFault>,
  { room }: Pick<Bench, 'room'>,
  signal: AbortSignal,
): Promise<T | StoreFault> {
  for (let left = TRIES - 1; ; left -= 1) {
    const answer = await send();
    if (left === 0 || (answer.kind !== 'damaged' && answer.kind !== 'contended')) return answer;
    await room.clock.sleep(PAUSE_MS, signal);
  }
}
