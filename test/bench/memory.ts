// What a process holds whose inventory has a million rows, over a listing of a million files from a real daemon.

import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { foldersOf } from '../../src/compose/folders.ts';
import { openRooms } from '../../src/compose/rooms.ts';
import { startRsyncDaemon } from '../../src/demo/world.ts';
import { kindOf } from '../../src/maven/kind.ts';
import { writing } from '../../src/state/open.ts';
import type { Figure } from './figure.ts';
import { startMirror } from './mirror.ts';
import type { BenchOptions } from './options.ts';

const LINKS_OF_FILE = 60_000;
const ROWS_PER_COMMIT = 5000;
const VERSIONS_OF_ARTIFACT = 60;
const SUFFIXES = ['jar', 'jar.sha1', 'pom', 'pom.sha1'];
const WRITTEN_AT = Date.UTC(2026, 10, 1);

export async function measureMemory(
  home: string,
  options: BenchOptions,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const tree = join(home, 'million-origin');
  const data = join(home, 'million-mirror');
  mkdirSync(tree);
  const paths = growLinks(tree, options.rows);
  fillInventory(data, paths, statSync(join(tree, paths[0] ?? '')).size);
  tell(`inventory of ${paths.length} rows`);
  const origin = await startRsyncDaemon({ folder: tree, module: 'bench' }, signal);
  try {
    await using mirror = startMirror(origin.url, data, options.profile, signal);
    const names = ['compared row by row', 'with the same fingerprint', 'with the same fingerprint, again'];
    const peaks: number[] = [];
    for (const name of names) {
      const { end, listed, accepted, milliseconds, rssMib, peakMib } = await mirror.pass();
      if (end !== 'complete' || listed !== paths.length || accepted !== 0)
        throw new Error(`the pass ended as ${end}, ${listed} listed, ${accepted} accepted`);
      tell(
        `${listed} files, ${name}: ${(milliseconds / 1000).toFixed(1)} s, ${rssMib.toFixed(0)} MiB after it, peak ${peakMib.toFixed(0)} MiB`,
      );
      peaks.push(peakMib);
    }
    return [
      {
        work: `memory, inventory of ${paths.length} rows`,
        unit: 'MiB',
        ours: [peaks.at(-1) ?? 0],
        base: null,
        aim: 300,
      },
    ];
  } finally {
    await origin.stop();
  }
}

/** A million names of a few files: rsync lists a hard link as it lists a file, and no disk runs full. */
function growLinks(tree: string, files: number): string[] {
  const paths: string[] = [];
  let original = '';
  for (let number = 0; number < files; number += 1) {
    const version = Math.floor(number / SUFFIXES.length);
    const artifact = Math.floor(version / VERSIONS_OF_ARTIFACT);
    const name = `artifact${artifact}`;
    const path = `org/example/group${artifact % 500}/${name}/1.${version}/${name}-1.${version}.${SUFFIXES[number % SUFFIXES.length]}`;
    const file = join(tree, path);
    if (number % SUFFIXES.length === 0) mkdirSync(dirname(file), { recursive: true });
    if (number % LINKS_OF_FILE === 0) {
      writeFileSync(file, 'seven bytes'.slice(0, 7));
      utimesSync(file, WRITTEN_AT / 1000, WRITTEN_AT / 1000);
      original = file;
    } else linkSync(original, file);
    paths.push(path);
  }
  return paths;
}

function fillInventory(data: string, paths: readonly string[], size: number): void {
  using rooms = openRooms(foldersOf(data), Number.POSITIVE_INFINITY);
  const { database } = rooms;
  const insert = database.prepare(
    "INSERT INTO inventory_row VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, 'matched', ?, ?, 1, NULL)",
  );
  const sorted = paths.toSorted();
  for (let start = 0; start < sorted.length; start += ROWS_PER_COMMIT) {
    writing(database, () => {
      for (const path of sorted.slice(start, start + ROWS_PER_COMMIT)) {
        insert.run(path, kindOf(path), size, WRITTEN_AT, randomBytes(32), randomBytes(20), WRITTEN_AT, WRITTEN_AT);
      }
    });
  }
  database
    .prepare("INSERT OR REPLACE INTO inventory_generation VALUES (1, '00000000-0000-4000-8000-000000000000', 1, ?, ?)")
    .run(sorted.length, sorted.length * size);
}
