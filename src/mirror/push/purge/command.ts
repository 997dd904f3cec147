// For a CDN that we do not know, or a cache of one's own: a program that reads the paths, one a line, from standard input.

import { type ChildOptions, runChild } from '../../../host/child.ts';
import { MINUTE } from '../../../host/clock.ts';
import { CodedError } from '../../../host/error.ts';
import type { Batch, CommandOptions, Purged } from './contract.ts';

const DEADLINE_MS = MINUTE;

/** `ASSAY_PURGE` is `some` or `everything`, `ASSAY_URL` the URL that the paths are relative to. Status 0: done; anything else: tried again. */
export async function purgeByCommand(batch: Batch, options: CommandOptions, signal: AbortSignal): Promise<Purged> {
  const [command = '', ...args] = options.command;
  const child: ChildOptions = {
    command,
    args,
    env: {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: process.env.HOME ?? '/',
      ASSAY_PURGE: batch.what === 'everything' ? 'everything' : 'some',
      ASSAY_URL: options.url,
    },
    input: batch.items.map((path) => `${path}\n`).join(''),
    deadlineMs: DEADLINE_MS,
  };
  const exit = await runChild(child, signal).catch(notThere);
  if (typeof exit === 'string') return { kind: 'later', reason: exit };
  if (exit.kind === 'exited' && exit.status === 0) return { kind: 'purged' };
  const how = exit.kind === 'exited' ? `ended with status ${exit.status}` : exit.kind;
  return { kind: 'later', reason: `${command} ${how}${exit.stderr === '' ? '' : `: ${exit.stderr}`}` };
}

/** A program that is missing is installed by people, and the purge still wanted then. */
function notThere(error: unknown): string {
  if (error instanceof CodedError) return error.message;
  throw error;
}
