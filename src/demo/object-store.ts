// A real S3 server on loopback, for the demo and for tests: Ceph's radosgw over one monitor and one storage daemon, everything in memory.
// It is Debian's own programs with a configuration of a few lines, up in about a second, for root and for anybody else alike.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Exit, runChild } from '../host/child.ts';
import { DAY, MINUTE, SECOND } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import { type BucketOptions, makeBucket } from './bucket.ts';
import { freePort, ownLoopbackAddress } from './loopback.ts';
import { cephConfiguration } from './object-store-settings.ts';

export interface ObjectStoreServer {
  /** `http://127.x.y.z:PORT`; buckets go into the path. */
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The same keys as a file, as `credentials_file` wants it. */
  readonly credentialsFile: string;
  /** An empty bucket of this name. */
  makeBucket(name: string, bucket?: BucketOptions): Promise<void>;
  /** Ends the server with all that it holds and removes its files; on return nothing is left. May be called twice. */
  stop(): Promise<void>;
}

export interface ObjectStoreServerOptions {
  /** Ceiling of what it holds, in memory. */
  readonly memoryBytes?: number;
}

const START_DEADLINE_MS = 2 * MINUTE;
const POLL_MS = 20;
const AGAIN_MS = 200;
const LIFE_MS = 20 * DAY;
const GIB = 1024 ** 3;
/** Loopback alone, and gone with the server: no secret. */
const ACCESS_KEY_ID = 'assaydemo';
const SECRET_ACCESS_KEY = 'assay-demo-secret';
const DATA_UUID = '8d0ef1ba-4a3e-4a4e-9a57-6a2f3cde21a4';

/** What `startObjectStore` runs; Debian's packages radosgw, ceph-mon, ceph-osd, ceph-common. */
export const OBJECT_STORE_PROGRAMS = [
  'radosgw',
  'ceph-mon',
  'ceph-osd',
  'ceph',
  'radosgw-admin',
  'monmaptool',
] as const;

/** Whether all of that is installed. */
export function hasObjectStore(): boolean {
  const folders = searchPath().split(delimiter);
  return OBJECT_STORE_PROGRAMS.every((program) => folders.some((folder) => existsSync(join(folder, program))));
}

/**
 * Starts the server and returns once it answers. It ends when `signal` is aborted or `stop` is called. Throws `program-not-found` without
 * radosgw, and `object-store-failed`, with a program's own words, when it does not come up.
 */
export async function startObjectStore(
  options: ObjectStoreServerOptions = {},
  signal?: AbortSignal,
): Promise<ObjectStoreServer> {
  const host = ownLoopbackAddress(process.pid);
  const folder = mkdtempSync(join(tmpdir(), 'assay-s3-'));
  const life = new AbortController();
  const whole = signal === undefined ? life.signal : AbortSignal.any([life.signal, signal]);
  const daemons: Daemon[] = [];
  const stop = async (): Promise<void> => {
    // Last come, first gone: a storage daemon that has lost its monitor takes five seconds to end.
    for (const daemon of daemons.toReversed()) await daemon.stop();
    life.abort();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const endpoint = await bringUp({ host, folder, memoryBytes: options.memoryBytes ?? 2 * GIB, daemons, whole });
    const keys = { endpoint, accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET_ACCESS_KEY };
    const make: ObjectStoreServer['makeBucket'] = (name, bucket) => makeBucket(keys, name, bucket);
    return { ...keys, credentialsFile: credentialsFile(folder), makeBucket: make, stop };
  } catch (error) {
    await stop();
    signal?.throwIfAborted();
    throw error;
  }
}

interface Start {
  readonly host: string;
  readonly folder: string;
  readonly memoryBytes: number;
  readonly daemons: Daemon[];
  readonly whole: AbortSignal;
}

