// Everything that changes the inventory. Callers open the write transaction (`state/open` writing), at most 500 rows each.

import type { Kind } from '../../maven/kind.ts';
import type { StateDatabase } from '../../state/open.ts';
import { formerStatements } from './former.ts';
import { type Generations, makeGenerations } from './generation.ts';
import { type MetadataSets, makeMetadataSets } from './metadata-set.ts';
import type { InventoryRow, UpstreamSum } from './row.ts';

export { type Adoption, type LearnedLedger, makeAdoption } from './adoption.ts';
export { mergeLedger } from './ledger-merge.ts';

/** Where the bytes of a pending row come from; `removal` has none: the path leaves the tree. */
export type PendingOrigin = 'staging' | 'quarantine' | 'removal';

export interface PendingRow {
  readonly seq: number;
  readonly phase: 'version' | 'metadata' | 'loose' | 'removal';
  readonly origin: PendingOrigin;
  readonly path: string;
  readonly kind: Kind;
  readonly size: number;
  readonly originMtime: number;
  readonly sha256: Buffer;
  readonly sha1: Buffer;
  readonly md5: Buffer | null;
  readonly sha512: Buffer | null;
  readonly upstreamSum: UpstreamSum;
  readonly lastVerified: number;
  /** A released path: every digest it ever had stays known. */
  readonly keepsDigest: boolean;
}

export interface InventoryWriter {
  readonly sets: MetadataSets;
  readonly generations: Generations;
  lay(batch: number, row: PendingRow): void;
  pending(batch: number): PendingRow[];
  /** Makes the pending rows with `first <= seq <= last` visible, replacing what stood there. */
  admit(batch: number, first: number, last: number, generation: number): void;
  /** Deletes the rows that these pending removals name. */
  retire(batch: number, first: number, last: number, generation: number, now: number): void;
  /** Takes one row out of a batch: its bytes are gone. */
  strike(batch: number, seq: number): void;
  forgetBatch(batch: number): void;
  /** The origin touched a file without changing its bytes. That it is no longer absent is for the pass to settle, with what was said of it. */
  touch(path: string, originMtime: number): void;
  learnDigests(path: string, md5: Buffer | null, sha512: Buffer | null): void;
  setUpstreamSum(path: string, sum: UpstreamSum): void;
  markAbsent(path: string, since: number | null): void;
  /** The published bytes were read again and are those of this row. */
  markVerified(row: Pick<InventoryRow, 'path' | 'sha256'>, at: number): void;
  /** The origin's listing calls the file by a tag, 32 hex digits, that looks like an MD5 and is not that of the published bytes. */
  noteForeignTag(path: string, tag: string): void;
}

export function makeInventoryWriter(database: StateDatabase): InventoryWriter {
  const generations = makeGenerations(database);
  const { change, admit, retire } = batchStatements(database);
  return {
    sets: makeMetadataSets(database),
    generations,
    ...pendingStatements(database),
    admit(batch, first, last, generation) {
      const delta = change(batch, first, last);
      admit(batch, first, last, generation, delta.known > 0);
      generations.set(generation, delta.pending - delta.known, delta.pendingBytes - delta.knownBytes);
    },
    retire(batch, first, last, generation, now) {
      const delta = change(batch, first, last);
      retire(batch, first, last, generation, now);
      generations.set(generation, -delta.known, -delta.knownBytes);
    },
    ...rowStatements(database),
  };
}

function pendingStatements(
  database: StateDatabase,
): Pick<InventoryWriter, 'lay' | 'pending' | 'strike' | 'forgetBatch'> {
  const lay = database.prepare('INSERT INTO inventory_pending VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const pending = database.prepare<[number], StoredPending>(
    `SELECT seq, phase, origin, path, kind, size, origin_mtime AS originMtime, sha256, sha1, md5, sha512,
       upstream_sum AS upstreamSum, last_verified AS lastVerified, keeps_digest AS keepsDigest
     FROM inventory_pending WHERE batch = ? ORDER BY seq`,
  );
  const strike = database.prepare<[number, number]>('DELETE FROM inventory_pending WHERE batch = ? AND seq = ?');
  const forget = database.prepare<[number]>('DELETE FROM inventory_pending WHERE batch = ?');
  return {
    lay: (batch, row) => {
      const { seq, phase, origin, path, kind, size, originMtime, sha256, sha1, md5, sha512 } = row;
      const { upstreamSum, lastVerified, keepsDigest } = row;
      const what = [batch, seq, phase, origin, path, kind, size, originMtime, sha256, sha1, md5, sha512];
      lay.run(...what, upstreamSum, lastVerified, keepsDigest ? 1 : 0);
    },
    pending: (batch) => pending.all(batch).map((row) => ({ ...row, keepsDigest: row.keepsDigest === 1 })),
    strike: (batch, seq) => {
      strike.run(batch, seq);
    },
    forgetBatch: (batch) => {
      forget.run(batch);
    },
  };
}

