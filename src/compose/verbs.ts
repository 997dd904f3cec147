// What the verbs of the command line need from the installation, as types: `command/` is written against these, `installation.ts` fulfils them.

import type { Config } from '../config/schema.ts';
import type { Problem } from '../config/shape/envelope.ts';
import type { Pause, QuarantineEntry, StatusResult, Takedown } from '../config/shape/status.ts';
import type { PlanResult, SyncResult } from '../config/shape/sync.ts';
import type { DemoMirror, MirrorRequest } from '../demo/story.ts';
import type { LogLevel } from '../host/logger.ts';

/**
 * How a piece of work ended, in the words of the exit status: 0 `clean`, 1 `trouble` (done, and a trouble stands that nobody has acknowledged),
 * 2 `usage`, 3 `could-not` (network, disk, source, busy), 4 `refused` (by a guard).
 */
export type Outcome = 'clean' | 'trouble' | 'usage' | 'could-not' | 'refused';

/** A verb that came to its end. Several outcomes may apply; none means clean. A verb that could not begin throws a CodedError instead. */
export interface Done<Result> {
  readonly result: Result;
  readonly problems: readonly Problem[];
  readonly outcomes: readonly Outcome[];
}

/** What the command line gives to the installation. */
export interface VerbHost {
  readonly logLevel: LogLevel;
  /** A short line for people about what happens now, at most a few a second. Null when nobody looks: no terminal, or `--json`. */
  readonly progress: ((line: string) => void) | null;
}

export interface Waiting {
  /** How long a verb waits for the lock before it throws `busy`; 0: not at all. */
  readonly waitSeconds: number;
}

export interface Reasoned extends Waiting {
  /** For the audit trail. */
  readonly reason: string;
}

export interface SyncOptions extends Waiting {
  /** Digest of a plan that goes through the removal guard, lower-case hex; null: none. */
  readonly acceptPlan: string | null;
  /** A folder with a copy of the repository, used as a basis for copying; null: none. */
  readonly seed: string | null;
}

export interface TakedownRequest extends Waiting {
  /** Coordinates, or a repository path or prefix. */
  readonly what: string;
  readonly reason: string;
  readonly legal: boolean;
}

export interface ServedAt {
  readonly urls: readonly string[];
}

/** Every verb works on its own and beside a running daemon. All of them end early, and cleanly, when `signal` is aborted. */
export interface Verbs {
  sync(config: Config, options: SyncOptions, signal: AbortSignal): Promise<Done<SyncResult>>;
  plan(config: Config, options: SyncOptions, signal: AbortSignal): Promise<Done<PlanResult>>;
  status(config: Config, signal: AbortSignal): Promise<Done<StatusResult>>;
  quarantineList(config: Config, signal: AbortSignal): Promise<Done<{ entries: QuarantineEntry[] }>>;
  /** `entry` is an id or a repository path. Throws `quarantine-unknown`. */
  quarantineShow(config: Config, entry: string, signal: AbortSignal): Promise<Done<QuarantineEntry>>;
  /** Publishes what the gate refused, audited. */
  quarantineRelease(
    config: Config,
    entry: string,
    options: Reasoned,
    signal: AbortSignal,
  ): Promise<Done<QuarantineEntry>>;
  /** Deletes the quarantined bytes; the refusal stays remembered. */
  quarantineDrop(config: Config, entry: string, options: Waiting, signal: AbortSignal): Promise<Done<QuarantineEntry>>;
  takedownAdd(config: Config, request: TakedownRequest, signal: AbortSignal): Promise<Done<Takedown>>;
  takedownLift(config: Config, what: string, options: Reasoned, signal: AbortSignal): Promise<Done<Takedown>>;
  takedownList(config: Config, signal: AbortSignal): Promise<Done<{ takedowns: Takedown[] }>>;
  /** `until` is epoch milliseconds, or null: until `resume`. */
  pause(config: Config, until: number | null, signal: AbortSignal): Promise<Done<{ paused: Pause }>>;
  resume(config: Config, signal: AbortSignal): Promise<Done<{ was_paused: Pause | null }>>;
  /** What the demo shows: starts a mirror as `daemon` does, without its schedule; passes are made when they are asked for. */
  openMirror(config: Config, request: MirrorRequest, signal: AbortSignal): Promise<DemoMirror>;
  /** Runs until `signal` is aborted; `onReady` is called once, when it serves. */
  daemon(config: Config, onReady: (served: ServedAt) => void, signal: AbortSignal): Promise<void>;
}

/** `makeVerbs` of installation.ts. */
export type MakeVerbs = (host: VerbHost) => Verbs;
