// An assay mirror in a process of its own, as warm as a daemon's, that runs a pass when it is told to.

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { readConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import type { PassAnswer } from './pass-process.ts';

export interface BenchMirror extends AsyncDisposable {
  pass(): Promise<PassAnswer>;
}

/** `profile`: a folder that takes a CPU profile of the process when it ends. It ends with `signal` too: a `pass` under way is rejected. */
export function startMirror(url: string, data: string, profile: string | null, signal: AbortSignal): BenchMirror {
  return startWith(configFor(url, data), profile, signal);
}

/** The same of a bucket that anybody may read. */
export function startBucketMirror(
  bucket: { readonly url: string; readonly endpoint: string; readonly connections: number },
  data: string,
  profile: string | null,
  signal: AbortSignal,
): BenchMirror {
  return startWith(configOf({ kind: 's3', path_style: true, ...bucket }, data), profile, signal);
}

function startWith(config: Config, profile: string | null, signal: AbortSignal): BenchMirror {
  const child = fork(join(import.meta.dirname, 'pass-process.ts'), [], {
    execArgv: profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    signal,
    killSignal: 'SIGTERM',
  });
  // An abort is told by whoever waits for the process.
  child.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.send({ config });
  return {
    pass: () => ask(child),
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

export function configFor(url: string, data: string): Config {
  return configOf({ kind: 'rsync', url }, data);
}

function configOf(source: Readonly<Record<string, unknown>>, data: string): Config {
  const text = JSON.stringify({
    name: 'bench.example.org',
    data,
    source: { jitter_seconds: 0, min_free_gib: 0.1, ...source },
  });
  const loaded = readConfig(text, {});
  if (loaded.kind === 'faults')
    throw new Error(`the configuration of the bench is wrong: ${JSON.stringify(loaded.faults)}`);
  return loaded.config;
}

function ask(child: ChildProcess): Promise<PassAnswer> {
  return new Promise((resolve, reject) => {
    const onExit = (status: number | null) => reject(new Error(`the measured process ended with status ${status}`));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer as PassAnswer);
    });
    child.send('pass');
  });
}
