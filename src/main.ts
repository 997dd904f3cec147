#!/usr/bin/env node
// The door. It gives a verb what the process has (streams, signals, environment) and takes its exit status; everything else is in the rooms.

import { accessSync, constants } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { VerbHost, Verbs } from './compose/verbs.ts';

/** Kills of a whole process group, and npm, deliver one wish two or three times. */
const ONE_WISH_MS = 1000;

const cache = cacheFolder();
if (cache !== null) enableCompileCache(cache);

const { run } = await import('./command/run.ts');
const { buildText, ownBuild } = await import('./compose/version.ts');
const { systemClock } = await import('./host/clock.ts');
const io = { stdout: process.stdout, stderr: process.stderr, env: process.env, clock: systemClock };

quietOnClosedPipe(process.stdout);
quietOnClosedPipe(process.stderr);
process.exitCode = await run(process.argv.slice(2), io, engine, stopOnSignals(), buildText(ownBuild()));

/**
 * Compiled code is kept where systemd says, else beside the packages, else with the user's other caches: never in the machine's temporary
 * folder. It halves the time of a start; where none of these can be written there is none.
 */
function cacheFolder(): string | null {
  const { CACHE_DIRECTORY: ofUnit, XDG_CACHE_HOME: ofUser, HOME: home } = process.env;
  if (ofUnit !== undefined && ofUnit !== '') return ofUnit;
  const packages = fileURLToPath(new URL('../node_modules', import.meta.url));
  if (isWritable(packages)) return join(packages, '.cache/assay');
  if (ofUser !== undefined) return join(ofUser, 'assay');
  return home === undefined ? null : join(home, '.cache/assay');
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    // Another user's, or a system that may only be read: there are other places.
    return false;
  }
}

/** Loaded only for verbs that need the installation: `--help` and `check-config` answer at once. */
async function engine(host: VerbHost): Promise<Verbs> {
  const { makeVerbs } = await import('./compose/installation.ts');
  return makeVerbs(host);
}

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
