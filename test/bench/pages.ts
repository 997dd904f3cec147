// The pages people look at: the overview of a fleet that burns, what looking at it costs a download, and a search among millions of files.

import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { foldersOf } from '../../src/compose/folders.ts';
import { openRooms, type Rooms } from '../../src/compose/rooms.ts';
import { startServing } from '../../src/compose/serving.ts';
import { readConfig } from '../../src/config/load.ts';
import { HOUR, MINUTE, systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { kindOf } from '../../src/maven/kind.ts';
import { writing } from '../../src/state/open.ts';
import { openCrawlStore } from '../../src/watch/crawl/round.ts';
import { openIncidents } from '../../src/watch/incident/incident.ts';
import { type Figure, median } from './figure.ts';
import type { BenchOptions } from './options.ts';
import { growServed } from './served-tree.ts';
import { childrenOf, weigh } from './serving-peers.ts';

const MIRRORS = 200;
const INCIDENTS = 1000;
const ASKED = 30;
/** So many people keep the page open, each asking again as often as a page can be told to. */
const WATCHERS = 20;
const WATCH_EVERY_MS = 10_000;
const DOWNLOADS = 4;
const WORDS = 'alpha beta core data ring http json xml log util spec time clj cljs async test net io sql auth'.split(
  ' ',
);
/** What is looked for: common, rare, not there, and as people paste it. */
const LOOKED_FOR = [
  'clj',
  'org',
  'ring json',
  'nothing-like-it',
  'ring-json-48',
  'org/ring',
  '[org.ring7/ring-json-7 "1.0"]',
];

export async function measurePages(
  home: string,
  options: BenchOptions,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const place = join(home, 'pages');
  mkdirSync(place);
  const tree = growServed(place, 0);
  const now = systemClock.now();
  {
    using rooms = openRooms(foldersOf(tree.data), Number.POSITIVE_INFINITY);
    layArtifacts(rooms, options.found, now);
    layFleet(rooms, now);
  }
  tell(`${options.found} rows to be searched, ${MIRRORS} mirrors and ${INCIDENTS} incidents`);
  const before = new Set(childrenOf(process.pid));
  const serving = await startServing(configOf(tree.data), { clock: systemClock, logger: makeLogger('error') }, signal);
  try {
    const base = serving.urls[0]?.slice(0, -1) ?? '';
    const crew = childrenOf(process.pid).filter((pid) => !before.has(pid));
    const asker = { runs: options.runs, work: weigh(() => crew).work };
    const overview = await askOften(`${base}/-/`, asker);
    tell(`overview: ${overview.ms.map((each) => each.toFixed(1)).join(' ')} ms, ${overview.bytes} bytes`);
    const search = await searchOften(base, asker);
    const downloads = await downloadBeside(base + tree.hundred, `${base}/-/`, options.runs, signal);
    return [
      {
        work: `overview of ${MIRRORS} mirrors and ${INCIDENTS} incidents`,
        unit: 'ms',
        ours: overview.ms,
        base: null,
        aim: 50,
      },
      { work: 'the same: processor time', unit: 'ms', ours: overview.workMs, base: null, aim: null },
      { work: 'the same: size of the page', unit: 'kB', ours: [overview.bytes / 1000], base: null, aim: 100 },
      {
        work: `search among ${options.found} rows, the slowest of ${LOOKED_FOR.length}`,
        unit: 'ms',
        ours: search.ms,
        base: null,
        aim: 50,
      },
      { work: 'the same: processor time', unit: 'ms', ours: search.workMs, base: null, aim: null },
      {
        work: `100 MB, ${DOWNLOADS} at a time, ${WATCHERS} people watching the overview`,
        unit: 's',
        ...downloads,
        aim: 1.1,
      },
    ];
  } finally {
    await serving.stop();
  }
}

function configOf(data: string) {
  const mirrors = Array.from({ length: MIRRORS }, (_, at) => ({
    ...{ name: mirrorName(at), url: `https://${mirrorName(at)}/`, country: 'DE' },
  }));
  const serve = { listen: ['127.0.0.1:0'], plain_http: true, access_log: null, processes: 1 };
  const loaded = readConfig(JSON.stringify({ name: 'bench.example.org', data, serve, mirrors, crawl: {} }), {});
  if (loaded.kind === 'faults') throw new Error(`the bench's configuration is wrong: ${JSON.stringify(loaded.faults)}`);
  return loaded.config;
}

function mirrorName(at: number): string {
  return `mirror-${String(at).padStart(3, '0')}.example.org`;
}

/** Rows as a repository has them: artifacts with their metadata, a handful of versions, sums and signatures. */
function layArtifacts({ database }: Rooms, rows: number, now: number): void {
  const insert = database.prepare(
    `INSERT OR IGNORE INTO inventory_row (path, kind, size, origin_mtime, sha256, sha1, upstream_sum, first_seen, last_verified, generation)
     VALUES (?, ?, 2048, ?, ?, ?, 'matched', ?, ?, 1)`,
  );
  const paths = pathsOf(rows);
  for (let isOver = false; !isOver; ) {
    writing(database, () => {
      for (let n = 0; n < 5000 && !isOver; n += 1) {
        const { value: path } = paths.next();
        if (path === undefined) isOver = true;
        else insert.run(path, kindOf(path), now, randomBytes(32), randomBytes(20), now, now);
      }
    });
  }
}

function* pathsOf(rows: number): Generator<string> {
  let told = 0;
  for (let at = 0; told < rows; at += 1) {
    const [one, two] = [WORDS[at % WORDS.length], WORDS[(at * 7) % WORDS.length]];
    const folder = `org/${two}${at % 997}/${one}-${two}-${at}`;
    const versions = Array.from({ length: 1 + (at % 9) }, (_, v) => `${folder}/1.${v}/${one}-${two}-${at}-1.${v}`);
    const files = versions.flatMap((base) =>
      ['.jar', '.jar.sha1', '.jar.asc', '.pom', '.pom.sha1', '.pom.asc'].map((end) => base + end),
    );
    for (const path of [`${folder}/maven-metadata.xml`, `${folder}/maven-metadata.xml.sha1`, ...files]) {
      if (told === rows) return;
      told += 1;
      yield path;
    }
  }
}

/** Every mirror was visited, and five files of each differ. */
function layFleet({ database, findings }: Rooms, now: number): void {
  const crawl = openCrawlStore(database);
  const incidents = openIncidents(database, findings, () => {});
  for (let at = 0; at < MIRRORS; at += 1) {
    const fresh = crawl.mirror(mirrorName(at), `https://${mirrorName(at)}/`, now - HOUR);
    crawl.save({ ...fresh, visitedAt: now - 5 * MINUTE, answeredAt: now - 5 * MINUTE, behindMs: at * MINUTE });
  }
  for (let at = 0; at < INCIDENTS; at += 1) {
    const path = `org/example/lib-${at}/2.${at}/lib-${at}-2.${at}.jar`;
    const sha256 = (of: number) => of.toString(16).padStart(64, 'a');
    incidents.tell(
      {
        ...{ foundBy: 'crawl', verdict: 'divergent', severity: 'critical', mirror: mirrorName(at % MIRRORS), path },
        why: 'The bytes are others than were published.',
        expected: { size: 1000, sha256: sha256(at) },
        observed: { size: 1000, sha256: sha256(at + INCIDENTS) },
        ...{ blame: 'mirror', generation: 1 },
      },
      'round 1',
      now - at * MINUTE,
    );
  }
}

interface Asker {
  readonly runs: number;
  /** Processor seconds of who answers. */
  work(): number;
}

interface Asked {
  /** Of each run: the median of its answers, and the processor time of one, which does not depend on who else is busy. */
  readonly ms: readonly number[];
  readonly workMs: readonly number[];
  readonly bytes: number;
}

async function askOften(url: string, { runs, work }: Asker): Promise<Asked> {
  let { bytes } = await page(url);
  const [ms, workMs]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    const answers: number[] = [];
    const before = work();
    for (let n = 0; n < ASKED; n += 1) {
      const answer = await page(url);
      answers.push(answer.ms);
      bytes = answer.bytes;
    }
    ms.push(median(answers));
    workMs.push(((work() - before) / ASKED) * 1000);
  }
  return { ms, workMs, bytes };
}

