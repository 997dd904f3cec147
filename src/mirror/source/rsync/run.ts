// One piece of work for rsync, tried until it is done or hopeless: the child, its output followed while it grows, its end judged.

import { closeSync, openSync } from 'node:fs';
import { type Exit, runChild } from '../../../host/child.ts';
import { type Clock, HOUR } from '../../../host/clock.ts';
import type { Logger } from '../../../host/logger.ts';
import type { SourceTrouble } from '../contract.ts';
import { addressesOf, type LastGoodAddresses, type Resolve } from './address.ts';
import type { Connection, Ssh } from './arguments.ts';
import { type Bind, childEnvironment, confine, type Sandbox } from './confinement.ts';
import { backOffMs, judgeExit } from './exit.ts';
import type { Origin } from './origin.ts';
import { readPassword } from './password.ts';
import { followLines, type OnLine } from './tail.ts';

/** What all runs of one source have in common. */
export interface Session {
  readonly origin: Origin;
  readonly ssh: Ssh | null;
  readonly passwordFile: string | null;
  readonly ioTimeoutSeconds: number;
  readonly memory: LastGoodAddresses;
  readonly resolve: Resolve;
  readonly sandbox: (signal: AbortSignal) => Promise<Sandbox>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1), for the jitter of the back-off. */
  readonly random: () => number;
}

export interface Job {
  readonly verb: 'list' | 'fetch' | 'compare';
  arguments(connection: Connection, sandbox: Sandbox): readonly string[];
  readonly binds: readonly Bind[];
  /** Takes rsync's output; empty again at each try, the caller's to remove. */
  readonly outputFile: string;
  /** No file that rsync writes, its output too, grows beyond. */
  readonly fileCeiling: number;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** What rsync puts before repository paths in its messages. */
  readonly prefixes: readonly string[];
  /** At the start of each try: what takes the lines of this one, or null when nobody reads along. `stop` ends the whole job with that trouble. */
  begin(stop: (trouble: SourceTrouble) => void): OnLine | null;
}

/** `unreadable` is null when rsync had nothing to complain of. */
export type RunOutcome = { readonly kind: 'ran'; readonly unreadable: readonly string[] | null } | SourceTrouble;

/** How long a listing or a comparison, which are given no deadline, may take at most. */
export const RUN_CEILING_MS = 24 * HOUR;

/** Throws `program-not-found` without rsync and `password-file-unusable`. Whatever the outcome, no child is left. */
export async function runJob(session: Session, job: Job, signal: AbortSignal): Promise<RunOutcome> {
  const { origin, clock, logger } = session;
  const addresses = await addressesOf(origin.host, session.memory, session.resolve);
  let incomplete = 0;
  for (let runs = 1; ; runs += 1) {
    const host = addresses.hosts[(runs - 1) % addresses.hosts.length] ?? origin.host;
    const exit = await runOnce(session, job, host, signal);
    if (exit.kind === 'trouble') return exit;
    if (exit.kind === 'exited' && exit.status === 23) incomplete += 1;
    const judgement = judgeExit(exit, { runs, incomplete }, { url: origin.url, prefixes: job.prefixes });
    if (judgement.kind === 'over') return judgement.trouble;
    if (judgement.kind === 'again') {
      const pauseMs = backOffMs(runs, session.random());
      logger.warn({ verb: job.verb, runs, pauseMs, reason: judgement.trouble.sentence }, 'rsync is tried again');
      if (!(await slept(clock, pauseMs, signal))) return stopped(origin.url);
      continue;
    }
    if (addresses.resolved !== null) session.memory.write(origin.host, addresses.resolved);
    return { kind: 'ran', unreadable: judgement.kind === 'incomplete' ? judgement.unreadable : null };
  }
}

export function stopped(url: string): SourceTrouble {
  return { kind: 'trouble', trouble: 'stopped', sentence: `${url}: rsync was stopped before it had done.` };
}

type Ended = (Exit & { readonly kind: 'exited' | 'killed' }) | SourceTrouble;

async function runOnce(session: Session, job: Job, host: string, signal: AbortSignal): Promise<Ended> {
  const { url } = session.origin;
  const deadlineMs = job.deadline - session.clock.now();
  if (deadlineMs <= 0 || signal.aborted) return stopped(url);
  const sandbox = await session.sandbox(signal);
  const own = new AbortController();
  let trouble: SourceTrouble | null = null;
  const onLine = job.begin((why) => {
    trouble ??= why;
    own.abort();
  });
  const output = openSync(job.outputFile, 'w', 0o600);
  try {
    const [command = '', ...args] = commandLine(session, job, host, sandbox);
    const env = { ...childEnvironment(), ...secrets(session) };
    const whole = AbortSignal.any([signal, own.signal]);
    const running = runChild({ command, args, env, stdoutTo: output, inBackground: true, deadlineMs }, whole);
    const reading = onLine === null ? null : followLines(job.outputFile, running, onLine).catch(endFirst(own, running));
    const exit = await running;
    await reading;
    if (trouble !== null) return trouble;
    return exit.kind === 'deadline' || exit.kind === 'aborted' ? stopped(url) : exit;
  } finally {
    closeSync(output);
  }
}

/** When whoever takes the lines throws, rsync ends before the error goes on its way. */
function endFirst(own: AbortController, running: Promise<unknown>): (error: unknown) => Promise<never> {
  return async (error) => {
    own.abort();
    await running;
    throw error;
  };
}

function commandLine(session: Session, job: Job, host: string, sandbox: Sandbox): readonly string[] {
  const { origin, ssh, ioTimeoutSeconds } = session;
  const command = ['rsync', ...job.arguments({ origin, ssh, host, ioTimeoutSeconds }, sandbox)];
  const keys = ssh === null ? [] : [ssh.keyFile, ssh.knownHosts].map((path) => ({ path, writable: false }));
  return confine(sandbox, command, [...job.binds, ...keys], job.fileCeiling);
}

function secrets(session: Session): Record<string, string> {
  return {
    // Comparing by content is only worth what the digest is worth: no xxhash, which is not made against people.
    RSYNC_CHECKSUM_LIST: 'md5',
    ...(session.passwordFile === null ? {} : { RSYNC_PASSWORD: readPassword(session.passwordFile) }),
  };
}

async function slept(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(milliseconds, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
