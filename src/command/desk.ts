// Where a verb is carried out: it gets what it needs, and whatever way it ends becomes one reply, one envelope and one exit status.

import type { Command } from 'commander';
import type { VerbHost, Verbs } from '../compose/verbs.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { LogLevel } from '../host/logger.ts';
import { exitStatus } from './exit-status.ts';
import { type Io, printReply } from './output.ts';
import { type ProgressLine, progressLine } from './progress.ts';
import { faultsReply, interruptedReply, type Reply, replyToError } from './reply.ts';

/** Makes the installation; called once, and only by verbs that need it, so that `--help` loads nothing. */
export type Engine = (host: VerbHost) => Promise<Verbs>;

/** How the process is asked to end. `by` names the signal once there was one. */
export interface Stop {
  readonly signal: AbortSignal;
  by(): 'SIGINT' | 'SIGTERM' | null;
}

export interface Desk {
  readonly io: Io;
  readonly engine: Engine;
  readonly stop: Stop;
  /** The exit status, once a verb has ended. */
  exit: number | null;
}

/** What stands on the command line for every verb. */
export interface Globals {
  readonly config: string;
  readonly json: boolean;
  readonly logLevel?: LogLevel;
}

/** A running verb. */
export interface Call {
  readonly io: Io;
  readonly signal: AbortSignal;
  readonly globals: Globals;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** For verbs that run until somebody stops them a signal is the normal end: status 0. */
const ENDS_ON_SIGNAL: ReadonlySet<string> = new Set(['daemon', 'demo']);
const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Carries out a verb that needs no configuration. `inLines`: with --json it prints lines as it goes, and the envelope last. */
export async function answer(
  desk: Desk,
  command: Command,
  work: (call: Call) => Promise<Reply> | Reply,
  inLines = false,
): Promise<void> {
  const call = callOf(desk, command);
  const verb = verbOf(command);
  const reply = await ended(desk, verb, call, work);
  const by = ENDS_ON_SIGNAL.has(verb) ? null : desk.stop.by();
  desk.exit = by === null ? exitStatus(reply.outcomes) : SIGNAL_STATUS[by];
  const { json } = call.globals;
  printReply(desk.io, { verb, exit: desk.exit, startedAt: call.startedAt, json, inLines, reply });
}

/** Carries out a verb on the installation that the configuration file describes; all faults of the file are told instead when it has any. */
export async function onInstallation(
  desk: Desk,
  command: Command,
  work: (config: Config, verbs: Verbs, call: Call) => Promise<Reply>,
  inLines = false,
): Promise<void> {
  const onConfig = async (call: Call) => {
    const loaded = loadConfig(call.globals.config, desk.io.env);
    if (loaded.kind === 'faults') return faultsReply(loaded.faults, call.globals.config);
    using progress = shownProgress(desk.io, call.globals);
    const verbs = await desk.engine({ logLevel: logLevelOf(command), progress: progress?.show ?? null });
    return await work(loaded.config, verbs, call);
  };
  await answer(desk, command, onConfig, inLines);
}

/** `quarantine list`: the verb as it is written, without the program's name. */
export function verbOf(command: Command): string {
  const names: string[] = [];
  for (let each: Command | null = command; each?.parent; each = each.parent) names.unshift(each.name());
  return names.join(' ');
}

async function ended(
  desk: Desk,
  verb: string,
  call: Call,
  work: (call: Call) => Promise<Reply> | Reply,
): Promise<Reply> {
  try {
    return await work(call);
  } catch (error) {
    const by = desk.stop.by();
    if (by === null) return replyToError(error, call.globals.logLevel ?? 'info');
    return ENDS_ON_SIGNAL.has(verb) ? { result: null, problems: [], outcomes: [], text: '' } : interruptedReply(by);
  }
}

function callOf(desk: Desk, command: Command): Call {
  return {
    io: desk.io,
    signal: desk.stop.signal,
    globals: command.optsWithGlobals<Globals>(),
    startedAt: desk.io.clock.now(),
  };
}

/** The daemon tells each pass; other verbs have an answer of their own and log only what needs a look. */
function logLevelOf(command: Command): LogLevel {
  return command.optsWithGlobals<Globals>().logLevel ?? (verbOf(command) === 'daemon' ? 'info' : 'warn');
}

/** Null where nobody looks. */
export function shownProgress(io: Io, globals: Globals): ProgressLine | null {
  return globals.json || io.stderr.isTTY !== true ? null : progressLine(io.stderr);
}