async function bringUp({ host, folder, memoryBytes, daemons, whole }: Start): Promise<string> {
  for (const name of ['mon', 'osd', 'run', 'log']) mkdirSync(join(folder, name));
  const [monitor, gateway] = [await freePort(host), await freePort(host)];
  const fsid = crypto.randomUUID();
  const file = join(folder, 'ceph.conf');
  writeFileSync(file, cephConfiguration({ folder, host, monitor, gateway, fsid, memoryBytes }));
  const run = (command: string, ...args: string[]) => program(command, ['-c', file, ...args], folder, whole);
  const daemon = (command: string, ...args: string[]) => {
    daemons.push(runDaemon(command, ['-c', file, '-f', ...args], folder, whole));
  };
  const map = join(folder, 'monmap');
  await run('monmaptool', '--create', '--clobber', '--fsid', fsid, '--addv', 'a', `[v1:${host}:${monitor}]`, map);
  await run('ceph-mon', '--mkfs', '-i', 'a', '--fsid', fsid, '--monmap', map);
  daemon('ceph-mon', '-i', 'a');
  // A monitor that has just begun answers, and lets nobody do anything yet: it can be asked again.
  await patiently(() => run('ceph', '--connect-timeout', '60', 'osd', 'new', DATA_UUID, '0'), whole);
  await run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', DATA_UUID);
  daemon('ceph-osd', '-i', '0');
  await patiently(() => run('ceph', 'osd', 'crush', 'add', 'osd.0', '1.0', 'root=default'), whole);
  daemon('radosgw', '-n', 'client.rgw');
  const keys = ['--access-key', ACCESS_KEY_ID, '--secret-key', SECRET_ACCESS_KEY];
  // Under another name than the gateway's: the two would meet on one control socket.
  await run('radosgw-admin', '-n', 'client.admin', 'user', 'create', '--uid=demo', '--display-name=demo', ...keys);
  const endpoint = `http://${host}:${gateway}`;
  await answers(endpoint, daemons, whole);
  return endpoint;
}

async function patiently(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  const giveUpAt = performance.now() + START_DEADLINE_MS;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (signal.aborted || performance.now() > giveUpAt) throw error;
      await wait(AGAIN_MS, undefined, { signal });
    }
  }
}

async function program(command: string, args: readonly string[], cwd: string, signal: AbortSignal): Promise<void> {
  const exit = await runChild({ command, args, cwd, env: environment(cwd), deadlineMs: START_DEADLINE_MS }, signal);
  signal.throwIfAborted();
  if (exit.kind === 'exited' && exit.status === 0) return;
  throw new CodedError('object-store-failed', `${command} failed: ${exit.stderr || exit.kind}.`);
}

interface Daemon {
  readonly ended: Promise<Exit>;
  stop(): Promise<void>;
}

function runDaemon(command: string, args: readonly string[], cwd: string, signal: AbortSignal): Daemon {
  const life = new AbortController();
  // They stand in process groups of their own: should this process be killed, the kernel ends them.
  const mortal = ['--pdeathsig', 'SIGKILL', command, ...args];
  const options = { command: 'setpriv', args: mortal, cwd, env: environment(cwd), deadlineMs: LIFE_MS };
  const ended = runChild(options, AbortSignal.any([life.signal, signal]));
  // Whoever waits for an answer hears of it; before that a program that talks to it fails.
  ended.catch(() => undefined);
  const stop = async () => {
    life.abort();
    await Promise.allSettled([ended]);
  };
  return { ended, stop };
}

function environment(folder: string): Record<string, string> {
  return { PATH: searchPath(), LC_ALL: 'C', HOME: folder };
}

/** Some of these lie in sbin, which a user's PATH leaves out. */
function searchPath(): string {
  return `${process.env.PATH ?? '/usr/bin:/bin'}${delimiter}/usr/sbin${delimiter}/sbin`;
}

/** Until the gateway answers anything at all, or a daemon has ended. */
async function answers(endpoint: string, daemons: readonly Daemon[], signal: AbortSignal): Promise<void> {
  const fallen = Promise.race(daemons.map((daemon) => daemon.ended)).then((exit) => {
    throw new CodedError('object-store-failed', `A daemon of the object store ended: ${exit.stderr || exit.kind}.`);
  });
  // The race below hears of it; one that falls after that is heard of by whoever asks the store.
  fallen.catch(() => undefined);
  const giveUpAt = performance.now() + START_DEADLINE_MS;
  while (!(await Promise.race([asked(endpoint), fallen]))) {
    if (performance.now() > giveUpAt) throw new CodedError('object-store-failed', 'The object store does not answer.');
    await wait(POLL_MS, undefined, { signal });
  }
}

function asked(endpoint: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(endpoint, { timeout: SECOND, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}

function credentialsFile(folder: string): string {
  const path = join(folder, 'credentials');
  const lines = [
    '[default]',
    `aws_access_key_id = ${ACCESS_KEY_ID}`,
    `aws_secret_access_key = ${SECRET_ACCESS_KEY}`,
    '',
  ];
  writeFileSync(path, lines.join('\n'), { mode: 0o600 });
  return path;
}
