// A mirror of a tree that somebody else has made: shown by a real rsync daemon, brought in by the program itself, served over real HTTPS.

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, get } from 'node:https';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { serve } from '../../src/compose/serve-process.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Problem } from '../../src/config/shape/envelope.ts';
import type { SyncResult } from '../../src/config/shape/sync.ts';
import { makeCertificate, ownLoopbackAddress } from '../../src/demo/world.ts';
import { MINUTE, systemClock } from '../../src/host/clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { rsyncDaemon } from '../support/rsync-daemon.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');
const REQUESTS_AT_ONCE = 8;

export interface Synced {
  /** Of the process. */
  readonly status: number | null;
  readonly result: SyncResult;
  readonly problems: readonly Problem[];
}

export interface Answer {
  readonly path: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ForeignMirror {
  /** `assay sync --json` as a process of its own. */
  sync(): Promise<Synced>;
  /** Serves what is published and asks for every path, several at once. */
  getAll(paths: readonly string[]): Promise<Answer[]>;
}

/** Nothing is mirrored before the first `sync`. All of it is gone after the test. */
export async function mirrorOf(t: TestContext, folder: string): Promise<ForeignMirror> {
  const origin = await rsyncDaemon(t, folder);
  const home = temporaryFolder(t);
  const address = ownLoopbackAddress(process.pid);
  const made = await makeCertificate({ names: ['localhost'], addresses: [address], now: systemClock.now(), days: 1 });
  const file = (name: string) => join(home, name);
  writeFileSync(file('certificate.pem'), made.certificatePem);
  writeFileSync(file('key.pem'), made.keyPem, { mode: 0o600 });
  mkdirSync(file('data'));
  const config = {
    name: 'mirror.example.org',
    data: file('data'),
    source: { url: origin.url, min_free_gib: 0 },
    serve: {
      listen: [`${address}:0`],
      tls: { certificate: file('certificate.pem'), key: file('key.pem') },
      redirect_http: [],
      access_log: null,
    },
  };
  writeFileSync(file('assay.yaml'), JSON.stringify(config));
  return {
    sync: () => sync(file('assay.yaml')),
    getAll: async (paths) => askAll(await startServer(t, file('assay.yaml'), `${address}:0`), made.caPem, paths),
  };
}

async function sync(configFile: string): Promise<Synced> {
  const words = [MAIN, 'sync', '--config', configFile, '--json', '--log-level', 'error'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 5 * MINUTE });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const status = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  if (out === '') throw new Error(`sync ended with ${status} and said nothing but: ${err}`);
  const { result, problems } = JSON.parse(out);
  return { status, result, problems };
}

async function startServer(t: TestContext, configFile: string, listen: string): Promise<string> {
  const loaded = loadConfig(configFile, {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  const { config } = loaded;
  const tls = config.serve?.tls ?? null;
  const task = { config, listen: [listen], tls, reusePort: false, logLevel: 'error' as const };
  const server = await serve(task, new AbortController().signal);
  t.after(() => server.stop(0));
  return server.url;
}

async function askAll(base: string, ca: string, paths: readonly string[]): Promise<Answer[]> {
  const agent = new Agent({ ca, keepAlive: true, maxSockets: REQUESTS_AT_ONCE });
  try {
    return await Promise.all(paths.map((path) => ask(agent, base, path)));
  } finally {
    agent.destroy();
  }
}

function ask(agent: Agent, base: string, path: string): Promise<Answer> {
  const url = new URL(path.split('/').map(encodeURIComponent).join('/'), base.endsWith('/') ? base : `${base}/`);
  return new Promise((done, fail) => {
    const request = get(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', fail);
      response.once('end', () => {
        done({ path, status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    request.once('error', fail);
  });
}