/** The slowest of everything that is looked for. */
async function searchOften(base: string, asker: Asker): Promise<Pick<Asked, 'ms' | 'workMs'>> {
  const each: Asked[] = [];
  for (const typed of LOOKED_FOR)
    each.push(await askOften(`${base}/-/artifacts?q=${encodeURIComponent(typed)}`, asker));
  const slowest = (of: 'ms' | 'workMs') =>
    Array.from({ length: asker.runs }, (_, run) => Math.max(...each.map((asked) => asked[of][run] ?? 0)));
  return { ms: slowest('ms'), workMs: slowest('workMs') };
}

async function page(url: string): Promise<{ readonly ms: number; readonly bytes: number }> {
  const begun = performance.now();
  const answer = await fetch(url, { headers: { accept: 'text/html' } });
  const bytes = (await answer.arrayBuffer()).byteLength;
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return { ms: performance.now() - begun, bytes };
}

/** The same downloads while nobody looks, and while some do. */
async function downloadBeside(
  file: string,
  overview: string,
  runs: number,
  signal: AbortSignal,
): Promise<{ readonly ours: number[]; readonly base: number[] }> {
  await download(file);
  const [ours, base]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    signal.throwIfAborted();
    base.push(await download(file));
    const watching = setInterval(() => void page(overview).catch(() => {}), WATCH_EVERY_MS / WATCHERS);
    ours.push(await download(file));
    clearInterval(watching);
  }
  return { ours, base };
}

async function download(file: string): Promise<number> {
  const begun = performance.now();
  const one = async () => {
    for (let n = 0; n < DOWNLOADS; n += 1) {
      const answer = await fetch(file);
      for await (const _ of answer.body ?? []);
    }
  };
  await Promise.all(Array.from({ length: DOWNLOADS }, one));
  return (performance.now() - begun) / 1000;
}
