// What lies directly in a folder. The table knows only paths: each child is found by one step into its index, however much lies below it.

import type { StateDatabase } from '../../state/open.ts';
import { bounds } from './range.ts';

/** A folder's name ends in `/`; its size and time are null. Times are epoch milliseconds. */
export interface Child {
  readonly name: string;
  readonly size: number | null;
  readonly modified: number | null;
}

export type ListChildren = (folder: string, after: string | null, count: number) => Child[];

export function makeChildren(database: StateDatabase): ListChildren {
  const next = database.prepare<[string, string], { path: string; size: number; origin_mtime: number }>(
    'SELECT path, size, origin_mtime FROM inventory_row WHERE path >= ? AND path < ? ORDER BY path LIMIT 1',
  );
  return (folder, after, count) => {
    const [first, end] = bounds(folder);
    const children: Child[] = [];
    let from = after === null ? first : behind(first, after);
    while (children.length < count) {
      const row = next.get(from, end);
      if (row === undefined) break;
      const rest = row.path.slice(first.length);
      const slash = rest.indexOf('/');
      const name = slash === -1 ? rest : rest.slice(0, slash + 1);
      children.push(
        slash === -1 ? { name, size: row.size, modified: row.origin_mtime } : { name, size: null, modified: null },
      );
      from = behind(first, name);
    }
    return children;
  };
}

/** The first path that can come after the child `name`: for a folder behind all that lies below it. */
function behind(first: string, name: string): string {
  return name.endsWith('/') ? bounds(first + name.slice(0, -1))[1] : `${first}${name}\u0000`;
}
