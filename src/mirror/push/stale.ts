// Paths that the CDN before a target may still have as they were. They stand here from the transaction that notes the change until the CDN has
// taken the purge.

import { type StateDatabase, writing } from '../../state/open.ts';

/** What a CDN may still have of a path: that there is none, its former bytes, or bytes that are gone. */
export type StaleAs = 'absent' | 'former' | 'removed';

export interface Stale {
  readonly path: string;
  readonly was: StaleAs;
}

export interface StaleRecord {
  /** Call inside a write transaction. */
  noteStale(path: string, was: StaleAs): void;
  /** In transactions of its own. */
  markStale(stale: readonly Stale[]): void;
  /** At most so many, in the order of their paths. */
  stale(count: number): Stale[];
  countStale(): number;
  isStale(path: string): boolean;
  /** Only as they were when they were read: what became stale in another way meanwhile stays. */
  settleStale(stale: readonly Stale[]): void;
}

const ROWS_AT_A_TIME = 500;

export function openStaleRecord(database: StateDatabase, target: string): StaleRecord {
  // What came back after it went is not merely new: a CDN may have what it was.
  const note = database.prepare<[string, string, StaleAs]>(
    `INSERT INTO push_stale VALUES (?, ?, ?) ON CONFLICT (target, path) DO UPDATE
     SET was = CASE WHEN excluded.was = 'absent' AND was <> 'absent' THEN 'former' ELSE excluded.was END`,
  );
  const read = database.prepare<[string, number], Stale>(
    'SELECT path, was FROM push_stale WHERE target = ? ORDER BY path LIMIT ?',
  );
  const find = database.prepare<[string, string], Stale>(
    'SELECT path, was FROM push_stale WHERE target = ? AND path = ?',
  );
  const count = database.prepare<[string], { n: number }>('SELECT count(*) AS n FROM push_stale WHERE target = ?');
  const settle = database.prepare<[string, string, StaleAs]>(
    'DELETE FROM push_stale WHERE target = ? AND path = ? AND was = ?',
  );
  return {
    noteStale: (path, was) => {
      note.run(target, path, was);
    },
    markStale(stale) {
      inParts(stale, ({ path, was }) => note.run(target, path, was));
    },
    stale: (most) => read.all(target, most),
    isStale: (path) => find.get(target, path) !== undefined,
    countStale: () => count.get(target)?.n ?? 0,
    settleStale(stale) {
      inParts(stale, ({ path, was }) => settle.run(target, path, was));
    },
  };

  function inParts(stale: readonly Stale[], work: (each: Stale) => unknown): void {
    for (let start = 0; start < stale.length; start += ROWS_AT_A_TIME) {
      const part = stale.slice(start, start + ROWS_AT_A_TIME);
      writing(database, () => part.forEach(work));
    }
  }
}
