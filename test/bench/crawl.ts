// What a round costs: claims by HEAD beside nginx, claims by the signed inventory of an assay mirror, bodies beside plain hashing, and memory over an
// inventory of millions of rows.

import { fork, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startServing } from '../../src/compose/serving.ts';
import { readConfig } from '../../src/config/load.ts';
import { freePort } from '../../src/demo/world.ts';
import { SECOND, systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import type { RoundAnswer, RoundTask } from './crawl-process.ts';
import type { Figure } from './figure.ts';
import type { BenchOptions } from './options.ts';
import { growServed, type ServedTree } from './served-tree.ts';

const CLAIMS = 100_000;
const FILLER_BYTES = 2048;
const CLAIMS_AIM = 20_000;
/** Of the rate of plain hashing, as seconds for the same bytes. */
const BODIES_AIM = 1 / 0.8;
const MEMORY_AIM_MIB = 400;

export async function measureCrawl(
  home: string,
  options: BenchOptions,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const place = join(home, 'crawl');
  mkdirSync(place);
  const tree = growServed(place, options.crawled);
  tell(`inventory of ${options.crawled} rows to be crawled`);
  await using nginx = await startNginx(place, tree.published);
  const claims: number[] = [];
  const peaks: number[] = [];
  const bodies: number[] = [];
  const hashing: number[] = [];
  for (let run = 1; run <= options.runs; run += 1) {
    const asked = await roundOf(
      tree,
      nginx.url,
      { requests_per_day: CLAIMS, mib_per_day: 0 },
      'sums',
      '',
      signal,
      options.profile,
    );
    claims.push(asked.claims / asked.work);
    peaks.push(asked.peakMib);
    tell(
      `${asked.claims} claims in ${asked.seconds.toFixed(1)} s, ${asked.work.toFixed(1)} s of the processor, peak ${asked.peakMib.toFixed(0)} MiB, ${asked.troubles} troubles`,
    );
    const read = await roundOf(
      tree,
      nginx.url,
      { requests_per_day: 100, mib_per_day: 1000 },
      'full',
      tree.hundred.slice(1),
      signal,
    );
    bodies.push(read.seconds);
    hashing.push(await hashed(join(tree.published, tree.hundred)));
    tell(
      `${read.bytes} bytes of ${read.proofs} bodies in ${read.seconds.toFixed(2)} s, plainly hashed in ${hashing.at(-1)?.toFixed(2)} s`,
    );
  }
  const listed = await byInventory(tree, options.crawled, tell, signal);
  const rows = `${options.crawled} rows`;
  return [
    { work: 'crawl: claims by HEAD, a second of processor', unit: '/s', ours: claims, base: null, aim: CLAIMS_AIM },
    { work: 'crawl: claims of a signed inventory, the same', unit: '/s', ours: [listed], base: null, aim: CLAIMS_AIM },
    { work: 'crawl: a body of 100 MiB beside hashing', unit: 's', ours: bodies, base: hashing, aim: BODIES_AIM },
    { work: `crawl: memory, ${rows}`, unit: 'MiB', ours: peaks, base: null, aim: MEMORY_AIM_MIB },
  ];
}

/** Rows of its own inventory that were compared, a second of processor. */
async function byInventory(
  tree: ServedTree,
  rows: number,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const text = {
    name: 'other.example.org',
    data: tree.data,
    serve: { listen: ['127.0.0.1:0'], plain_http: true, processes: 1, access_log: null },
  };
  const loaded = readConfig(JSON.stringify(text), {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  const serving = await startServing(loaded.config, { clock: systemClock, logger: makeLogger('silent') }, signal);
  try {
    const budget = { requests_per_day: rows / 1000 + 200, mib_per_day: 40_000 };
    const asked = await roundOf(tree, serving.urls[0] ?? '', budget, 'sums', '', signal);
    tell(
      `${asked.listed} claims listed, ${asked.work.toFixed(1)} s of the processor, peak ${asked.peakMib.toFixed(0)} MiB`,
    );
    return asked.listed / asked.work;
  } finally {
    await serving.stop();
  }
}

function roundOf(
  { data }: ServedTree,
  url: string,
  budget: Readonly<Record<string, number>>,
  depth: RoundTask['depth'],
  prefix: string,
  signal: AbortSignal,
  profile: string | null = null,
): Promise<RoundAnswer> {
  // A mirror of its own each time: what was spent and where the turn stands is remembered by name.
  const mirrors = [{ name: `m${Math.round(performance.now() * 1000)}`, url, budget: { connections: 16, ...budget } }];
  const config = { name: 'bench.example.org', data, mirrors, crawl: { reask_seconds: 1 } };
  const child = fork(join(import.meta.dirname, 'crawl-process.ts'), [], {
    // As `npm start` and the unit start it.
    execArgv: ['--max-semi-space-size=8', ...(profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`])],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    signal,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => reject(new Error(`the measured process ended with status ${status}`)));
    child.once('message', (answer) => resolve(answer as RoundAnswer));
    child.send({ config, depth, prefix } satisfies RoundTask);
  });
}

async function hashed(file: string): Promise<number> {
  const begun = performance.now();
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  hash.digest();
  return (performance.now() - begun) / SECOND;
}

interface Nginx extends AsyncDisposable {
  readonly url: string;
}

/** Answers for the rows without a file, too, with one of their size. */
async function startNginx(home: string, published: string): Promise<Nginx> {
  const port = await freePort('127.0.0.1');
  writeFileSync(join(home, 'filler.pom'), Buffer.alloc(FILLER_BYTES, 'x'));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${home}/${name};`,
  );
  writeFileSync(
    join(home, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${home}/nginx.pid; error_log ${home}/nginx-error.log; user ${userInfo().username};
events { worker_connections 1024; }
http { access_log off; sendfile on; keepalive_requests 1000000000; ${temporary.join(' ')}
  server { listen 127.0.0.1:${port}; root ${published};
    location /org/filler/ { root ${home}; rewrite ^ /filler.pom break; } } }
`,
  );
  const child = spawn('nginx', ['-c', join(home, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const url = `http://127.0.0.1:${port}/`;
  for (let tries = 0; tries < 100; tries += 1) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) break;
    await pause(50);
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
