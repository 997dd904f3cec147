// What a push is measured against: rclone and the AWS command line, each with as many requests at a time as ours, on the same server.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectStoreServer } from '../../src/demo/object-store.ts';

export interface Ran {
  readonly milliseconds: number;
  /** The most that the process held, in MiB. */
  readonly peakMib: number;
  readonly stdout: string;
}

const CONNECTIONS = 16;
const LOOK_EVERY_MS = 50;

export async function rclone(
  server: ObjectStoreServer,
  folder: string,
  bucket: string,
  signal: AbortSignal,
): Promise<Ran> {
  const args = [
    'sync',
    folder,
    `bench:${bucket}`,
    '--transfers',
    String(CONNECTIONS),
    '--checkers',
    String(CONNECTIONS),
    '--fast-list',
  ];
  const env = {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_BENCH_TYPE: 's3',
    RCLONE_CONFIG_BENCH_PROVIDER: 'Ceph',
    RCLONE_CONFIG_BENCH_ENDPOINT: server.endpoint,
    RCLONE_CONFIG_BENCH_ACCESS_KEY_ID: server.accessKeyId,
    RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY: server.secretAccessKey,
  };
  return await run('rclone', args, env, signal);
}

export async function aws(
  server: ObjectStoreServer,
  home: string,
  folder: string,
  bucket: string,
  signal: AbortSignal,
): Promise<Ran> {
  const config = join(home, 'aws-config');
  writeFileSync(config, `[default]\nregion = us-east-1\ns3 =\n  max_concurrent_requests = ${CONNECTIONS}\n`);
  const args = ['s3', 'sync', folder, `s3://${bucket}`, '--endpoint-url', server.endpoint, '--only-show-errors'];
  const env = {
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: server.credentialsFile,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return await run('/usr/bin/aws', args, env, signal);
}

/** Ends well, or throws with what it said. */
export async function run(
  command: string,
  args: readonly string[],
  more: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Ran> {
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: process.env.HOME ?? '/', LC_ALL: 'C.UTF-8', ...more };
  const begun = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], signal });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  let peakMib = 0;
  const looking = setInterval(() => {
    peakMib = Math.max(peakMib, highWaterMib(child.pid ?? -1));
  }, LOOK_EVERY_MS);
  const status = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  }).finally(() => clearInterval(looking));
  const milliseconds = performance.now() - begun;
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}${stdout.slice(0, 2000)}`);
  return { milliseconds, peakMib, stdout };
}

function highWaterMib(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    // It has ended.
    return 0;
  }
}
