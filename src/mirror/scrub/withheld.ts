// Published files that are known to be damaged here, and are therefore not served: bytes that nobody would take if he knew. The row stays, for it
// says what was published; serving looks here first.

import type { StateDatabase } from '../../state/open.ts';
import type { InventoryRow } from '../inventory/row.ts';

export interface WithheldFile {
  readonly path: string;
  readonly verdict: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

export interface Withheld {
  /** Not served as long as its row has these bytes and nobody has read or published them well since. */
  hold(row: InventoryRow, verdict: string, now: number): void;
  lift(path: string): void;
  list(): WithheldFile[];
  /** What is held of this row; for every answer that is served, so it asks the database only when something has changed in it. */
  of(row: InventoryRow): WithheldFile | null;
}

interface Stored extends WithheldFile {
  readonly sha256: Buffer;
}

export function openWithheld(database: StateDatabase): Withheld {
  const all = database.prepare<[], Stored>('SELECT path, sha256, verdict, since FROM scrub_withheld ORDER BY path');
  const put = database.prepare('INSERT OR REPLACE INTO scrub_withheld VALUES (?, ?, ?, ?)');
  const remove = database.prepare<[string]>('DELETE FROM scrub_withheld WHERE path = ?');
  // Moves with every commit of another connection; a look at shared memory, no read of the disk.
  const version = database.prepare<[], number>('PRAGMA data_version').pluck();
  let known = new Map<string, Stored>();
  let knownAt: number | undefined;
  const current = () => {
    const now = version.get();
    if (now !== knownAt) {
      known = new Map(all.all().map((stored) => [stored.path, stored]));
      knownAt = now;
    }
    return known;
  };
  const changed = () => {
    knownAt = undefined;
  };
  return {
    hold(row, verdict, now) {
      // A row that was written in the middle of a scrub is younger than the scrub's own time.
      put.run(row.path, row.sha256, verdict, Math.max(now, row.lastVerified));
      changed();
    },
    lift(path) {
      remove.run(path);
      changed();
    },
    list: () => all.all().map(({ path, verdict, since }) => ({ path, verdict, since })),
    of(row) {
      const held = current().get(row.path);
      if (held === undefined || row.lastVerified > held.since || !held.sha256.equals(row.sha256)) return null;
      return held;
    },
  };
}
