// The release as an operator has it: unpacked in a bare Debian that has rsync and nothing else of ours, its daemon makes a pass every minute over an
// origin that changes, serves over TLS under load, reads a renewed certificate and a rotated log in between. Not one request may fail.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort, makeCertificate, makeRepository, publishRelease, startRsyncDaemon } from '../../src/demo/world.ts';
import { MINUTE, SECOND, systemClock } from '../../src/host/clock.ts';
import { readTree } from '../support/outside.ts';
import { type Load, startLoad } from './load.ts';
import type { Endured } from './tell.ts';

const RELEASE = resolve(import.meta.dirname, '../../release/run.ts');
const CLIENTS = 16;
const HOST = '127.0.0.1';

export interface ReleaseSoak {
  readonly minutes: number;
  /** A bare Debian tree with rsync, made with debootstrap when it is null. What is there already is used as it is. */
  readonly tree: string | null;
}

/** One trial a minute; none without root and debootstrap, which is told. */
export async function releaseMinutes(home: string, options: ReleaseSoak, signal: AbortSignal): Promise<Endured[]> {
  if (options.minutes === 0) return [];
  const tree = options.tree ?? bareDebian(join(home, 'debian'));
  if (tree === null) {
    process.stdout.write('release: left out; it wants root and debootstrap, or --tree=FOLDER\n');
    return [];
  }
  const origin = join(home, 'origin');
  mkdirSync(origin, { recursive: true });
  const repository = await makeRepository(origin, { seed: 1, now: systemClock.now(), artifacts: 40 });
  const rsync = await startRsyncDaemon({ folder: origin, module: 'repo' });
  unpackInto(tree, home);
  const port = await freePort(HOST);
  let certificate = await certify(tree);
  configure(tree, rsync.url, port);
  const daemon = startDaemon(tree);
  const endured: Endured[] = [];
  try {
    await daemon.says(/pass finished/, 3 * MINUTE);
    const load = startLoad({ host: HOST, port, ca: () => certificate, clients: CLIENTS, files: digestsBelow(origin) });
    for (let minute = 1; minute <= options.minutes && !signal.aborted; minute += 1) {
      const begun = performance.now();
      const faults: string[] = [];
      const before = load.figures();
      const passes = daemon.count(/pass finished/);
      await publishRelease(repository, { now: systemClock.now() });
      if (minute === Math.ceil(options.minutes / 3)) certificate = await reload(tree, daemon, load, faults);
      if (minute === Math.ceil(options.minutes / 2)) await rotate(tree, daemon, faults);
      await wait(MINUTE);
      if (daemon.count(/pass finished/) === passes) faults.push('no pass ended');
      const now = load.figures();
      faults.push(...load.takeFaults());
      const served = now.requests - before.requests;
      if (served === 0) faults.push('nothing was served');
      endured.push({
        place: 'release: a minute under load',
        detail: `minute ${minute}, ${served} requests`,
        hasHappened: true,
        faults,
        milliseconds: performance.now() - begun,
      });
      process.stdout.write(
        `release: minute ${minute} of ${options.minutes}, ${now.requests} requests, ${now.failed} failed, ${daemon.count(/pass finished/)} passes\n`,
      );
    }
    await load.stop();
    endured.push(ended(load, await daemon.stop(), linesLogged(tree)));
  } finally {
    daemon.kill();
    await rsync.stop();
  }
  return endured;
}

function bareDebian(folder: string): string | null {
  if (process.getuid?.() !== 0) return null;
  process.stdout.write('release: debootstrap of a bare Debian 12\n');
  const { status } = run('debootstrap', ['--variant=minbase', '--include=rsync', 'bookworm', folder]);
  return status === 0 ? folder : null;
}

function unpackInto(tree: string, home: string): void {
  const output = join(home, 'dist');
  check(run(process.execPath, [RELEASE, '--output', output]));
  const archive = readdirSync(output).find((name) => name.endsWith('.tar.gz')) ?? '';
  for (const folder of ['opt/assay', 'etc/assay', 'var/log/assay']) mkdirSync(join(tree, folder), { recursive: true });
  check(
    run('tar', [
      '--extract',
      '--strip-components=1',
      '--directory',
      join(tree, 'opt/assay'),
      '--file',
      join(output, archive),
    ]),
  );
}

