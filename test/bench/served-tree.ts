// What is served in the measurements: files of three sizes, in the tree, in an inventory, and as nginx finds them.

import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { foldersOf } from '../../src/compose/folders.ts';
import { openRooms, type Rooms } from '../../src/compose/rooms.ts';
import { type Kind, kindOf } from '../../src/maven/kind.ts';
import { makeInventoryWriter, type PendingRow } from '../../src/mirror/inventory/writer.ts';
import { writing } from '../../src/state/open.ts';

export const SMALL_FILES = 1000;
const SMALL_BYTES = 2048;
const WRITTEN_AT = Date.UTC(2026, 10, 1);
const ROWS_PER_COMMIT = 5000;

export interface ServedTree {
  readonly data: string;
  /** Where nginx finds the same files. */
  readonly published: string;
  /** URL paths. */
  readonly small: readonly string[];
  readonly megabyte: string;
  readonly hundred: string;
}

/** `rows` more rows that have no file: what they cost is looked up among, and nothing else. */
export function growServed(home: string, rows: number): ServedTree {
  const data = join(home, 'served');
  const { published } = foldersOf(data);
  using rooms = openRooms(foldersOf(data), Number.POSITIVE_INFINITY);
  const small = Array.from({ length: SMALL_FILES }, (_, n) => `org/example/small${n}/1.0/small${n}-1.0.pom`);
  const [megabyte, hundred] = ['org/example/large/1.0/large-1.0.jar', 'org/example/huge/1.0/huge-1.0.jar'];
  publish(
    rooms,
    published,
    small.map((path) => ({ path, bytes: randomBytes(SMALL_BYTES) })),
  );
  publish(rooms, published, [{ path: megabyte, bytes: randomBytes(2 ** 20) }]);
  publish(rooms, published, [{ path: hundred, bytes: randomBytes(100 * 2 ** 20) }]);
  fill(rooms, rows);
  return { data, published, small: small.map((path) => `/${path}`), megabyte: `/${megabyte}`, hundred: `/${hundred}` };
}

/** Every file of a folder, as a mirror of it serves them. */
export function serveFolder(home: string, folder: string): ServedTree {
  const data = join(home, 'served-folder');
  const { published } = foldersOf(data);
  using rooms = openRooms(foldersOf(data), Number.POSITIVE_INFINITY);
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  publish(
    rooms,
    published,
    paths.map((path) => ({ path, bytes: readFileSync(join(folder, path)) })),
  );
  const [first = ''] = paths;
  return { data, published, small: [], megabyte: `/${first}`, hundred: `/${first}` };
}

let seq = 0;

function publish(rooms: Rooms, published: string, files: readonly { path: string; bytes: Buffer }[]): void {
  const writer = makeInventoryWriter(rooms.database);
  for (const { path, bytes } of files) {
    const file = join(published, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    utimesSync(file, WRITTEN_AT / 1000, WRITTEN_AT / 1000);
  }
  writing(rooms.database, () => {
    const first = seq + 1;
    for (const { path, bytes } of files) {
      seq += 1;
      writer.lay(1, rowOf(path, kindOf(path), bytes, seq));
    }
    writer.admit(1, first, seq, 1);
    writer.forgetBatch(1);
  });
}

function rowOf(path: string, kind: Kind, bytes: Buffer, at: number): PendingRow {
  return {
    seq: at,
    phase: 'version',
    origin: 'staging',
    path,
    kind,
    size: bytes.length,
    originMtime: WRITTEN_AT,
    sha256: createHash('sha256').update(bytes).digest(),
    sha1: createHash('sha1').update(bytes).digest(),
    md5: null,
    sha512: null,
    keepsDigest: true,
    upstreamSum: 'matched',
    lastVerified: WRITTEN_AT,
  };
}

function fill({ database }: Rooms, rows: number): void {
  const insert = database.prepare(
    `INSERT INTO inventory_row (path, kind, size, origin_mtime, sha256, sha1, upstream_sum, first_seen, last_verified, generation)
     VALUES (?, 'pom', 2048, ?, ?, ?, 'matched', 0, 0, 1)`,
  );
  for (let start = 0; start < rows; start += ROWS_PER_COMMIT) {
    writing(database, () => {
      for (let n = start; n < Math.min(rows, start + ROWS_PER_COMMIT); n += 1) {
        const place = String(n).padStart(8, '0');
        insert.run(
          `org/filler/g${place.slice(0, 4)}/a${place}/1.0/a${place}-1.0.pom`,
          WRITTEN_AT,
          randomBytes(32),
          randomBytes(20),
        );
      }
    });
  }
}
