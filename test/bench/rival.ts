// What is measured against: rsync's own copy of the same tree from the same daemon.

import { runChild } from '../../src/host/child.ts';
import { MINUTE } from '../../src/host/clock.ts';

const DEADLINE_MS = 60 * MINUTE;

export interface CopyTimes {
  readonly copied: number;
  /** With `sync -f` after it: what durable means without us. */
  readonly durable: number;
}

/** `rsync -a URL FOLDER && sync -f FOLDER`, in milliseconds. */
export async function plainCopy(url: string, folder: string, signal: AbortSignal): Promise<CopyTimes> {
  const begun = performance.now();
  await succeed('rsync', ['-a', url, `${folder}/`], signal);
  const copied = performance.now() - begun;
  await succeed('sync', ['-f', folder], signal);
  return { copied, durable: performance.now() - begun };
}

/** Everything that others have written is on its disk: it is not paid for by who is measured next. */
export async function settleDisk(signal: AbortSignal): Promise<void> {
  await succeed('sync', [], signal);
}

async function succeed(command: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' };
  const exit = await runChild({ command, args, env, deadlineMs: DEADLINE_MS }, signal);
  signal.throwIfAborted();
  if (exit.kind !== 'exited' || exit.status !== 0) throw new Error(`${command} did not do it: ${JSON.stringify(exit)}`);
}
