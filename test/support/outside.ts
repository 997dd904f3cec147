// A mirror's data directory as the world sees it: through a real server, and as plain files.

import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import Database from 'better-sqlite3';
import { serve } from '../../src/compose/serve-process.ts';
import type { Config } from '../../src/config/schema.ts';
import { locate } from '../../src/maven/layout.ts';
import { hexOf, type Tree } from './laws.ts';

export interface Served {
  readonly files: Tree;
  /** Paths that were answered with neither 200 nor 4xx, and headers that do not describe their body. */
  readonly faults: readonly string[];
}

const CLIENTS = 8;

/** Starts the real server over the data directory as it lies there, asks for every path and stops it again. */
export async function askServer(config: Config, paths: Iterable<string>): Promise<Served> {
  const task = { config, listen: ['127.0.0.1:0'], tls: null, reusePort: false, logLevel: 'silent' as const };
  const server = await serve(task, new AbortController().signal);
  const files = new Map<string, Buffer>();
  const faults: string[] = [];
  const waiting = [...paths];
  const client = async () => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const answer = await fetch(server.url + path);
      const body = Buffer.from(await answer.arrayBuffer());
      if (answer.status === 200) files.set(path, body);
      else if (answer.status >= 500) faults.push(`${path}: answered ${answer.status}`);
      faults.push(...wrongHeaders(path, answer, body));
    }
  };
  try {
    await Promise.all(Array.from({ length: CLIENTS }, client));
  } finally {
    await server.stop(0);
  }
  return { files, faults };
}

function wrongHeaders(path: string, answer: Response, body: Buffer): string[] {
  if (answer.status !== 200) return [];
  return ['md5', 'sha1', 'sha256', 'sha512'].flatMap((algorithm) => {
    const claimed = answer.headers.get(`x-checksum-${algorithm}`);
    return claimed === null || claimed === hexOf(body, algorithm)
      ? []
      : [`${path}: its header lies about ${algorithm}`];
  });
}

/** Files below `folder` by their path in it; what assay keeps there for itself is left out. */
export function readTree(folder: string): Tree {
  const tree = new Map<string, Buffer>();
  if (!existsSync(folder)) return tree;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = pathOf(folder, entry);
    if (entry.isFile() && !path.startsWith('.meta/')) tree.set(path, readFileSync(join(folder, path)));
  }
  return tree;
}

function pathOf(folder: string, entry: Dirent): string {
  return relative(folder, join(entry.parentPath, entry.name));
}

/** What of the tree an interrupted publication may have left between old and new: mutable files that the journal still names, and removals. */
export function fluxOf(data: string): (path: string) => boolean {
  const file = join(data, 'state.db');
  if (!existsSync(file)) return () => false;
  using database = openReadOnly(file);
  const rows = database.all(
    "SELECT path, phase FROM inventory_pending JOIN publish_batch ON publish_batch.id = batch WHERE state = 'staged'",
  ) as { path: string; phase: string }[];
  const units = new Set(rows.filter(isChanging).map(({ path }) => locate(path).unit));
  return (path) => units.has(locate(path).unit);
}

function isChanging({ path, phase }: { path: string; phase: string }): boolean {
  const place = locate(path);
  return phase === 'removal' || place.snapshot || place.unitKind !== 'version';
}

export interface EndState {
  readonly tree: readonly (readonly [string, string])[];
  readonly tables: Readonly<Record<string, readonly unknown[]>>;
  /** What waits for the next pass. */
  readonly waiting: readonly string[];
  readonly quarantine: readonly (readonly [string, string])[];
}

/** Everything of the tables that is not a time, a number of a pass or a name of this installation. */
const TABLES = {
  rows: 'SELECT path, kind, size, origin_mtime, hex(sha256), hex(sha1), hex(md5), hex(sha512), upstream_sum, absent_since IS NULL FROM inventory_row ORDER BY path',
  known: 'SELECT path, hex(sha256) FROM inventory_known_digest ORDER BY path, sha256',
  sets: 'SELECT path, members, hex(body) FROM inventory_metadata_set ORDER BY path',
  totals: 'SELECT files, bytes FROM inventory_generation',
  journal: 'SELECT batch, path FROM inventory_pending',
  batches: 'SELECT id, state FROM publish_batch',
  held: 'SELECT path, kind, verdict, size, mtime, sha256 FROM pass_held ORDER BY path',
  refused: 'SELECT path, verdict, hex(sha256), has_bytes FROM publish_quarantine ORDER BY path',
};

/** What a pass has left behind, in a form in which two mirrors can be compared. */
export function endStateOf(data: string): EndState {
  using database = openReadOnly(join(data, 'state.db'));
  const tables = Object.fromEntries(Object.entries(TABLES).map(([name, sql]) => [name, database.all(sql)]));
  const digests = (folder: string) =>
    [...readTree(join(data, folder))].map(([path, bytes]) => [path, hexOf(bytes, 'sha256')] as const).sort();
  return {
    tree: digests('published'),
    tables,
    waiting: ['staging', 'settling'].flatMap((folder) => [...readTree(join(data, folder)).keys()]).sort(),
    quarantine: digests('quarantine').filter(([path]) => path.endsWith('/file')),
  };
}

function openReadOnly(file: string): { all(sql: string): unknown[] } & Disposable {
  const database = new Database(file, { readonly: true });
  return { all: (sql) => database.prepare(sql).all(), [Symbol.dispose]: () => database.close() };
}
