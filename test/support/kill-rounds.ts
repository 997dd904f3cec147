// Rounds of killing: a copy of a data directory, a pass over it that is killed, a look from outside, the next pass, a look at what is left.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { passRoom, withTree } from '../../src/compose/pass-job.ts';
import { plan, sync } from '../../src/compose/sync.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import type { PlanResult, SyncResult } from '../../src/config/shape/sync.ts';
import { startRsyncDaemon } from '../../src/demo/world.ts';
import { MINUTE, SECOND, systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { recover } from '../../src/mirror/publish/publish.ts';
import { makeChangingOrigin } from './changing-origin.ts';
import type { Disk } from './disk.ts';
import type { KillOrder } from './kill-pass.ts';
import { breachesOf, type Tree, type World } from './laws.ts';
import { askServer, type EndState, endStateOf, fluxOf, readTree } from './outside.ts';

/** Where a pass dies: at a named step, or so many milliseconds after it began. */
export type Moment = NonNullable<KillOrder['at']> | { readonly afterMs: number };

/** What a mirror had published when the pass began. */
export type Stage = 'blank' | 'second';

export interface Round {
  readonly stage: Stage;
  readonly moment: Moment;
  /** False when the pass had ended before its time to die came. */
  readonly wasKilled: boolean;
  /** In words; none is what a round should have. */
  readonly breaches: readonly string[];
  /** What the next pass left, and what an undisturbed mirror has. */
  readonly left: EndState;
  readonly undisturbed: EndState;
  readonly milliseconds: number;
}

export interface Killing extends AsyncDisposable {
  /** How long an undisturbed pass takes here, from its beginning. */
  readonly passMs: Readonly<Record<Stage, number>>;
  /** With a disk the mirror lies on it, the disk loses its power when the pass is killed, and the look comes after a daemon's recovery. */
  round(stage: Stage, moment: Moment, disk?: Disk): Promise<Round>;
}

/** Nothing here takes as long, on a machine that does twenty other things. */
const LONGEST_MS = 10 * MINUTE;
const PROGRAM = resolve(import.meta.dirname, 'kill-pass.ts');

/** Makes an origin below `home`, a mirror of it before and after a night of changes, and what both should come to. */
export async function prepareKilling(home: string, seed: number): Promise<Killing> {
  const origin = await makeChangingOrigin(join(home, 'origin'), seed, systemClock.now());
  const daemon = await startRsyncDaemon({ folder: origin.folder, module: 'repo' });
  const place = (name: string) => prepareMirror(join(home, name), daemon.url);
  const template = { blank: place('blank'), second: place('second') };
  mkdirSync(template.blank.data);
  await pass(template.second.config, null);
  await origin.change();
  const acceptPlan = (await planOf(template.second.config)).plan_sha256;
  const night = place('second-end');
  copy(template.second.data, night.data);
  const ends = { blank: await endOfPass(place('blank-end'), null), second: await endOfPass(night, acceptPlan) };
  const worldOf = (stage: Stage): World => ({
    before: readTree(join(template[stage].data, 'published')),
    after: ends[stage].tree,
    origin: readTree(origin.folder),
  });
  return {
    passMs: { blank: ends.blank.passMs, second: ends.second.passMs },
    async round(stage, moment, disk) {
      const begun = performance.now();
      const folder = mkdtempSync(join(disk?.folder ?? home, 'round-'));
      const mirror = prepareMirror(folder, daemon.url);
      copy(template[stage].data, mirror.data);
      disk?.sync();
      const accept = stage === 'blank' ? null : acceptPlan;
      const wasKilled = await killedPass(mirror.configFile, accept, moment, disk);
      if (disk !== undefined) await recoverMirror(mirror.config);
      const breaches = await lookFromOutside(mirror, worldOf(stage));
      await pass(mirror.config, accept);
      const milliseconds = performance.now() - begun;
      const left = endStateOf(mirror.data);
      rmSync(folder, { recursive: true, force: true });
      return { stage, moment, wasKilled, breaches, left, undisturbed: ends[stage].end, milliseconds };
    },
    [Symbol.asyncDispose]: () => daemon.stop(),
  };
}

interface Placed {
  readonly data: string;
  readonly configFile: string;
  readonly config: Config;
}

function prepareMirror(folder: string, url: string): Placed {
  mkdirSync(folder, { recursive: true });
  const data = join(folder, 'data');
  const configFile = join(folder, 'assay.yaml');
  const sections = {
    name: 'mirror.example.org',
    data,
    source: { url, min_free_gib: 0 },
    removal: { hold_days: 0, snapshot_hold_days: 0 },
    serve: { listen: ['127.0.0.1:0'], plain_http: true, access_log: null },
  };
  writeFileSync(configFile, JSON.stringify(sections));
  const loaded = loadConfig(configFile, {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  return { data, configFile, config: loaded.config };
}

const HOST = { clock: systemClock, logger: makeLogger('silent'), onEvent: () => undefined };

async function pass(config: Config, acceptPlan: string | null): Promise<SyncResult> {
  const options = { waitSeconds: 30, acceptPlan, seed: null };
  const { result, problems } = await sync(config, options, HOST, AbortSignal.timeout(LONGEST_MS));
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return result;
}

async function planOf(config: Config): Promise<PlanResult> {
  const options = { waitSeconds: 30, acceptPlan: null, seed: null };
  return (await plan(config, options, HOST, AbortSignal.timeout(LONGEST_MS))).result;
}

/** What a daemon does before it serves. */
async function recoverMirror(config: Config): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  await withTree(config, 'daemon start', 30, HOST, signal, async (rooms, digesters) => {
    const source = config.source[0];
    if (source === undefined) throw new Error('no source');
    await recover(passRoom(config, source, rooms, digesters, HOST).publishing, systemClock.now(), signal);
  });
}

interface EndOfPass {
  readonly end: EndState;
  readonly tree: Tree;
  readonly passMs: number;
}

async function endOfPass(mirror: Placed, acceptPlan: string | null): Promise<EndOfPass> {
  const { seconds } = await pass(mirror.config, acceptPlan);
  return { end: endStateOf(mirror.data), tree: readTree(join(mirror.data, 'published')), passMs: seconds * SECOND };
}

function copy(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** True when the pass was killed, false when it came to its end first. Throws when it ended in any other way. */
async function killedPass(
  configFile: string,
  acceptPlan: string | null,
  moment: Moment,
  disk?: Disk,
): Promise<boolean> {
  const order: KillOrder = { configFile, acceptPlan, at: 'step' in moment ? moment : null };
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const over = setTimeout(() => child.kill('SIGTERM'), LONGEST_MS);
  let timer: NodeJS.Timeout | undefined;
  const strike = () => {
    disk?.cut();
    child.kill('SIGKILL');
  };
  child.stdout.once('data', () => {
    if ('afterMs' in moment) timer = setTimeout(strike, moment.afterMs);
  });
  const { status, signal, stderr } = await endOf(child);
  clearTimeout(over);
  clearTimeout(timer);
  if (disk !== undefined) await afterTheCut(disk);
  // Without its disk it may be dead of an error before the signal comes.
  if (signal === 'SIGKILL' || (disk !== undefined && status !== 0)) return true;
  if (status === 0) return false;
  throw new Error(`the pass ended by itself with ${status ?? signal}: ${stderr}`);
}

/** The children of the dead may hold the disk for a moment. */
async function afterTheCut(disk: Disk): Promise<void> {
  disk.cut();
  for (let tries = 1; ; tries += 1) {
    try {
      disk.restore();
      return;
    } catch (error) {
      if (tries === 50) throw error;
      await systemClock.sleep(100, AbortSignal.timeout(MINUTE));
    }
  }
}

function endOf(child: ChildProcess): Promise<{ status: number | null; signal: string | null; stderr: string }> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (status, signal) => done({ status, signal, stderr }));
  });
}

async function lookFromOutside(mirror: Placed, world: World): Promise<string[]> {
  const flux = fluxOf(mirror.data);
  const plain = breachesOf({ files: readTree(join(mirror.data, 'published')), isInFlux: flux }, world);
  if (!existsSync(join(mirror.data, 'state.db'))) return plain;
  const paths = new Set([world.before, world.after, world.origin].flatMap((tree) => [...tree.keys()]));
  const served = await askServer(mirror.config, paths);
  const law = breachesOf({ files: served.files, isInFlux: () => false }, world);
  return [...plain.map((each) => `on disk: ${each}`), ...[...served.faults, ...law].map((each) => `served: ${each}`)];
}
