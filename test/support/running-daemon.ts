// `assay daemon` as a process of its own, as systemd would start it.

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { MINUTE, SECOND, systemClock } from '../../src/host/clock.ts';
import { systemCode } from '../../src/host/error.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');

export interface RunningDaemon {
  readonly pid: number;
  /** Where it serves, the first address. */
  readonly url: string;
  /** Its serve processes. */
  crew(): number[];
  /** Resolves once a log line of this message has come; a line that came before counts. Rejects when the daemon ends first. */
  logs(message: string): Promise<Record<string, unknown>>;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<{ readonly status: number | null; readonly by: string | null; readonly err: string }>;
}

/** Starts it and returns when it serves. After the test it is killed if it still runs. */
export async function startDaemon(
  t: Pick<TestContext, 'after'>,
  configFile: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningDaemon> {
  const child = spawn(process.execPath, [MAIN, 'daemon', '--config', configFile, '--log-level', 'debug'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let err = '';
  const heard = new Set<() => void>();
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    for (const listener of heard) listener();
  });
  const ended = new Promise<{ status: number | null; by: string | null; err: string }>((done, fail) => {
    child.once('error', fail);
    child.once('close', (status, by) => done({ status, by, err }));
  });
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const overdue = setTimeout(() => child.kill('SIGKILL'), 3 * MINUTE);
  void ended.finally(() => clearTimeout(overdue));
  const hear = <T>(find: (text: string) => T | undefined): Promise<T> =>
    new Promise((done, fail) => {
      const look = () => {
        const found = find(err);
        if (found !== undefined) done(found);
      };
      heard.add(look);
      look();
      ended.then((end) => fail(new Error(`it ended with ${end.status ?? end.by}: ${end.err}`)), fail);
    });
  const url = await hear((text) => /^assay: serving at (\S+)/m.exec(text)?.[1]);
  const pid = child.pid ?? -1;
  return {
    pid,
    url,
    crew: () => childrenOf(pid).filter((each) => commandOf(each).includes('serve-process')),
    logs: (message) => hear((text) => lineOf(text, message)),
    signal: (name) => void child.kill(name),
    ended,
  };
}

function lineOf(text: string, message: string): Record<string, unknown> | undefined {
  const line = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .find((each) => each.includes(`"msg":${JSON.stringify(message)}`));
  return line === undefined ? undefined : (JSON.parse(line) as Record<string, unknown>);
}

/** Processes whose parent is `pid`, zombies left out. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => {
      const [state, parent] = readProc(each, 'stat')
        .replace(/^.*\) /s, '')
        .split(' ');
      return state !== 'Z' && parent === String(pid);
    });
}

export function isRunning(pid: number): boolean {
  const [state] = readProc(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return state !== undefined && state !== '' && state !== 'Z';
}

function commandOf(pid: number): string {
  return readProc(pid, 'cmdline').replaceAll('\0', ' ');
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(systemCode(error) ?? '')) return '';
    throw error;
  }
}

/** Looks again and again until it holds; an error after half a minute. */
export async function eventually(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const giveUpAt = performance.now() + 30 * SECOND;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`it did not come to be within 30 seconds: ${what}`);
    await systemClock.sleep(50, AbortSignal.timeout(MINUTE));
  }
}
