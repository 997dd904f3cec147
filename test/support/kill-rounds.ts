// Rounds of killing: a copy of a data directory, a pass over it that is killed, a look from outside, the next pass, a look at what is left.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { plan, sync } from '../../src/compose/sync.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import type { PlanResult, SyncResult } from '../../src/config/shape/sync.ts';
import { startRsyncDaemon } from '../../src/demo/world.ts';
import { MINUTE, SECOND, systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { makeChangingOrigin } from './changing-origin.ts';
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
  round(stage: Stage, moment: Moment): Promise<Round>;
}

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
  const shown = readTree(origin.folder);
  const stages = { blank: await ended(place('blank-end'), null), second: await endedCopy() };
  async function endedCopy() {
    const end = place('second-end');
    copy(template.second.data, end.data);
    return ended(end, acceptPlan);
  }
  return {
    passMs: { blank: stages.blank.passMs, second: stages.second.passMs },
    async round(stage, moment) {
      const begun = performance.now();
      const folder = mkdtempSync(join(home, 'round-'));
      try {
        const mirror = prepareMirror(folder, daemon.url);
        copy(template[stage].data, mirror.data);
        const accept = stage === 'blank' ? null : acceptPlan;
        const wasKilled = await killedPass({ configFile: mirror.configFile, acceptPlan: accept, at: null }, moment);
        const before = readTree(join(template[stage].data, 'published'));
        const breaches = await lookFromOutside(mirror, { before, after: stages[stage].tree, origin: shown });
        await pass(mirror.config, accept);
        const milliseconds = performance.now() - begun;
        const left = endStateOf(mirror.data);
        return { stage, moment, wasKilled, breaches, left, undisturbed: stages[stage].end, milliseconds };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
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
  const { result, problems } = await sync(config, options, HOST, AbortSignal.timeout(2 * MINUTE));
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return result;
}

async function planOf(config: Config): Promise<PlanResult> {
  const options = { waitSeconds: 30, acceptPlan: null, seed: null };
  return (await plan(config, options, HOST, AbortSignal.timeout(2 * MINUTE))).result;
}

async function ended(
  mirror: Placed,
  acceptPlan: string | null,
): Promise<{ end: EndState; tree: Tree; passMs: number }> {
  const { seconds } = await pass(mirror.config, acceptPlan);
  return { end: endStateOf(mirror.data), tree: readTree(join(mirror.data, 'published')), passMs: seconds * SECOND };
}

function copy(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** True when the pass was killed, false when it came to its end first. Throws when it ended in any other way. */
async function killedPass(order: KillOrder, moment: Moment): Promise<boolean> {
  const told: KillOrder = 'step' in moment ? { ...order, at: moment } : order;
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(told)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const over = setTimeout(() => child.kill('SIGTERM'), 2 * MINUTE);
  let timer: NodeJS.Timeout | undefined;
  child.stdout.once('data', () => {
    if ('afterMs' in moment) timer = setTimeout(() => child.kill('SIGKILL'), moment.afterMs);
  });
  const { status, signal, stderr } = await endOf(child);
  clearTimeout(over);
  clearTimeout(timer);
  if (signal === 'SIGKILL') return true;
  if (status === 0) return false;
  throw new Error(`the pass ended by itself with ${status ?? signal}: ${stderr}`);
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
