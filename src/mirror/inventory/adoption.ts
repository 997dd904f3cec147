// What an inventory is made of again when the database was lost, or put back from an older copy: rows from the tree, the rest from the ledger.

import { randomUUID } from 'node:crypto';
import type { StateDatabase } from '../../state/open.ts';
import { readLedger } from './ledger.ts';
import { bounds } from './range.ts';
import type { InventoryRow } from './row.ts';
import { openTakedowns } from './takedown.ts';

export interface Adoption {
  /** A row as it is; the path has none. Its digest is then no former one. */
  adopt(row: InventoryRow): void;
  /** Digests and takedowns as the ledger has them, in its order. Call inside no transaction. */
  learn(ledger: string, now: number): LearnedLedger;
  /** Released paths below a folder that were ever published. */
  knownBelow(folder: string): string[];
  /** Whoever holds a cursor of the old lineage begins anew. */
  renewLineage(): void;
}

export interface LearnedLedger {
  readonly digests: number;
  /** That stand now. */
  readonly takedowns: number;
  /** Lines that could not be read: a torn one, or not ours. */
  readonly odd: number;
}

const LINES_PER_TRANSACTION = 500;

export function makeAdoption(database: StateDatabase): Adoption {
  const insert = database.prepare(
    `INSERT INTO inventory_row (path, kind, size, origin_mtime, sha256, sha1, md5, sha512, upstream_sum, first_seen, last_verified, generation, absent_since)
     VALUES (@path, @kind, @size, @originMtime, @sha256, @sha1, @md5, @sha512, @upstreamSum, @firstSeen, @lastVerified, @generation, @absentSince)`,
  );
  const current = database.prepare<[string, Buffer]>(
    'DELETE FROM inventory_known_digest WHERE path = ? AND sha256 = ?',
  );
  const below = database.prepare<[string, string], { path: string }>(
    'SELECT DISTINCT path FROM inventory_known_digest WHERE path >= ? AND path < ? ORDER BY path',
  );
  const renew = database.prepare<[string]>('UPDATE inventory_generation SET lineage = ?');
  return {
    adopt(row) {
      insert.run(row);
      current.run(row.path, row.sha256);
    },
    learn: (ledger, now) => learn(database, ledger, now),
    knownBelow: (folder) => below.all(...bounds(folder)).map(({ path }) => path),
    renewLineage: () => {
      renew.run(randomUUID());
    },
  };
}

function learn(database: StateDatabase, ledger: string, now: number): LearnedLedger {
  // What is the digest of a row already is no former one.
  const know = database.prepare<[string, Buffer, number, string, Buffer]>(
    `INSERT OR IGNORE INTO inventory_known_digest SELECT ?, ?, ?
     WHERE NOT EXISTS (SELECT 1 FROM inventory_row WHERE path = ? AND sha256 = ?)`,
  );
  const takedowns = openTakedowns(database);
  let digests = 0;
  let odd = 0;
  let open = 0;
  const commit = () => {
    if (open > 0) database.exec('COMMIT');
    open = 0;
  };
  const onOdd = () => {
    odd += 1;
  };
  for (const line of readLedger(ledger, onOdd)) {
    if (open === 0) database.exec('BEGIN IMMEDIATE');
    open += 1;
    if (line.kind === 'takedown') takedowns.add(line);
    if (line.kind === 'takedown-lifted') takedowns.lift(line.prefix);
    if (line.kind !== 'known-digest') continue;
    const sha256 = Buffer.from(line.sha256, 'hex');
    know.run(line.path, sha256, now, line.path, sha256);
    digests += 1;
    if (open >= LINES_PER_TRANSACTION) commit();
  }
  commit();
  return { digests, takedowns: takedowns.list().length, odd };
}
