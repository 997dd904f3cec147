// A CDN before a mirror that serves by itself: what changed in the tree is what it may still have as it was.

import type { Inventory } from '../../inventory/store.ts';
import { isKnownForEver } from '../../publish/order.ts';
import type { TargetRecord } from '../record.ts';
import type { Stale } from '../stale.ts';
import { EVERYTHING } from './selection.ts';

export interface Followed {
  readonly generation: number;
  /** Null: everything. */
  readonly paths: number | null;
}

const PAGE = 1000;

/** Notes what changed since the last time. A kill in the middle notes it once more. */
export function followTree(inventory: Inventory, record: TargetRecord, place: string): Followed {
  const { lineage, settled: generation } = inventory.current();
  const state = record.state(place, lineage);
  if (generation === 0) return { generation, paths: 0 };
  if (state.generation === 0) {
    // What it has from before is not known.
    record.markStale([{ path: EVERYTHING, was: 'former' }]);
    record.settle(lineage, generation);
    return { generation, paths: null };
  }
  const after = { generation: state.generation + 1, path: '' };
  let paths = 0;
  for (const stale of pages((cursor) => inventory.changedAfter(cursor, PAGE), after)) {
    // A released file never had other bytes.
    record.markStale(stale.map(({ path }): Stale => ({ path, was: isKnownForEver(path) ? 'absent' : 'former' })));
    paths += stale.length;
  }
  for (const stale of pages((cursor) => inventory.removedAfter(cursor, PAGE), after)) {
    record.markStale(stale.map(({ path }): Stale => ({ path, was: 'removed' })));
    paths += stale.length;
  }
  record.settle(lineage, generation);
  return { generation, paths };
}

interface Placed {
  readonly generation: number;
  readonly path: string;
}

function* pages<Row extends Placed>(read: (cursor: Placed) => Row[], from: Placed): Iterable<Row[]> {
  for (let cursor = from; ; ) {
    const rows = read(cursor);
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    cursor = { generation: last.generation, path: last.path };
  }
}
