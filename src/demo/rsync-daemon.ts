// A real rsync daemon on loopback, as an origin for the demo and for tests. It is rsync's own program with a configuration of a few lines.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Exit, runChild } from '../host/child.ts';
import { DAY, SECOND } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import { freePort, ownLoopbackAddress } from './loopback.ts';

export interface RsyncDaemonOptions {
  /** What the module shows. */
  readonly folder: string;
  readonly module: string;
  /** Further lines of the module, in rsyncd.conf's own words: `{ 'max connections': '1' }`. They win over the defaults. */
  readonly moduleOptions?: Readonly<Record<string, string>>;
  /** Without, a free one. */
  readonly port?: number;
}

export interface RsyncDaemon {
  /** `rsync://127.x.y.z:PORT/MODULE/` */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Ends the daemon with all its connections and removes its files; on return nothing is left. May be called twice. */
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 10 * SECOND;
const POLL_MS = 20;
const LIFE_MS = 20 * DAY;

/**
 * Starts `rsync --daemon` and returns once it greets. It ends when `signal` is aborted or `stop` is called. Throws `program-not-found` without
 * rsync and `rsync-daemon-failed`, with the daemon's own words, when it does not come up.
 */
export async function startRsyncDaemon(options: RsyncDaemonOptions, signal?: AbortSignal): Promise<RsyncDaemon> {
  const host = ownLoopbackAddress(process.pid);
  const wanted = options.port ?? 0;
  const port = await freePort(host, wanted).catch((cause: unknown) => {
    throw new CodedError('rsync-daemon-failed', `No rsync daemon can listen on ${host}:${wanted}.`, { cause });
  });
  const outcome = await startOnce(options, host, port, signal);
  if (outcome.kind === 'up') return outcome.daemon;
  throw new CodedError('rsync-daemon-failed', `The rsync daemon did not start: ${outcome.words}.`);
}

type Start = { readonly kind: 'up'; readonly daemon: RsyncDaemon } | { readonly kind: 'down'; readonly words: string };

async function startOnce(
  options: RsyncDaemonOptions,
  host: string,
  port: number,
  signal?: AbortSignal,
): Promise<Start> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-rsyncd-'));
  const life = new AbortController();
  const whole = signal === undefined ? life.signal : AbortSignal.any([life.signal, signal]);
  writeFileSync(join(folder, 'rsyncd.conf'), configuration(options, host, folder));
  const running = runDaemon(folder, port, whole);
  const up = await Promise.race([running, greeted(host, port, whole)]).catch((error: unknown) => error);
  if (up === 'greeted') {
    const gone = running.finally(() => rmSync(folder, { recursive: true, force: true }));
    const stop = async (): Promise<void> => {
      life.abort();
      await gone;
    };
    return { kind: 'up', daemon: { url: `rsync://${host}:${port}/${options.module}/`, host, port, stop } };
  }
  life.abort();
  const words = lastWords(folder);
  const exit = await running.finally(() => rmSync(folder, { recursive: true, force: true }));
  signal?.throwIfAborted();
  return { kind: 'down', words: words || exit.stderr || 'it did not greet' };
}

function runDaemon(folder: string, port: number, signal: AbortSignal): Promise<Exit> {
  return runChild(
    {
      command: 'rsync',
      args: ['--daemon', '--no-detach', `--config=${join(folder, 'rsyncd.conf')}`, `--port=${port}`],
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
      deadlineMs: LIFE_MS,
    },
    signal,
  );
}

function configuration(options: RsyncDaemonOptions, host: string, folder: string): string {
  // As root the daemon would become `nobody`, who cannot read a private temporary folder. As anybody else it must not try to change.
  const owner = process.getuid?.() === 0 ? { uid: '0', gid: '0' } : {};
  const module = {
    path: options.folder,
    'read only': 'yes',
    'use chroot': 'no',
    'munge symlinks': 'no',
    'lock file': join(folder, 'lock'),
    ...owner,
    ...options.moduleOptions,
  };
  const lines = Object.entries(module).map(([name, value]) => `  ${name} = ${value}`);
  return [
    `address = ${host}`,
    `log file = ${join(folder, 'log')}`,
    'reverse lookup = no',
    `[${options.module}]`,
    ...lines,
    '',
  ].join('\n');
}

async function greeted(host: string, port: number, signal: AbortSignal): Promise<'greeted'> {
  const giveUpAt = performance.now() + START_DEADLINE_MS;
  while (performance.now() < giveUpAt) {
    if (await greets(host, port)) return 'greeted';
    await wait(POLL_MS, undefined, { signal });
  }
  throw new Error(`no greeting on ${host}:${port} within 10 seconds`);
}

function greets(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(SECOND, () => answer(false));
    socket.once('data', (bytes) => answer(bytes.toString('latin1').startsWith('@RSYNCD:')));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
  });
}

function lastWords(folder: string): string {
  const log = join(folder, 'log');
  return existsSync(log) ? (readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '') : '';
}
