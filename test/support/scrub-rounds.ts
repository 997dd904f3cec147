// Rounds of killing a scrub, or a repair: a copy of a damaged mirror, the work that is killed, a look from outside, the work again, what is left.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { foldersOf } from '../../src/compose/folders.ts';
import { openRoomsToRead } from '../../src/compose/rooms.ts';
import { mendOnce, scrubOnce } from '../../src/compose/scrubbing.ts';
import { sync } from '../../src/compose/sync.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import type { Random } from '../../src/demo/repository/random.ts';
import { seededRandom } from '../../src/demo/repository/random.ts';
import { startRsyncDaemon } from '../../src/demo/world.ts';
import { MINUTE, systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { makeChangingOrigin } from './changing-origin.ts';
import type { ScrubOrder } from './kill-scrub.ts';
import type { Tree } from './laws.ts';
import { askServer, readTree } from './outside.ts';

/** Where the work dies: at a named step, or so many milliseconds after it began. */
export type ScrubMoment = NonNullable<ScrubOrder['at']> | { readonly afterMs: number };
export type ScrubWork = 'scrub' | 'repair';

export interface ScrubRound {
  readonly work: ScrubWork;
  readonly moment: ScrubMoment;
  readonly wasKilled: boolean;
  /** In words; none is what a round should have. */
  readonly breaches: readonly string[];
  readonly milliseconds: number;
}

export interface ScrubKilling extends AsyncDisposable {
  /** How long the work takes undisturbed, from its beginning. */
  readonly workMs: Readonly<Record<ScrubWork, number>>;
  round(work: ScrubWork, moment: ScrubMoment): Promise<ScrubRound>;
}

/** Nothing here takes as long, on a machine that does twenty other things. */
const LONGEST_MS = 10 * MINUTE;
const PROGRAM = resolve(import.meta.dirname, 'kill-scrub.ts');
const HOST = { clock: systemClock, logger: makeLogger('silent'), onEvent: () => undefined, onScrub: () => undefined };
const FOREIGN = 'org/stranger/notes.txt';
const FULL_SPEED = { anew: false, mibPerSecond: 0, waitSeconds: 30 };

/** Makes an origin below `home`, a mirror of it, and damage of every kind in that mirror. */
export async function prepareScrubKilling(home: string, seed: number): Promise<ScrubKilling> {
  const origin = await makeChangingOrigin(join(home, 'origin'), seed, systemClock.now());
  const daemon = await startRsyncDaemon({ folder: origin.folder, module: 'repo' });
  const fresh = place(join(home, 'fresh'), daemon.url);
  await sync(fresh.config, { waitSeconds: 30, acceptPlan: null, seed: null }, HOST, AbortSignal.timeout(LONGEST_MS));
  const good = readTree(join(fresh.data, 'published'));
  const bad = damage(join(fresh.data, 'published'), good, seededRandom(`damage ${seed}`));
  const found = place(join(home, 'found'), daemon.url);
  copy(fresh.data, found.data);
  const scrubMs = await timed(() => scrubWhole(found.config));
  const template = { scrub: fresh, repair: found };
  const repaired = place(join(home, 'repaired'), daemon.url);
  copy(found.data, repaired.data);
  const repairMs = await timed(() => repairWhole(repaired.config));
  return {
    workMs: { scrub: scrubMs, repair: repairMs },
    async round(work, moment) {
      const begun = performance.now();
      const folder = mkdtempSync(join(home, 'round-'));
      const mirror = place(folder, daemon.url);
      copy(template[work].data, mirror.data);
      const wasKilled = await killed(mirror.configFile, work, moment);
      const breaches = work === 'scrub' ? await afterScrub(mirror, bad) : await afterRepair(mirror, good, bad);
      rmSync(folder, { recursive: true, force: true });
      return { work, moment, wasKilled, breaches, milliseconds: performance.now() - begun };
    },
    [Symbol.asyncDispose]: () => daemon.stop(),
  };
}

interface Placed {
  readonly data: string;
  readonly configFile: string;
  readonly config: Config;
}

function place(folder: string, url: string): Placed {
  mkdirSync(folder, { recursive: true });
  const data = join(folder, 'data');
  const configFile = join(folder, 'assay.yaml');
  const serve = { listen: ['127.0.0.1:0'], plain_http: true, access_log: null };
  writeFileSync(
    configFile,
    JSON.stringify({ name: 'mirror.example.org', data, source: { url, min_free_gib: 0 }, serve }),
  );
  const loaded = loadConfig(configFile, {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  return { data, configFile, config: loaded.config };
}

/** Of each phase of a publication there is something to repair. */
const ALWAYS = /^archetype-catalog\.xml|pilot\/maven-metadata\.xml$/;

/** One file in five: rotten, cut, or gone; and a stranger. Gives the paths that are bad now. */
function damage(published: string, good: Tree, random: Random): ReadonlySet<string> {
  const bad = new Set<string>();
  for (const [path, bytes] of good) {
    if (random.below(5) > 0 && !ALWAYS.test(path)) continue;
    bad.add(path);
    const file = join(published, path);
    const { atime, mtime } = statSync(file);
    const how = random.below(3);
    if (how === 0) rmSync(file);
    else writeFileSync(file, how === 1 ? Buffer.from(bytes.map((byte) => byte ^ 1)) : bytes.subarray(1));
    if (how > 0) utimesSync(file, atime, mtime);
  }
  mkdirSync(dirname(join(published, FOREIGN)), { recursive: true });
  writeFileSync(join(published, FOREIGN), 'of a stranger');
  return bad;
}

async function scrubWhole(config: Config): Promise<void> {
  await scrubOnce(config, { repair: false, ...FULL_SPEED }, HOST, AbortSignal.timeout(LONGEST_MS));
}

async function repairWhole(config: Config): Promise<void> {
  await mendOnce(
    config,
    FULL_SPEED,
    join(config.data, 'quarantine/foreign/again'),
    HOST,
    AbortSignal.timeout(LONGEST_MS),
  );
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function copy(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

async function killed(configFile: string, work: ScrubWork, moment: ScrubMoment): Promise<boolean> {
  const order: ScrubOrder = { configFile, isRepair: work === 'repair', at: 'step' in moment ? moment : null };
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const over = setTimeout(() => child.kill('SIGTERM'), LONGEST_MS);
  let timer: NodeJS.Timeout | undefined;
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdout.once('data', () => {
    if ('afterMs' in moment) timer = setTimeout(() => child.kill('SIGKILL'), moment.afterMs);
  });
  const [status, signal] = await new Promise<[number | null, string | null]>((done, fail) => {
    child.once('error', fail);
    child.once('close', (...how) => done(how));
  });
  clearTimeout(over);
  clearTimeout(timer);
  if (signal === 'SIGKILL') return true;
  if (status === 0) return false;
  throw new Error(`the ${work} ended by itself with ${status ?? signal}: ${stderr}`);
}

/** The next scrub finds exactly what is bad, whatever the killed one had written down. */
async function afterScrub(mirror: Placed, bad: ReadonlySet<string>): Promise<string[]> {
  await scrubWhole(mirror.config);
  const found = findings(mirror);
  const wanted = new Set([...bad, FOREIGN]);
  return [
    ...[...wanted].filter((path) => !found.has(path)).map((path) => `${path}: bad, and not found`),
    ...[...found].filter((path) => !wanted.has(path)).map((path) => `${path}: good, and accused`),
  ];
}

/** Nobody gets a wrong byte, no file is torn, a stranger is nowhere lost; and the next repair ends with the tree that was published. */
async function afterRepair(mirror: Placed, good: Tree, bad: ReadonlySet<string>): Promise<string[]> {
  const breaches = await wronglyServed(mirror, good);
  for (const [path, bytes] of readTree(join(mirror.data, 'published')))
    if (path !== FOREIGN && !bad.has(path) && good.get(path)?.equals(bytes) !== true)
      breaches.push(`${path}: was good, and is not`);
  await repairWhole(mirror.config);
  const left = readTree(join(mirror.data, 'published'));
  for (const [path, bytes] of good)
    if (left.get(path)?.equals(bytes) !== true) breaches.push(`${path}: not right again`);
  for (const path of left.keys()) if (!good.has(path)) breaches.push(`${path}: nobody published it`);
  for (const path of findings(mirror)) breaches.push(`${path}: still accused`);
  const kept = ['killed', 'again'].filter((time) => existsSync(join(mirror.data, 'quarantine/foreign', time, FOREIGN)));
  if (kept.length !== 1) breaches.push(`the foreign file lies in ${kept.length} places`);
  return [...breaches, ...(await wronglyServed(mirror, good))];
}

async function wronglyServed(mirror: Placed, good: Tree): Promise<string[]> {
  const served = await askServer(mirror.config, [...good.keys(), FOREIGN]);
  const wrong = [...served.files].filter(([path, bytes]) => good.get(path)?.equals(bytes) !== true);
  return [...served.faults, ...wrong.map(([path]) => `${path}: served with wrong bytes`)];
}

function findings(mirror: Placed): ReadonlySet<string> {
  using rooms = openRoomsToRead(foldersOf(mirror.data));
  return new Set(rooms.findings.standing('scrub').map(({ path }) => path ?? ''));
}
