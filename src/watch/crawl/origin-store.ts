// What the origin has, as it told: names from its own listings, digests from its own bodies.

import type { Kind, SumAlgorithm } from '../../maven/kind.ts';
import { type StateDatabase, writing } from '../../state/open.ts';
import type { Former } from './judge/look.ts';

export interface OriginFile {
  readonly path: string;
  readonly kind: Kind;
  /** Null: it was not asked yet. */
  readonly size: number | null;
  readonly sha256: Buffer | null;
  readonly sha1: Buffer | null;
  readonly md5: Buffer | null;
  readonly body: Buffer | null;
  readonly publishedAt: number;
  readonly askedAt: number | null;
  readonly goneAt: number | null;
}

export interface Answered {
  readonly size: number;
  readonly sha256: string;
  readonly sums: Readonly<Partial<Record<SumAlgorithm, string>>>;
  readonly body: Buffer | null;
  readonly publishedAt: number;
}

export interface OriginStore {
  /** A listing begins; its number. */
  begin(): number;
  listed(
    files: readonly { readonly path: string; readonly kind: Kind; readonly mtime: number }[],
    listing: number,
  ): void;
  /** A complete one: what it lacks is gone. */
  complete(listing: number, now: number): void;
  file(path: string): OriginFile | null;
  companions(root: string): OriginFile[];
  answered(path: string, answer: Answered, now: number): void;
  gone(path: string, now: number): void;
  former(path: string): Former[];
  counts(): { readonly files: number; readonly bytes: number; readonly listing: number };
  pathsAfter(path: string, count: number): string[];
  pathAt(path: string, distance: number): string | null;
  metadataAfter(path: string, count: number): string[];
  changedAfter(listing: number, path: string, count: number): { readonly path: string; readonly listing: number }[];
  gonePaths(count: number): string[];
}

const COLUMNS =
  'path, kind, size, sha256, sha1, md5, body, published_at AS publishedAt, asked_at AS askedAt, gone_at AS goneAt';

export function openOriginStore(database: StateDatabase): OriginStore {
  return { ...writes(database), ...reads(database), ...orders(database) };
}

type Writes = Pick<OriginStore, 'begin' | 'listed' | 'complete' | 'answered' | 'gone'>;

function writes(database: StateDatabase): Writes {
  const last = database.prepare<[], { n: number | null }>('SELECT max(listing) AS n FROM crawl_reference');
  const list = database.prepare(
    `INSERT INTO crawl_reference (path, kind, published_at, listing, first_listing) VALUES (@path, @kind, @mtime, @listing, @listing)
     ON CONFLICT (path) DO UPDATE SET listing = excluded.listing, gone_at = NULL`,
  );
  const complete = database.prepare<[number, number]>(
    'UPDATE crawl_reference SET gone_at = ? WHERE listing < ? AND gone_at IS NULL',
  );
  const remember = database.prepare<[number, string, Buffer]>(
    `INSERT INTO crawl_former SELECT path, sha256, ? FROM crawl_reference WHERE path = ? AND sha256 IS NOT NULL AND sha256 <> ?
     ON CONFLICT (path, sha256) DO UPDATE SET until = excluded.until`,
  );
  const answer = database.prepare(
    `UPDATE crawl_reference SET size = @size, sha256 = @sha256, sha1 = @sha1, md5 = @md5, body = @body, published_at = @publishedAt,
       asked_at = @now, gone_at = NULL WHERE path = @path`,
  );
  const gone = database.prepare<[number, number, string]>(
    'UPDATE crawl_reference SET gone_at = ?, asked_at = ? WHERE path = ?',
  );
  const bytesOf = (hex: string | undefined) => (hex === undefined ? null : Buffer.from(hex, 'hex'));
  return {
    begin: () => (last.get()?.n ?? 0) + 1,
    listed: (files, listing) => {
      writing(database, () => {
        for (const file of files) list.run({ ...file, listing });
      });
    },
    complete: (listing, now) => {
      writing(database, () => complete.run(now, listing));
    },
    answered: (path, { size, sha256, sums, body, publishedAt }, now) => {
      const digest = Buffer.from(sha256, 'hex');
      const values = {
        path,
        size,
        sha256: digest,
        sha1: bytesOf(sums.sha1),
        md5: bytesOf(sums.md5),
        body,
        publishedAt,
      };
      writing(database, () => {
        remember.run(now, path, digest);
        answer.run({ ...values, now });
      });
    },
    gone: (path, now) => {
      writing(database, () => gone.run(now, now, path));
    },
  };
}

type Reads = Pick<OriginStore, 'file' | 'companions' | 'former' | 'counts'>;

function reads(database: StateDatabase): Reads {
  const file = database.prepare<[string], OriginFile>(`SELECT ${COLUMNS} FROM crawl_reference WHERE path = ?`);
  const beside = database.prepare<[string, string], OriginFile>(
    `SELECT ${COLUMNS} FROM crawl_reference WHERE path >= ? AND path < ? ORDER BY path`,
  );
  const former = database.prepare<[string], { sha256: Buffer; until: number }>(
    'SELECT sha256, until FROM crawl_former WHERE path = ? ORDER BY until DESC',
  );
  const counts = database.prepare<[], { files: number; bytes: number; listing: number | null }>(
    'SELECT count(*) AS files, total(size) AS bytes, max(first_listing) AS listing FROM crawl_reference WHERE gone_at IS NULL',
  );
  return {
    file: (path) => file.get(path) ?? null,
    companions(root) {
      const own = file.get(root);
      return [...(own === undefined ? [] : [own]), ...beside.all(`${root}.`, `${root}/`)];
    },
    former: (path) => former.all(path).map(({ sha256, until }) => ({ sha256: sha256.toString('hex'), until })),
    counts: () => {
      const { files, bytes, listing } = counts.get() ?? { files: 0, bytes: 0, listing: 0 };
      return { files, bytes, listing: listing ?? 0 };
    },
  };
}

type Orders = Pick<OriginStore, 'pathsAfter' | 'pathAt' | 'metadataAfter' | 'changedAfter' | 'gonePaths'>;

function orders(database: StateDatabase): Orders {
  const here = 'gone_at IS NULL AND path > ? ORDER BY path';
  const after = database.prepare<[string, number], { path: string }>(
    `SELECT path FROM crawl_reference WHERE ${here} LIMIT ?`,
  );
  const at = database.prepare<[string, number], { path: string }>(
    `SELECT path FROM crawl_reference WHERE ${here} LIMIT 1 OFFSET ?`,
  );
  const metadata = database.prepare<[string, number], { path: string }>(
    `SELECT path FROM crawl_reference WHERE kind = 'metadata' AND ${here} LIMIT ?`,
  );
  const changed = database.prepare<[number, string, number], { path: string; listing: number }>(
    `SELECT path, first_listing AS listing FROM crawl_reference WHERE gone_at IS NULL AND (first_listing, path) > (?, ?)
     ORDER BY first_listing, path LIMIT ?`,
  );
  const gone = database.prepare<[number], { path: string }>(
    'SELECT path FROM crawl_reference WHERE gone_at IS NOT NULL ORDER BY gone_at DESC LIMIT ?',
  );
  const pathOf = ({ path }: { path: string }) => path;
  return {
    pathsAfter: (path, count) => after.all(path, count).map(pathOf),
    pathAt: (path, distance) => at.get(path, distance - 1)?.path ?? null,
    metadataAfter: (path, count) => metadata.all(path, count).map(pathOf),
    changedAfter: (listing, path, count) => changed.all(listing, path, count),
    gonePaths: (count) => gone.all(count).map(pathOf),
  };
}
