// The whole in parts: the counts of one artifact are read without the rest. Written by whoever sums up the whole, in the same turn.

import { crc32 } from 'node:zlib';
import { type StateDatabase, writing } from '../state/open.ts';
import { packDownloads, unpackDownloads } from './count-store.ts';
import type { Scope } from './scope.ts';
import type { Downloads, MutableDownloads } from './tally.ts';

const PARTS = 256;

/** What did not change is not written. */
export function writeParts(database: StateDatabase, scope: Scope, whole: Downloads): void {
  const parts = Array.from({ length: PARTS }, (): MutableDownloads => new Map());
  for (const [name, versions] of whole) parts[partOf(name)]?.set(name, new Map(versions));
  const known = database
    .prepare<[Scope, number], Buffer>('SELECT counts FROM stats_part WHERE scope = ? AND part = ?')
    .pluck();
  const news = parts
    .map((part, number) => ({ number, counts: packDownloads(part) }))
    .filter(({ number, counts }) => known.get(scope, number)?.equals(counts) !== true);
  const put = database.prepare('INSERT OR REPLACE INTO stats_part (scope, part, counts) VALUES (?, ?, ?)');
  writing(database, () => {
    for (const { number, counts } of news) put.run(scope, number, counts);
  });
}

/** Downloads of each version of an artifact; none when it was never fetched, or nothing was counted. */
export function readPart(
  database: StateDatabase,
  scope: Scope,
  group: string,
  artifact: string,
): ReadonlyMap<string, number> {
  const name = `${group}/${artifact}`;
  const part = database
    .prepare<[Scope, number], Buffer>('SELECT counts FROM stats_part WHERE scope = ? AND part = ?')
    .pluck()
    .get(scope, partOf(name));
  return (part === undefined ? undefined : unpackDownloads(part).get(name)) ?? new Map();
}

function partOf(name: string): number {
  return crc32(name) % PARTS;
}
