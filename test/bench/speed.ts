// How long passes take beside rsync's own copies of the same tree, from the same daemon, in turn: what slows the machine slows both.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startRsyncDaemon } from '../../src/demo/world.ts';
import type { Figure } from './figure.ts';
import { type BenchMirror, startMirror } from './mirror.ts';
import type { BenchOptions } from './options.ts';
import type { PassAnswer } from './pass-process.ts';
import { childWith, secondsOf } from './processor.ts';
import { type CopyTimes, plainCopy, settleDisk } from './rival.ts';
import { changeSome, growLarge, growSmall } from './tree.ts';

type Tell = (sentence: string) => void;

/** First pass, a pass in which nothing has changed, and a day's changes, over many small files. */
export async function measureSmall(
  home: string,
  options: BenchOptions,
  tell: Tell,
  signal: AbortSignal,
): Promise<Figure[]> {
  const { tree, url, stop } = await serveTree(home, 'small', signal);
  try {
    const files = growSmall(tree, options.small);
    tell(`small tree: ${files} files`);
    const runs: SmallRun[] = [];
    for (let run = 1; run <= options.runs; run += 1)
      runs.push(await smallRun(home, tree, url, run, options, tell, signal));
    return smallFigures(files, runs);
  } finally {
    await stop();
  }
}

/** First pass over few large files. */
export async function measureLarge(
  home: string,
  options: BenchOptions,
  tell: Tell,
  signal: AbortSignal,
): Promise<Figure[]> {
  const { tree, url, stop } = await serveTree(home, 'large', signal);
  try {
    const files = growLarge(tree, options.large);
    tell(`large tree: ${options.large} jars of 10 MB, ${files} files`);
    const runs: Pair[] = [];
    for (let run = 1; run <= options.runs; run += 1) {
      const folders = foldersFor(home, `large-${run}`);
      await using mirror = startMirror(url, folders.mirror, options.profile, signal);
      runs.push(await pair(url, folders, mirror, tell, `large ${run}: first`, signal));
    }
    return firstPass(`large: first pass, ${options.large} x 10 MB`, runs, 1.7);
  } finally {
    await stop();
  }
}

interface Pair {
  readonly base: CopyTimes;
  readonly ours: PassAnswer;
  /** Seconds of processor, the daemon's among them. */
  readonly baseWork: number;
  readonly ourWork: number;
}

interface SmallRun {
  readonly first: Pair;
  readonly idle: readonly Pair[];
  readonly delta: Pair;
}

const IDLE_PASSES = 3;

async function smallRun(
  home: string,
  tree: string,
  url: string,
  run: number,
  options: BenchOptions,
  tell: Tell,
  signal: AbortSignal,
): Promise<SmallRun> {
  const folders = foldersFor(home, `small-${run}`);
  await using mirror = startMirror(url, folders.mirror, options.profile, signal);
  const first = await pair(url, folders, mirror, tell, `small ${run}: first`, signal);
  const idle: Pair[] = [];
  for (let time = 0; time < IDLE_PASSES; time += 1) {
    idle.push(await pair(url, folders, mirror, tell, `small ${run}: nothing changed`, signal));
  }
  const changed = changeSome(tree, options.delta, run);
  const delta = await pair(url, folders, mirror, tell, `small ${run}: ${changed} changed`, signal);
  if (delta.ours.accepted !== changed)
    throw new Error(`${changed} files changed, ${delta.ours.accepted} were accepted`);
  return { first, idle, delta };
}

/** One copy and one pass of the same work, one after the other. The copy goes first: what a pass deletes would slow the copy down. */
async function pair(
  url: string,
  folders: { readonly copy: string; readonly mirror: string },
  mirror: BenchMirror,
  tell: Tell,
  what: string,
  signal: AbortSignal,
): Promise<Pair> {
  const daemon = childWith('--daemon');
  await settleDisk(signal);
  const atCopy = { own: secondsOf(process.pid), daemon: secondsOf(daemon) };
  const base = await plainCopy(url, folders.copy, signal);
  const baseWork = secondsOf(process.pid) - atCopy.own + secondsOf(daemon) - atCopy.daemon;
  await settleDisk(signal);
  const atPass = secondsOf(daemon);
  const ours = await mirror.pass();
  const ourWork = ours.processorSeconds + secondsOf(daemon) - atPass;
  if (ours.end !== 'complete') throw new Error(`the pass did not come to its end: ${JSON.stringify(ours)}`);
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
  tell(
    `${what}: rsync ${seconds(base.copied)} s (${baseWork.toFixed(1)} of processor), synced ${seconds(base.durable)} s; ` +
      `assay ${seconds(ours.milliseconds)} s (${ourWork.toFixed(1)}), ${ours.accepted} accepted, peak ${ours.peakMib.toFixed(0)} MiB`,
  );
  return { base, ours, baseWork, ourWork };
}

function smallFigures(files: number, runs: readonly SmallRun[]): Figure[] {
  const idle = runs.flatMap((run) => run.idle);
  return [
    ...firstPass(
      `small: first pass, ${files} files`,
      runs.map((run) => run.first),
      1.4,
    ),
    compared('small: nothing changed, warm', idle, (base) => base.copied, 1.2),
    compared(
      'small: the delta',
      runs.map((run) => run.delta),
      (base) => base.copied,
      1.3,
    ),
    ...memory(
      'small: memory, highest of all passes',
      runs.map((run) => run.delta.ours.peakMib),
    ),
  ];
}

function firstPass(work: string, runs: readonly Pair[], aim: number): Figure[] {
  return [
    compared(work, runs, (base) => base.copied, aim),
    compared(`${work}, against rsync && sync -f`, runs, (base) => base.durable, null),
    worked(`${work}, processor`, runs),
    ...memory(
      `${work}, memory`,
      runs.map((run) => run.ours.peakMib),
    ),
  ];
}

function compared(work: string, pairs: readonly Pair[], of: (base: CopyTimes) => number, aim: number | null): Figure {
  const ours = pairs.map((each) => each.ours.milliseconds / 1000);
  return { work, unit: 's', ours, base: pairs.map((each) => of(each.base) / 1000), aim };
}

/** A ratio that other people's work on the machine does not disturb. */
function worked(work: string, pairs: readonly Pair[]): Figure {
  return {
    work,
    unit: 's',
    ours: pairs.map((each) => each.ourWork),
    base: pairs.map((each) => each.baseWork),
    aim: null,
  };
}

function memory(work: string, peaks: readonly number[]): Figure[] {
  return [{ work, unit: 'MiB', ours: peaks, base: null, aim: 256 }];
}

interface Served {
  readonly tree: string;
  readonly url: string;
  stop(): Promise<void>;
}

async function serveTree(home: string, name: string, signal: AbortSignal): Promise<Served> {
  const tree = join(home, `${name}-origin`);
  mkdirSync(tree);
  const daemon = await startRsyncDaemon({ folder: tree, module: 'bench' }, signal);
  return { tree, url: daemon.url, stop: daemon.stop };
}

/** Always new ones: where files were deleted a moment ago, ext4 takes many times longer to make new ones. */
function foldersFor(home: string, name: string): { copy: string; mirror: string } {
  const folders = { copy: join(home, `${name}-copy`), mirror: join(home, `${name}-mirror`) };
  for (const folder of Object.values(folders)) mkdirSync(folder);
  return folders;
}
