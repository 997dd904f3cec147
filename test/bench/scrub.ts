// How fast the published tree is read again, beside coreutils' sha256sum over the same files with as many processes as there are threads.

import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { passOnce } from '../../src/compose/pass-job.ts';
import { scrubOnce } from '../../src/compose/scrubbing.ts';
import { startRsyncDaemon } from '../../src/demo/world.ts';
import { runChild } from '../../src/host/child.ts';
import { MINUTE, SECOND, systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import type { Figure } from './figure.ts';
import { configFor } from './mirror.ts';
import type { BenchOptions } from './options.ts';
import { growLarge, growSmall } from './tree.ts';

const HOST = { clock: systemClock, logger: makeLogger('error'), onEvent: () => undefined, onScrub: () => undefined };
const REQUEST = { verb: 'bench', waitSeconds: 0, acceptPlan: null, seed: null, keepsWindow: false } as const;
const FULL_SPEED = { repair: false, anew: true, mibPerSecond: 0, waitSeconds: 0 } as const;
/** At most what hashing costs others; sha256sum makes one digest where a scrub makes two. */
const AIM = 1.2;

export async function measureScrub(
  home: string,
  options: BenchOptions,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const small =
    options.small === 0
      ? []
      : [await figureOf('small', (tree) => growSmall(tree, options.small), home, options, tell, signal)];
  const large =
    options.large === 0
      ? []
      : [await figureOf('large', (tree) => growLarge(tree, options.large), home, options, tell, signal)];
  return [...small, ...large];
}

async function figureOf(
  name: string,
  grow: (tree: string) => number,
  home: string,
  options: BenchOptions,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Figure> {
  const tree = join(home, `scrub-${name}`);
  const files = grow(tree);
  const origin = await startRsyncDaemon({ folder: tree, module: 'repo' });
  const config = configFor(origin.url, join(home, `scrub-${name}-mirror`));
  await passOnce(config, REQUEST, HOST, signal).finally(() => origin.stop());
  const published = join(config.data, 'published');
  const ours: number[] = [];
  const base: number[] = [];
  for (let run = 1; run <= options.runs; run += 1) {
    ours.push(await timed(() => scrubOnce(config, FULL_SPEED, HOST, signal)));
    base.push(await timed(() => sums(published, signal)));
    tell(`scrub, ${name} ${run}: ${ours.at(-1)?.toFixed(1)} s, sha256sum ${base.at(-1)?.toFixed(1)} s`);
  }
  return { work: `scrub: ${name}, ${files} files`, unit: 's', ours, base, aim: AIM };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / SECOND;
}

async function sums(folder: string, signal: AbortSignal): Promise<void> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const args = ['--null', '--max-args=100', `--max-procs=${Math.min(2, availableParallelism())}`, 'sha256sum'];
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' };
  const input = names.map((name) => `${name}\0`).join('');
  const exit = await runChild({ command: 'xargs', args, env, input, deadlineMs: 60 * MINUTE }, signal);
  if (exit.kind !== 'exited' || exit.status !== 0) throw new Error(`sha256sum did not do it: ${JSON.stringify(exit)}`);
}
