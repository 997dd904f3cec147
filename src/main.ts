#!/usr/bin/env node
// The door. It gives a verb what the process has (streams, signals, environment) and takes its exit status; everything else is in the rooms.

import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { VerbHost, Verbs } from './compose/verbs.ts';

// Beside the packages, so that a run leaves nothing in the machine's temporary folder; where that cannot be written there is none.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/assay', import.meta.url)));

const { run } = await import('./command/run.ts');
const { systemClock } = await import('./host/clock.ts');
const io = { stdout: process.stdout, stderr: process.stderr, env: process.env, clock: systemClock };

quietOnClosedPipe(process.stdout);
quietOnClosedPipe(process.stderr);
process.exitCode = await run(process.argv.slice(2), io, engine, stopOnSignals(), ownVersion());

/** Loaded only for verbs that need the installation: `--help` and `check-config` answer at once. */
async function engine(host: VerbHost): Promise<Verbs> {
  const { makeVerbs } = await import('./compose/installation.ts');
  return makeVerbs(host);
}

/** Kills of a whole process group, and npm, deliver one wish two or three times. */
const ONE_WISH_MS = 1000;

/** The first signal asks everything to end cleanly, a later one ends it now: the next start finishes or undoes what was begun. */
function stopOnSignals(): { signal: AbortSignal; by(): 'SIGINT' | 'SIGTERM' | null } {
  const controller = new AbortController();
  let first: { name: 'SIGINT' | 'SIGTERM'; at: number } | null = null;
  const stop = (name: 'SIGINT' | 'SIGTERM') => {
    if (first === null) {
      first = { name, at: performance.now() };
      controller.abort();
    } else if (performance.now() - first.at > ONE_WISH_MS) process.exit(name === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  // A closed terminal ends what was started in it; a daemon hears it as "read the certificate again" (compose/daemon).
  if (!process.argv.includes('daemon')) process.on('SIGHUP', () => stop('SIGTERM'));
  return { signal: controller.signal, by: () => first?.name ?? null };
}

/** `assay status | head` closes the pipe early: that is the reader's right and no error of ours. */
function quietOnClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

function ownVersion(): string {
  const file: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof file === 'object' && file !== null && 'version' in file ? String(file.version) : 'unknown';
}
