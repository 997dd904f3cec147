// Who is measured: nginx as it is usually set up, and assay as its daemon starts it, over the same tree, with access logs, each on processors of
// its own.

import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServing } from '../../src/compose/serving.ts';
import { readConfig } from '../../src/config/load.ts';
import { makeCertificate } from '../../src/demo/certificate.ts';
import { systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import type { ServedTree } from './served-tree.ts';

export interface Peer extends AsyncDisposable {
  readonly http: string;
  readonly https: string;
  /** Of the processes that answer, MiB. */
  memory(): number;
  /** Processor seconds of the same. */
  work(): number;
}

export interface TlsPair {
  readonly certificate: string;
  readonly key: string;
}

export async function makePair(home: string): Promise<TlsPair> {
  const made = await makeCertificate({ names: ['localhost'], addresses: ['127.0.0.1'], now: Date.now(), days: 2 });
  const pair = { certificate: join(home, 'certificate.pem'), key: join(home, 'key.pem') };
  writeFileSync(pair.certificate, made.certificatePem);
  writeFileSync(pair.key, made.keyPem);
  return pair;
}

/** `processors`: `0`, `0-1`. */
export async function startNginx(
  home: string,
  tree: ServedTree,
  tls: TlsPair,
  processes: number,
  processors: string,
): Promise<Peer> {
  const [plain, secure] = [await freePort(), await freePort()];
  const file = join(home, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; worker_processes ${processes}; pid ${home}/nginx.pid; error_log ${home}/nginx-error.log; user ${userName()};
events { worker_connections 4096; }
http {
  access_log ${home}/nginx-access.log; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${home}/nginx-${name};`).join(' ')}
  ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key}; ssl_session_cache shared:SSL:10m;
  server { listen 127.0.0.1:${plain} reuseport; listen 127.0.0.1:${secure} ssl reuseport; root ${tree.published}; }
}
`,
  );
  const child = spawn('taskset', ['-c', processors, 'nginx', '-c', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const [http, https] = [`http://127.0.0.1:${plain}`, `https://127.0.0.1:${secure}`];
  await untilServed(http + tree.megabyte);
  return {
    http,
    https,
    ...weigh(() => childrenOf(child.pid ?? -1)),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export async function startAssay(
  home: string,
  tree: ServedTree,
  tls: TlsPair,
  processes: number,
  processors: string,
  more: Record<string, unknown> = {},
): Promise<Peer> {
  const before = new Set(childrenOf(process.pid));
  const signal = new AbortController().signal;
  const host = { clock: systemClock, logger: makeLogger('error') };
  const common: Record<string, unknown> = {
    processes,
    access_log: join(home, 'assay-access.log'),
    redirect_http: [],
    listen: ['127.0.0.1:0'],
    ...more,
  };
  const plain = await startServing(config(tree, { ...common, plain_http: true }), host, signal);
  const secure = await startServing(config(tree, { ...common, tls }), host, signal);
  const crew = childrenOf(process.pid).filter((pid) => !before.has(pid));
  for (const pid of crew) spawnSync('taskset', ['-a', '-c', '-p', processors, String(pid)], { stdio: 'ignore' });
  return {
    http: plain.urls[0]?.slice(0, -1) ?? '',
    https: secure.urls[0]?.slice(0, -1) ?? '',
    ...weigh(() => crew),
    async [Symbol.asyncDispose]() {
      await Promise.all([plain.stop(), secure.stop()]);
    },
  };
}

function config(tree: ServedTree, serve: Record<string, unknown>) {
  const loaded = readConfig(JSON.stringify({ name: 'bench.example.org', data: tree.data, serve }), {});
  if (loaded.kind === 'faults') throw new Error(`the bench's configuration is wrong: ${JSON.stringify(loaded.faults)}`);
  return loaded.config;
}

export function weigh(pids: () => number[]): Pick<Peer, 'memory' | 'work'> {
  const sum = (of: (pid: number) => number) => pids().reduce((total, pid) => total + of(pid), 0);
  return {
    memory: () =>
      Math.max(0, ...pids().map((pid) => Number(/^VmRSS:\s+(\d+)/m.exec(read(pid, 'status'))?.[1] ?? 0) / 1024)),
    work: () => sum(secondsOf),
  };
}

function secondsOf(pid: number): number {
  const fields = read(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(
      (each) =>
        read(each, 'stat')
          .replace(/^.*\) /s, '')
          .split(' ')[1] === String(pid),
    );
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    // A process that has ended meanwhile is none of ours.
    return '';
  }
}

function userName(): string {
  return process.getuid?.() === 0 ? 'root' : 'nobody';
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise<void>((done) => server.close(() => done()));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function untilServed(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(url).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await systemClock.sleep(50, AbortSignal.timeout(1000));
  }
  throw new Error(`${url} is not served`);
}
