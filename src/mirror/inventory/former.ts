// What was published before what is published now. Of a released path each digest is kept for ever: the gate asks whether it ever was another one.
// Of what may change they are kept for a month: whoever shows one of them is late, and has altered nothing.

import { DAY } from '../../host/clock.ts';
import type { StateDatabase } from '../../state/open.ts';

export interface FormerDigest {
  /** Lower-case hex. */
  readonly sha256: string;
  /** When something else took its place, or it was taken away. */
  readonly until: number;
}

const KEPT_MS = 30 * DAY;

/** `these` names the pending rows of a part of a batch: its number, first and last. */
export function formerStatements(database: StateDatabase, these: string) {
  const remember = (table: string, keepsDigest: 0 | 1, until: string, when: string) =>
    `INSERT INTO ${table} (path, sha256, until)
     SELECT r.path, r.sha256, ${until} FROM inventory_pending p JOIN inventory_row r ON r.path = p.path
     WHERE ${these} AND p.keeps_digest = ${keepsDigest} AND ${when}`;
  const ignoring = 'ON CONFLICT (path, sha256) DO NOTHING';
  const newest = 'ON CONFLICT (path, sha256) DO UPDATE SET until = excluded.until';
  const replacedRelease = database.prepare<[number, number, number]>(
    `${remember('inventory_known_digest', 1, 'p.last_verified', 'r.sha256 <> p.sha256')} ${ignoring}`,
  );
  const replaced = database.prepare<[number, number, number]>(
    `${remember('inventory_former', 0, 'p.last_verified', 'r.sha256 <> p.sha256')} ${newest}`,
  );
  const retiredRelease = database.prepare<[number, number, number, number]>(
    `${remember('inventory_known_digest', 1, '?', 'TRUE')} ${ignoring}`,
  );
  const retired = database.prepare<[number, number, number, number]>(
    `${remember('inventory_former', 0, '?', 'TRUE')} ${newest}`,
  );
  const forget = database.prepare<[number]>(
    `DELETE FROM inventory_former WHERE until < (SELECT max(until) FROM inventory_former) - ?`,
  );
  return {
    rememberReplaced: (batch: number, first: number, last: number) => {
      replacedRelease.run(batch, first, last);
      if (replaced.run(batch, first, last).changes > 0) forget.run(KEPT_MS);
    },
    rememberRetired: (batch: number, first: number, last: number, now: number) => {
      retiredRelease.run(now, batch, first, last);
      if (retired.run(now, batch, first, last).changes > 0) forget.run(KEPT_MS);
    },
  };
}

interface StoredFormer {
  readonly sha256: Buffer;
  readonly until: number;
}

/** All of them for a path, the newest first. Two look-ups: most paths have none, and what is nothing need not be sorted. */
export function formerReader(database: StateDatabase): (path: string) => FormerDigest[] {
  const of = (table: string) =>
    database.prepare<[string], StoredFormer>(`SELECT sha256, until FROM ${table} WHERE path = ?`);
  const [released, changing] = [of('inventory_known_digest'), of('inventory_former')];
  return (path) =>
    [...released.all(path), ...changing.all(path)]
      .sort((one, other) => other.until - one.until)
      .map(({ sha256, until }) => ({ sha256: sha256.toString('hex'), until }));
}
