// Paths of generations that are settled, which must be looked at again all the same.

import { type StateDatabase, writing } from '../../state/open.ts';

/** Why: other bytes stand under its key; it waits for one of those; its removal was refused; it was found to be otherwise. */
export type OwedBecause = 'conflict' | 'held' | 'removal' | 'drift';

/** Another object than ours, under our key. */
export interface Found {
  readonly etag: string;
  readonly size: number;
  /** Lower-case hex, where the body was read. */
  readonly sha256: string | null;
}

export interface Owed {
  readonly path: string;
  readonly why: OwedBecause;
  /** What is in conflict with the path, where it was looked at. */
  readonly found: Found | null;
}

export interface OwedRecord {
  owed(path: string): Owed | null;
  owedAfter(path: string, count: number): Owed[];
  settleOwed(paths: readonly string[]): void;
}

/** The two that change it are called inside a write transaction. */
export interface OwedWriter extends OwedRecord {
  owe(owed: Owed): void;
  pay(path: string): void;
}

export function openOwed(database: StateDatabase, target: string): OwedWriter {
  const columns = 'path, why, found';
  const find = database.prepare<[string, string], Stored>(
    `SELECT ${columns} FROM push_owed WHERE target = ? AND path = ?`,
  );
  const after = database.prepare<[string, string, number], Stored>(
    `SELECT ${columns} FROM push_owed WHERE target = ? AND path > ? ORDER BY path LIMIT ?`,
  );
  const owe = database.prepare<[string, string, OwedBecause, string | null]>(
    'INSERT OR REPLACE INTO push_owed VALUES (?, ?, ?, ?)',
  );
  const pay = database.prepare<[string, string]>('DELETE FROM push_owed WHERE target = ? AND path = ?');
  return {
    owed: (path) => asOwed(find.get(target, path)),
    owedAfter: (path, most) => after.all(target, path, most).flatMap((row) => asOwed(row) ?? []),
    settleOwed: (paths) =>
      writing(database, () => {
        for (const path of paths) pay.run(target, path);
      }),
    owe: ({ path, why, found }) => {
      owe.run(target, path, why, found === null ? null : JSON.stringify(found));
    },
    pay: (path) => {
      pay.run(target, path);
    },
  };
}

type Stored = Omit<Owed, 'found'> & { readonly found: string | null };

function asOwed(stored: Stored | undefined): Owed | null {
  if (stored === undefined) return null;
  return { ...stored, found: stored.found === null ? null : (JSON.parse(stored.found) as Found) };
}
