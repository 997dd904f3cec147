// The requests of a real build, again and again over HTTPS, with a new connection every so many: as a mirror sees a thousand builds.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import type { BenchOptions } from './options.ts';
import { run } from './serving.ts';
import type { Peer } from './serving-peers.ts';

const CONNECTIONS = 32;
/** Of a build's requests, a connection carries so many: resolvers open five and more, and close them as they end. */
const REQUESTS_PER_CONNECTION = 40;

/** Of the builds that were measured before: nginx's log holds what they asked for, sums and all. */
export async function replayTrace(
  home: string,
  assay: Peer,
  nginx: Peer,
  options: BenchOptions,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const script = writeScript(home, traceOf(join(home, 'nginx-access.log')));
  const seconds = Math.max(5, options.seconds);
  const [ours, base]: [Replayed[], Replayed[]] = [[], []];
  for (let count = 0; count < options.runs; count += 1) {
    signal.throwIfAborted();
    base.push(await replay(nginx, script, seconds, signal));
    ours.push(await replay(assay, script, seconds, signal));
  }
  tell(
    `replayed: ${ours.map((each) => each.perSecond.toFixed(0))} of ${base.map((each) => each.perSecond.toFixed(0))}`,
  );
  const what = 'a build replayed over HTTPS';
  const of = (key: keyof Replayed) => ({ ours: ours.map((each) => each[key]), base: base.map((each) => each[key]) });
  return [
    { work: what, unit: '/s', ...of('perSecond'), aim: null },
    { work: `${what}: processor time each`, unit: 'µs', ...of('microseconds'), aim: null },
    { work: `${what}: p50`, unit: 'ms', ...of('p50Ms'), aim: null },
    { work: `${what}: p99`, unit: 'ms', ...of('p99Ms'), aim: null },
  ];
}

interface Replayed {
  readonly perSecond: number;
  readonly microseconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function replay(peer: Peer, script: string, seconds: number, signal: AbortSignal): Promise<Replayed> {
  const wrk = [
    'wrk',
    '-t1',
    `-c${CONNECTIONS}`,
    `-d${seconds}s`,
    '--timeout',
    '30s',
    '--latency',
    '-s',
    script,
    peer.https,
  ];
  const before = peer.work();
  const text = await run(['taskset', '-c', '1', ...wrk], signal);
  const work = peer.work() - before;
  if (/Non-2xx/.test(text)) throw new Error(`answers failed: ${text}`);
  const answers = Number(/(\d+) requests in/.exec(text)?.[1]);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]),
    microseconds: (work / answers) * 1e6,
    p50Ms: milliseconds(text, 50),
    p99Ms: milliseconds(text, 99),
  };
}

function milliseconds(text: string, percent: number): number {
  const [, amount = '', unit = ''] = new RegExp(`\\s${percent}%\\s+([\\d.]+)(us|ms|s)`).exec(text) ?? [];
  return Number(amount) * (unit === 's' ? 1000 : unit === 'us' ? 0.001 : 1);
}

/** The paths of one build in their order: up to where the first of them comes again. */
function traceOf(log: string): string[] {
  const paths = [...readFileSync(log, 'utf8').matchAll(/"GET (\S+) HTTP[^"]*" 200 /g)].map(([, path = '']) => path);
  const asked = paths.slice(1);
  const again = asked.indexOf(asked[0] ?? '', 1);
  return again === -1 ? asked : asked.slice(0, again);
}

function writeScript(home: string, paths: readonly string[]): string {
  const file = join(home, 'replay.lua');
  writeFileSync(
    file,
    `local paths = {${paths.map((path) => JSON.stringify(path)).join(',')}}
local kept, last, at, count = {}, {}, 0, 0
init = function()
  for i, path in ipairs(paths) do
    kept[i] = wrk.format('GET', path)
    last[i] = wrk.format('GET', path, { ['Connection'] = 'close' })
  end
end
request = function()
  at = at % #kept + 1
  count = count + 1
  return count % ${REQUESTS_PER_CONNECTION} == 0 and last[at] or kept[at]
end
`,
  );
  return file;
}
