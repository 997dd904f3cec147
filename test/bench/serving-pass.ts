// What people wait for while a first pass keeps the machine busy.

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRsyncDaemon } from '../../src/demo/world.ts';
import type { Figure } from './figure.ts';
import { startMirror } from './mirror.ts';
import type { BenchOptions } from './options.ts';
import { growServed } from './served-tree.ts';
import { makePair, startAssay } from './serving-peers.ts';
import { growSmall } from './tree.ts';

const CONNECTIONS = 16;
/** Of each connection, between two requests: people build, they do not flood. */
const PAUSE_MS = 10;

/** The 99th percentile of 2 KB answers in milliseconds: while nothing else is done, and for as long as a pass publishes `options.small` files. */
export async function measureDuringPass(
  home: string,
  options: BenchOptions,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const origin = join(home, 'pass-origin');
  mkdirSync(origin);
  const files = growSmall(origin, options.small);
  const daemon = await startRsyncDaemon({ folder: origin, module: 'bench' }, signal);
  const [ours, base]: [number[], number[]] = [[], []];
  try {
    for (let run = 0; run < options.runs; run += 1) {
      const place = join(home, `pass-${run}`);
      mkdirSync(place);
      const tree = growServed(place, 0);
      await using assay = await startAssay(place, tree, await makePair(place), 1, '0-1');
      await using mirror = startMirror(daemon.url, tree.data, null, signal);
      const script = writeScript(place, tree.small);
      await percentile(assay.http, script, options.seconds, signal);
      base.push(await percentile(assay.http, script, options.seconds * 2, signal));
      const passing = mirror.pass();
      const slices: number[] = [];
      let isOver = false;
      const over = passing.then(() => {
        isOver = true;
      });
      while (!isOver) slices.push(await percentile(assay.http, script, options.seconds, signal));
      await over;
      ours.push(Math.max(...slices));
      tell(
        `answers during a first pass of ${files} files: p99 ${slices.map((ms) => ms.toFixed(1)).join(' ')} ms, idle ${base.at(-1)?.toFixed(1)} ms`,
      );
    }
  } finally {
    await daemon.stop();
  }
  return [
    {
      work: `p99 of 2 KB answers, first pass of ${files} files beside it, worst ${options.seconds} s`,
      unit: 'ms',
      ours,
      base,
      aim: 2,
    },
  ];
}

function writeScript(home: string, paths: readonly string[]): string {
  const file = join(home, 'paced.lua');
  writeFileSync(
    file,
    `local paths = {${paths.map((path) => JSON.stringify(path)).join(',')}}
local at = 0
request = function() at = at % #paths + 1; return wrk.format('GET', paths[at]) end
delay = function() return ${PAUSE_MS} end
`,
  );
  return file;
}

async function percentile(url: string, script: string, seconds: number, signal: AbortSignal): Promise<number> {
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency', '--timeout', '30s', '-s', script, url];
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'], signal });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  const [, amount, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? [];
  if (/Non-2xx|Socket errors/.test(text) || amount === undefined) throw new Error(`answers failed: ${text}`);
  return Number(amount) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1);
}
