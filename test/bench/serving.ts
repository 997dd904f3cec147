// How serving stands beside nginx over the same tree: files of three sizes, over HTTP and HTTPS, with one process and with two, and what a serve
// process holds.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import type { BenchOptions } from './options.ts';
import { growServed, type ServedTree } from './served-tree.ts';
import { makePair, type Peer, startAssay, startNginx } from './serving-peers.ts';

interface Load {
  readonly name: string;
  readonly paths: (tree: ServedTree) => readonly string[];
  readonly connections: number;
  readonly aim: number;
}

const LOADS: readonly Load[] = [
  { name: '2 KB', paths: (tree) => tree.small, connections: 64, aim: 0.5 },
  { name: '1 MB', paths: (tree) => [tree.megabyte], connections: 8, aim: 0.8 },
  { name: '100 MB', paths: (tree) => [tree.hundred], connections: 4, aim: 0.8 },
];

export async function measureServing(
  home: string,
  options: BenchOptions,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const tree = growServed(home, options.served);
  const tls = await makePair(home);
  tell(`a tree to serve, ${options.served} further rows in its inventory`);
  const figures: Figure[] = [];
  for (const processes of [1, 2]) {
    // One process has one processor and its client the other; with two each has its share of both.
    const processors = processes === 1 ? '0' : '0-1';
    await using nginx = await startNginx(home, tree, tls, processes, processors);
    await using assay = await startAssay(home, tree, tls, processes, processors);
    for (const load of LOADS) {
      for (const scheme of ['http', 'https'] as const) {
        const script = writeScript(home, load.paths(tree));
        const [ours, base]: [number[], number[]] = [[], []];
        const [ourWork, baseWork]: [number[], number[]] = [[], []];
        for (let run = 0; run < options.runs; run += 1) {
          signal.throwIfAborted();
          const theirs = await measure(nginx, scheme, script, load, options.seconds, processes, signal);
          const mine = await measure(assay, scheme, script, load, options.seconds, processes, signal);
          ours.push(mine.perSecond);
          base.push(theirs.perSecond);
          ourWork.push(mine.microseconds);
          baseWork.push(theirs.microseconds);
        }
        const work = `${load.name} files, ${scheme}, ${processes === 1 ? 'one process' : 'two processes'}`;
        figures.push({ work, unit: '/s', ours, base, aim: load.aim });
        figures.push({ work: `${work}: processor time each`, unit: 'µs', ours: ourWork, base: baseWork, aim: null });
        tell(
          `${work}: ${ours.map((n) => n.toFixed(0)).join(' ')} of ${base.map((n) => n.toFixed(0)).join(' ')} a second`,
        );
      }
    }
    if (processes === 1) {
      const rows = `memory of a serve process, ${options.served} rows`;
      figures.push({ work: rows, unit: 'MiB', ours: [assay.memory()], base: null, aim: 250 });
    }
  }
  return figures;
}

interface Measured {
  readonly perSecond: number;
  /** Processor time of the server for one answer. */
  readonly microseconds: number;
}

async function measure(
  peer: Peer,
  scheme: 'http' | 'https',
  script: string,
  load: Load,
  seconds: number,
  processes: number,
  signal: AbortSignal,
): Promise<Measured> {
  const wrk = ['wrk', '-t1', `-c${load.connections}`, `-d${seconds}s`, '--timeout', '30s', '-s', script, peer[scheme]];
  const before = peer.work();
  const text = await run(processes === 1 ? ['taskset', '-c', '1', ...wrk] : wrk, signal);
  const work = peer.work() - before;
  const failed = /Non-2xx|Socket errors/.exec(text);
  if (failed !== null) throw new Error(`answers failed: ${text}`);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
  const answers = Number(/(\d+) requests in/.exec(text)?.[1]);
  return { perSecond, microseconds: (work / answers) * 1e6 };
}

/** Requests are made before, so that the client costs as little as it can. */
function writeScript(home: string, paths: readonly string[]): string {
  const file = join(home, 'wrk.lua');
  writeFileSync(
    file,
    `local paths = {${paths.map((path) => JSON.stringify(path)).join(',')}}
local requests, at = {}, 0
init = function() for i, path in ipairs(paths) do requests[i] = wrk.format('GET', path) end end
request = function() at = at % #requests + 1; return requests[at] end
`,
  );
  return file;
}

export function run([command = '', ...args]: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], signal });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once('error', fail);
    child.once('close', () => done(text));
  });
}
