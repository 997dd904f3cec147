// Single paths in their order, for whoever takes samples of a tree that is too large to be held.

import type { StateDatabase } from '../../state/open.ts';

export interface Walk {
  /** The path that comes `distance` after `path` in order, 1 being the next; null beyond the end. Costs a look at each row between. */
  pathAt(path: string, distance: number): string | null;
  /** At most `count` metadata files that come after `path`, in order. */
  metadataAfter(path: string, count: number): string[];
}

export function openWalk(database: StateDatabase): Walk {
  const at = database.prepare<[string, number], { path: string }>(
    'SELECT path FROM inventory_row WHERE path > ? ORDER BY path LIMIT 1 OFFSET ?',
  );
  const metadata = database.prepare<[string, number], { path: string }>(
    "SELECT path FROM inventory_row WHERE kind = 'metadata' AND path > ? ORDER BY path LIMIT ?",
  );
  return {
    pathAt: (path, distance) => at.get(path, distance - 1)?.path ?? null,
    metadataAfter: (path, count) => metadata.all(path, count).map((each) => each.path),
  };
}
