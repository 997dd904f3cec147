// Debian's own nginx on loopback, with a configuration of a few lines, in the foreground of a test.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort, ownLoopbackAddress } from '../../src/demo/loopback.ts';
import { temporaryFolder } from './folder.ts';

export interface Nginx {
  /** With a slash at its end. */
  readonly url: string;
  readonly accessLog: string;
}

/**
 * Starts it with this inside of its one `server` block, and `around` it in the `http` block; it is ended with the test. Call `needs(t, 'nginx')`
 * before.
 */
export async function startNginx(t: Pick<TestContext, 'after'>, server: string, around = ''): Promise<Nginx> {
  const host = ownLoopbackAddress(process.pid);
  const port = await freePort(host);
  const accessLog = join(temporaryFolder(t), 'access.log');
  await start(t, `access_log ${accessLog}; ${around} server { listen ${host}:${port}; ${server} }`, { host, port });
  return { url: `http://${host}:${port}/`, accessLog };
}

export interface NginxSite {
  readonly url: string;
  /** What it has written. */
  accessLog(): string;
}

/** Starts it with a whole configuration of the `http` block, as a distribution's `sites-enabled` takes it, and waits until it listens at `url`. */
export async function startNginxSite(
  t: Pick<TestContext, 'after'>,
  site: string,
  url: string,
  accessLog: string,
): Promise<NginxSite> {
  const { hostname: host, port } = new URL(url);
  await start(t, `access_log off; ${site}`, { host, port: Number(port) });
  return { url, accessLog: () => readFileSync(accessLog, 'utf8') };
}

async function start(
  t: Pick<TestContext, 'after'>,
  http: string,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  const home = temporaryFolder(t);
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(home, name));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(home, name.replace('client_', ''))};`,
  );
  writeFileSync(
    join(home, 'nginx.conf'),
    `daemon off; master_process off; pid ${join(home, 'pid')}; error_log ${join(home, 'error.log')};
     events { worker_connections 512; }
     http { ${temporary.join(' ')} ${http} }`,
  );
  const child = spawn('nginx', ['-p', home, '-c', join(home, 'nginx.conf'), '-e', join(home, 'error.log')], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  await untilListening(host, port, () => child.exitCode !== null);
}

async function untilListening(host: string, port: number, hasEnded: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (hasEnded()) throw new Error('nginx ended before it listened');
    if (await isListening(host, port)) return;
    await wait(25);
  }
  throw new Error('nginx did not listen within ten seconds');
}

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port });
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
