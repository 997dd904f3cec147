// The listing of one pass, laid beside the inventory in a scratch database of its own: a million names cost disk, not memory, and SQL says
// what is new, changed or absent. The scratch file is thrown away after the pass; a kill leaves it behind and the next pass overwrites it.

import { rmSync } from 'node:fs';
import type { StateDatabase } from '../../state/open.ts';
import { bounds, suffixes } from './range.ts';
import type { ListedFile } from './row.ts';

export interface Difference extends ListedFile {
  /** False when the path is not published yet. */
  readonly isPublished: boolean;
}

export interface Absence {
  readonly path: string;
  readonly kind: string;
  readonly size: number;
  readonly absentSince: number | null;
}

export interface Comparison extends Disposable {
  add(file: ListedFile): void;
  /** Call once, when the listing has ended. */
  close(): { files: number; bytes: number };
  has(path: string): boolean;
  /** Whether any checksum file is listed. */
  hasSums(): boolean;
  listed(path: string): ListedFile | null;
  /** Listed, published, and no difference between the two in what the listing says. */
  isAsListed(path: string): boolean;
  below(folder: string): ListedFile[];
  /** A root file and everything that hangs on it by a suffix. */
  companions(root: string): ListedFile[];
  countBelow(folder: string): number;
  /** What is new or looks changed (size; SHA-256 or MD5 where both are known, else mtime), in path order. */
  differences(): Iterable<Difference>;
  /** What of a folder is listed and not published as listed, in path order. */
  unsettledBelow(folder: string): Difference[];
  /** What is published and not listed. */
  absences(): Iterable<Absence>;
  /** What was marked absent and is listed again. */
  returned(): string[];
}

const ROWS_PER_COMMIT = 5000;
const PAGE = 5000;

export function layBeside(database: StateDatabase, scratchFile: string): Comparison {
  rmSync(scratchFile, { force: true });
  database.prepare('ATTACH ? AS listing').run(scratchFile);
  database.exec(
    `PRAGMA listing.journal_mode = OFF; PRAGMA listing.synchronous = OFF; PRAGMA listing.cache_size = -8192;
     CREATE TABLE listing.listed (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime INTEGER NOT NULL, link_to TEXT, md5 BLOB, sha256 BLOB) WITHOUT ROWID;`,
  );
  const insert = database.prepare('INSERT OR REPLACE INTO listing.listed VALUES (?, ?, ?, ?, ?, ?)');
  let open = 0;
  const commit = () => {
    if (open > 0) database.exec('COMMIT');
    open = 0;
  };
  return {
    add(file) {
      if (open === 0) database.exec('BEGIN');
      const md5 = file.md5 === undefined ? null : Buffer.from(file.md5, 'hex');
      const sha256 = file.sha256 === undefined ? null : Buffer.from(file.sha256, 'hex');
      insert.run(file.path, file.size, file.mtime, file.linkTo ?? null, md5, sha256);
      open += 1;
      if (open >= ROWS_PER_COMMIT) commit();
    },
    close() {
      commit();
      return (
        database
          .prepare<[], { files: number; bytes: number }>(
            'SELECT count(*) AS files, total(size) AS bytes FROM listing.listed',
          )
          .get() ?? { files: 0, bytes: 0 }
      );
    },
    ...questions(database),
    [Symbol.dispose]() {
      commit();
      database.exec('DETACH listing');
      rmSync(scratchFile, { force: true });
    },
  };
}

type Questions = Omit<Comparison, 'add' | 'close' | typeof Symbol.dispose>;

interface StoredListing {
  path: string;
  size: number;
  mtime: number;
  link_to: string | null;
  md5: Buffer | null;
  sha256: Buffer | null;
  published: number;
}

// Another time with the same MD5 is a file that was copied, not changed. A tag that is known to be no MD5 tells a change only by its own.
const HAS_CHANGED = `r.size <> l.size OR CASE
    WHEN l.sha256 IS NOT NULL THEN r.sha256 <> l.sha256
    WHEN l.md5 IS NULL OR r.md5 IS NULL THEN r.origin_mtime <> l.mtime
    WHEN l.md5 = r.md5 THEN FALSE
    WHEN EXISTS (SELECT 1 FROM main.inventory_foreign_tag f WHERE f.path = l.path AND f.tag = l.md5) THEN r.origin_mtime <> l.mtime
    ELSE TRUE END`;