async function certify(tree: string): Promise<string> {
  const made = await makeCertificate({
    names: ['mirror.example.org'],
    addresses: [HOST],
    now: systemClock.now(),
    days: 30,
  });
  writeFileSync(join(tree, 'etc/assay/key.pem.new'), made.keyPem, { mode: 0o600 });
  writeFileSync(join(tree, 'etc/assay/fullchain.pem.new'), made.certificatePem);
  for (const name of ['key.pem', 'fullchain.pem'])
    renameSync(join(tree, `etc/assay/${name}.new`), join(tree, 'etc/assay', name));
  return made.caPem;
}

function configure(tree: string, url: string, port: number): void {
  const serve = {
    listen: [`${HOST}:${port}`],
    redirect_http: [],
    processes: 2,
    tls: { certificate: '/etc/assay/fullchain.pem', key: '/etc/assay/key.pem' },
    access_log: '/var/log/assay/access.log',
  };
  const source = { url, schedule: '* * * * *', jitter_seconds: 0, min_free_gib: 0 };
  writeFileSync(join(tree, 'etc/assay/assay.yaml'), JSON.stringify({ name: 'mirror.example.org', source, serve }));
}

interface Daemon {
  says(pattern: RegExp, withinMs: number): Promise<void>;
  count(pattern: RegExp): number;
  hangUp(): void;
  /** Its exit status, or the signal that ended it. */
  stop(): Promise<string>;
  kill(): void;
}

/** In a mount namespace of its own, so that nothing stays mounted however it ends; the process id stays that of the daemon. */
function startDaemon(tree: string): Daemon {
  const script =
    'mount -t proc proc "$1/proc" && mount --bind /dev "$1/dev" && exec chroot "$1" /opt/assay/bin/assay daemon';
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  const child: ChildProcess = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', tree], {
    env,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const closed = new Promise<string>((done) => child.once('close', (status, by) => done(String(status ?? by))));
  return {
    async says(pattern, withinMs) {
      const giveUpAt = performance.now() + withinMs;
      while (!pattern.test(said)) {
        if (child.exitCode !== null || performance.now() > giveUpAt)
          throw new Error(`the daemon did not say ${pattern}: ${said}`);
        await wait(SECOND / 10);
      }
    },
    count: (pattern) => said.split('\n').filter((line) => pattern.test(line)).length,
    hangUp: () => void child.kill('SIGHUP'),
    stop: async () => {
      child.kill('SIGTERM');
      return await closed;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** New connections must get the new one, and none that stands may be cut. */
async function reload(tree: string, daemon: Daemon, load: Load, faults: string[]): Promise<string> {
  const before = load.serials();
  const ca = await certify(tree);
  daemon.hangUp();
  await wait(3 * SECOND);
  load.reconnect(ca);
  await wait(5 * SECOND);
  if ([...load.serials()].every((serial) => before.has(serial))) faults.push('the renewed certificate was never shown');
  return ca;
}

async function rotate(tree: string, daemon: Daemon, faults: string[]): Promise<void> {
  const log = join(tree, 'var/log/assay/access.log');
  renameSync(log, `${log}.1`);
  daemon.hangUp();
  await wait(5 * SECOND);
  if (!existsSync(log)) faults.push('the access log was not opened anew');
}

function ended(load: Load, status: string, lines: number): Endured {
  const { requests, failed } = load.figures();
  const faults = [
    ...(status === '0' ? [] : [`the daemon ended with ${status}`]),
    ...(failed === 0 ? [] : [`${failed} of ${requests} requests failed`]),
    ...(lines >= requests ? [] : [`${requests} requests, and ${lines} lines in the access logs`]),
  ];
  return {
    place: 'release: the end',
    detail: `${requests} requests, ${lines} lines`,
    hasHappened: true,
    faults,
    milliseconds: 0,
  };
}

function linesLogged(tree: string): number {
  const folder = join(tree, 'var/log/assay');
  return readdirSync(folder).reduce(
    (sum, name) => sum + readFileSync(join(folder, name), 'latin1').split('\n').length - 1,
    0,
  );
}

/** What every path must be answered with: nothing that the origin has now is changed later. */
function digestsBelow(origin: string): ReadonlyMap<string, string> {
  const fixed = [...readTree(origin)].filter(
    ([path]) => !path.includes('maven-metadata') && !path.includes('SNAPSHOT'),
  );
  return new Map(fixed.map(([path, bytes]) => [path, createHash('sha256').update(bytes).digest('hex')]));
}

function run(command: string, args: readonly string[]) {
  const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
  return spawnSync(command, args, { env, encoding: 'utf8', timeout: 20 * MINUTE });
}

function check({ status, stderr, error }: ReturnType<typeof run>): void {
  if (status !== 0) throw new Error(error?.message ?? stderr);
}
