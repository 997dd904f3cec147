// What changed since a generation: what follows the tree (a push, a reader of the inventory) asks for this, and never for all of it.

import type { StateDatabase } from '../../state/open.ts';

/** After this path of this generation; `{ generation: 7, path: '' }` is after generation 6. */
export interface Cursor {
  readonly generation: number;
  readonly path: string;
}

/** A path that left the tree in a generation, and is not there now. */
export interface Removal {
  readonly path: string;
  readonly generation: number;
}

export interface Changes<Row> {
  rows(cursor: Cursor, count: number): Row[];
  removals(cursor: Cursor, count: number): Removal[];
  countRemovedUnder(prefix: string): number;
}

export function openChanges<Row>(database: StateDatabase): Changes<Row> {
  const after = '(generation, path) > (?, ?) ORDER BY generation, path LIMIT ?';
  const rows = database.prepare<[number, string, number], Row>(`SELECT * FROM inventory_row WHERE ${after}`);
  const removals = database.prepare<[number, string, number], Removal>(
    `SELECT path, generation FROM inventory_removed WHERE ${after}`,
  );
  // `0` is the character after `/`.
  const below = database
    .prepare<[string, string, string]>(
      "SELECT count(*) FROM inventory_removed WHERE path = ? OR (path > ? || '/' AND path < ? || '0')",
    )
    .pluck();
  return {
    countRemovedUnder: (prefix) => Number(below.get(prefix, prefix, prefix)),
    rows: ({ generation, path }, count) => rows.all(generation, path, count),
    removals: ({ generation, path }, count) => removals.all(generation, path, count),
  };
}