type StoredPending = Omit<PendingRow, 'keepsDigest'> & { readonly keepsDigest: number };

interface Change {
  readonly pending: number;
  readonly pendingBytes: number;
  readonly known: number;
  readonly knownBytes: number;
}

const THESE = 'p.batch = ? AND p.seq BETWEEN ? AND ?';

/** Whole ranges in SQL: a row of a first pass costs a microsecond here and ten through bindings. */
function batchStatements(database: StateDatabase) {
  const change = database.prepare<[number, number, number], Change>(
    `SELECT count(*) AS pending, total(p.size) AS pendingBytes, count(r.path) AS known, total(r.size) AS knownBytes
     FROM inventory_pending p LEFT JOIN inventory_row r ON r.path = p.path WHERE ${THESE}`,
  );
  const former = formerStatements(database, THESE);
  const put = database.prepare<[number, number, number, number]>(
    `INSERT OR REPLACE INTO inventory_row
     SELECT p.path, p.kind, p.size, p.origin_mtime, p.sha256, p.sha1, p.md5, p.sha512, p.upstream_sum,
       coalesce(r.first_seen, p.last_verified), p.last_verified, ?, NULL
     FROM inventory_pending p LEFT JOIN inventory_row r ON r.path = p.path WHERE ${THESE}`,
  );
  const anyRemoved = database.prepare<[], { path: string }>('SELECT path FROM inventory_removed LIMIT 1');
  const back = database.prepare<[number, number, number]>(
    `DELETE FROM inventory_removed WHERE path IN (SELECT p.path FROM inventory_pending p WHERE ${THESE})`,
  );
  const noteRemoved = database.prepare<[number, number, number, number]>(
    `INSERT OR REPLACE INTO inventory_removed
     SELECT r.path, ? FROM inventory_pending p JOIN inventory_row r ON r.path = p.path WHERE ${THESE}`,
  );
  const remove = database.prepare<[number, number, number]>(
    `DELETE FROM inventory_row WHERE path IN (SELECT p.path FROM inventory_pending p WHERE ${THESE})`,
  );
  return {
    change: (batch: number, first: number, last: number): Change =>
      change.get(batch, first, last) ?? { pending: 0, pendingBytes: 0, known: 0, knownBytes: 0 },
    admit: (batch: number, first: number, last: number, generation: number, isAnyKnown: boolean) => {
      if (isAnyKnown) former.rememberReplaced(batch, first, last);
      put.run(generation, batch, first, last);
      if (anyRemoved.get() !== undefined) back.run(batch, first, last);
    },
    retire: (batch: number, first: number, last: number, generation: number, now: number) => {
      former.rememberRetired(batch, first, last, now);
      noteRemoved.run(generation, batch, first, last);
      remove.run(batch, first, last);
    },
  };
}

type RowStatements = Pick<
  InventoryWriter,
  'touch' | 'learnDigests' | 'setUpstreamSum' | 'markAbsent' | 'markVerified' | 'noteForeignTag'
>;

function rowStatements(database: StateDatabase): RowStatements {
  const touch = database.prepare<[number, string]>('UPDATE inventory_row SET origin_mtime = ? WHERE path = ?');
  const learn = database.prepare<[Buffer | null, Buffer | null, string]>(
    'UPDATE inventory_row SET md5 = coalesce(?, md5), sha512 = coalesce(?, sha512) WHERE path = ?',
  );
  const sum = database.prepare<[UpstreamSum, string]>('UPDATE inventory_row SET upstream_sum = ? WHERE path = ?');
  const absent = database.prepare<[number | null, string]>('UPDATE inventory_row SET absent_since = ? WHERE path = ?');
  // Another publication may have replaced the row meanwhile: then nothing was verified.
  const verified = database.prepare<[number, string, Buffer]>(
    'UPDATE inventory_row SET last_verified = max(last_verified, ?) WHERE path = ? AND sha256 = ?',
  );
  const foreignTag = database.prepare<[string, Buffer]>('INSERT OR REPLACE INTO inventory_foreign_tag VALUES (?, ?)');
  return {
    noteForeignTag: (path, tag) => {
      foreignTag.run(path, Buffer.from(tag, 'hex'));
    },
    touch: (path, originMtime) => {
      touch.run(originMtime, path);
    },
    learnDigests: (path, md5, sha512) => {
      learn.run(md5, sha512, path);
    },
    setUpstreamSum: (path, value) => {
      sum.run(value, path);
    },
    markAbsent: (path, since) => {
      absent.run(since, path);
    },
    markVerified: (row, at) => {
      verified.run(at, row.path, row.sha256);
    },
  };
}
