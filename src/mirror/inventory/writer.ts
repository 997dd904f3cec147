// Everything that changes the inventory. Callers open the write transaction (`state/open` writing), at most 500 rows each.

import type { Kind } from '../../maven/kind.ts';
import type { StateDatabase } from '../../state/open.ts';
import { type Generations, makeGenerations } from './generation.ts';
import { type MetadataSets, makeMetadataSets } from './metadata-set.ts';
import type { UpstreamSum } from './row.ts';

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
}

export interface InventoryWriter {
  readonly sets: MetadataSets;
  readonly generations: Generations;
  lay(batch: number, row: PendingRow): void;
  pending(batch: number): PendingRow[];
  /** Makes the rows `first..last` of a batch visible, replacing what stood there; former digests of `keepDigest` paths stay known. */
  admit(batch: number, rows: readonly PendingRow[], generation: number, keepDigest: (path: string) => boolean): void;
  /** Deletes the rows of these pending removals. */
  retire(rows: readonly PendingRow[], generation: number, now: number, keepDigest: (path: string) => boolean): void;
  forgetBatch(batch: number): void;
  /** The origin touched a file without changing its bytes. */
  touch(path: string, originMtime: number, lastVerified: number): void;
  verified(path: string, at: number): void;
  learnDigests(path: string, md5: Buffer | null, sha512: Buffer | null): void;
  setUpstreamSum(path: string, sum: UpstreamSum): void;
  markAbsent(path: string, since: number | null): void;
}

export function makeInventoryWriter(database: StateDatabase): InventoryWriter {
  const lay = database.prepare(
    `INSERT INTO inventory_pending VALUES (@batch, @seq, @phase, @origin, @path, @kind, @size, @originMtime,
       @sha256, @sha1, @md5, @sha512, @upstreamSum, @lastVerified)`,
  );
  const pending = database.prepare<[number], PendingRow>(
    `SELECT seq, phase, origin, path, kind, size, origin_mtime AS originMtime, sha256, sha1, md5, sha512,
       upstream_sum AS upstreamSum, last_verified AS lastVerified FROM inventory_pending WHERE batch = ? ORDER BY seq`,
  );
  const before = database.prepare<[string], { size: number; sha256: Buffer; first_seen: number }>(
    'SELECT size, sha256, first_seen FROM inventory_row WHERE path = ?',
  );
  const put = database.prepare(
    `INSERT OR REPLACE INTO inventory_row
     SELECT path, kind, size, origin_mtime, sha256, sha1, md5, sha512, upstream_sum, coalesce(@firstSeen, last_verified), last_verified, @generation, NULL
     FROM inventory_pending WHERE batch = @batch AND seq = @seq`,
  );
  const remove = database.prepare<[string]>('DELETE FROM inventory_row WHERE path = ?');
  const remember = database.prepare<[string, Buffer, number]>(
    'INSERT OR IGNORE INTO inventory_known_digest VALUES (?, ?, ?)',
  );
  const forget = database.prepare<[number]>('DELETE FROM inventory_pending WHERE batch = ?');
  const touch = database.prepare<[number, number, string]>(
    'UPDATE inventory_row SET origin_mtime = ?, last_verified = ?, absent_since = NULL WHERE path = ?',
  );
  const verified = database.prepare<[number, string]>('UPDATE inventory_row SET last_verified = ? WHERE path = ?');
  const learn = database.prepare<[Buffer | null, Buffer | null, string]>(
    'UPDATE inventory_row SET md5 = coalesce(?, md5), sha512 = coalesce(?, sha512) WHERE path = ?',
  );
  const sum = database.prepare<[UpstreamSum, string]>('UPDATE inventory_row SET upstream_sum = ? WHERE path = ?');
  const absent = database.prepare<[number | null, string]>('UPDATE inventory_row SET absent_since = ? WHERE path = ?');
  const generations = makeGenerations(database);
  return {
    sets: makeMetadataSets(database),
    generations,
    lay: (batch, row) => {
      lay.run({ batch, ...row });
    },
    pending: (batch) => pending.all(batch),
    admit(batch, rows, generation, keepDigest) {
      let files = 0;
      let bytes = 0;
      for (const row of rows) {
        const old = before.get(row.path);
        if (old === undefined) files += 1;
        else if (keepDigest(row.path) && !old.sha256.equals(row.sha256))
          remember.run(row.path, old.sha256, row.lastVerified);
        bytes += row.size - (old?.size ?? 0);
        put.run({ firstSeen: old?.first_seen ?? null, generation, batch, seq: row.seq });
      }
      generations.set(generation, files, bytes);
    },
    retire(rows, generation, now, keepDigest) {
      let files = 0;
      let bytes = 0;
      for (const row of rows) {
        const old = before.get(row.path);
        if (old === undefined) continue;
        if (keepDigest(row.path)) remember.run(row.path, old.sha256, now);
        files -= remove.run(row.path).changes;
        bytes -= old.size;
      }
      generations.set(generation, files, bytes);
    },
    forgetBatch: (batch) => {
      forget.run(batch);
    },
    touch: (path, originMtime, lastVerified) => {
      touch.run(originMtime, lastVerified, path);
    },
    verified: (path, at) => {
      verified.run(at, path);
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
  };
}