const DIFFERS = `SELECT l.path, l.size, l.mtime, l.link_to, l.md5, l.sha256, r.path IS NOT NULL AS published
  FROM listing.listed l LEFT JOIN main.inventory_row r ON r.path = l.path
  WHERE (r.path IS NULL OR ${HAS_CHANGED})`;

function questions(database: StateDatabase): Questions {
  const one = database.prepare<[string], StoredListing>('SELECT *, 0 AS published FROM listing.listed WHERE path = ?');
  const same = database.prepare<[string], { path: string }>(
    `SELECT l.path FROM listing.listed l JOIN main.inventory_row r ON r.path = l.path WHERE l.path = ? AND NOT (${HAS_CHANGED})`,
  );
  const range = database.prepare<[string, string], StoredListing>(
    'SELECT *, 0 AS published FROM listing.listed WHERE path >= ? AND path < ? ORDER BY path',
  );
  const count = database.prepare<[string, string], { n: number }>(
    'SELECT count(*) AS n FROM listing.listed WHERE path >= ? AND path < ?',
  );
  const anySum = database.prepare<[], { path: string }>(
    "SELECT path FROM listing.listed WHERE path GLOB '*.sha1' OR path GLOB '*.md5' OR path GLOB '*.sha256' OR path GLOB '*.sha512' LIMIT 1",
  );
  const differs = database.prepare<[string], StoredListing>(`${DIFFERS} AND l.path > ? ORDER BY l.path LIMIT ${PAGE}`);
  const unsettled = database.prepare<[string, string], StoredListing>(
    `${DIFFERS} AND l.path >= ? AND l.path < ? ORDER BY l.path`,
  );
  const absent = database.prepare<[string], Absence>(
    `SELECT r.path, r.kind, r.size, r.absent_since AS absentSince FROM main.inventory_row r
     LEFT JOIN listing.listed l ON l.path = r.path WHERE l.path IS NULL AND r.path > ? ORDER BY r.path LIMIT ${PAGE}`,
  );
  const returned = database.prepare<[], { path: string }>(
    'SELECT r.path FROM main.inventory_row r JOIN listing.listed l ON l.path = r.path WHERE r.absent_since IS NOT NULL',
  );
  return {
    hasSums: () => anySum.get() !== undefined,
    has: (path) => one.get(path) !== undefined,
    isAsListed: (path) => same.get(path) !== undefined,
    listed: (path) => {
      const row = one.get(path);
      return row === undefined ? null : asListed(row);
    },
    below: (folder) => range.all(...bounds(folder)).map(asListed),
    companions: (root) => [...one.all(root), ...range.all(...suffixes(root))].map(asListed),
    countBelow: (folder) => count.get(...bounds(folder))?.n ?? 0,
    *differences() {
      for (const row of paged((after) => differs.all(after))) yield asDifference(row);
    },
    unsettledBelow: (folder) => unsettled.all(...bounds(folder)).map(asDifference),
    absences: () => paged((after) => absent.all(after)),
    returned: () => returned.all().map((row) => row.path),
  };
}

/** Pages by path instead of one open cursor: the caller may write, and publish, between two rows. */
function* paged<T extends { path: string }>(page: (after: string) => T[]): Iterable<T> {
  for (let rows = page(''); rows.length > 0; rows = page(rows.at(-1)?.path ?? '')) yield* rows;
}

function asListed({ path, size, mtime, link_to: linkTo, md5, sha256 }: StoredListing): ListedFile {
  return {
    ...{ path, size, mtime },
    ...(linkTo === null ? {} : { linkTo }),
    ...(md5 === null ? {} : { md5: md5.toString('hex') }),
    ...(sha256 === null ? {} : { sha256: sha256.toString('hex') }),
  };
}

function asDifference(row: StoredListing): Difference {
  return { ...asListed(row), isPublished: row.published === 1 };
}
