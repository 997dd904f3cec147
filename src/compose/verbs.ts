// What the verbs of the command line need from the installation, as types: `command/` is written against these, `installation.ts` fulfils them.
// Each group of verbs is declared beside the code that carries it out.

import type { Problem } from '../config/shape/envelope.ts';
import type { LogLevel } from '../host/logger.ts';
import type { BackupVerbs } from './backing-up.ts';
import type { CheckVerbs } from './checking.ts';
import type { ClientVerbs } from './clients.ts';
import type { StatsVerbs } from './counting.ts';
import type { CrawlVerbs } from './crawling.ts';
import type { DaemonVerbs } from './daemon.ts';
import type { DemoVerbs } from './demo-mirror.ts';
import type { DoctorVerbs } from './doctoring.ts';
import type { EnrollVerbs } from './enrolling.ts';
import type { IncidentVerbs } from './incidenting.ts';
import type { KeyVerbs } from './keys.ts';
import type { MirrorsVerbs } from './mirrors.ts';
import type { DriftVerbs } from './origin-drift.ts';
import type { OutlookVerbs } from './outlook.ts';
import type { PauseVerbs } from './pausing.ts';
import type { PrimaryVerbs } from './primary.ts';
import type { PushVerbs } from './pushing.ts';
import type { QuarantineVerbs } from './quarantining.ts';
import type { RebuildVerbs } from './rebuilding.ts';
import type { ReportVerbs } from './reporting.ts';
import type { VerifyVerbs } from './scrubbing.ts';
import type { SignatureVerbs } from './signatures.ts';
import type { StatusVerbs } from './status.ts';
import type { SyncVerbs } from './sync.ts';
import type { TakedownVerbs } from './taking-down.ts';
import type { TokenVerbs } from './tokens.ts';

export type { TriedArtifact } from './clients.ts';
export type { IngestRequest } from './counting.ts';
export type { ExportRequest, TopRequest } from './counts.ts';
export type { CrawlEvent, CrawlRequest } from './crawling.ts';
export type { ServedAt } from './daemon.ts';
export type { Word } from './incidenting.ts';
export type { TrustRequest } from './key-trust.ts';
export type { PushOptions } from './pushing.ts';
export type { VerifyOptions } from './scrubbing.ts';
export type { SyncOptions } from './sync.ts';
export type { TakedownRequest } from './taking-down.ts';
export type { NewTokenRequest } from './tokens.ts';

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
  /** Whoever runs the process, if not said. */
  readonly actor?: string;
}

/** Every verb works on its own and beside a running daemon. All of them end early, and cleanly, when `signal` is aborted. */
export interface Verbs
  extends SyncVerbs,
    DriftVerbs,
    StatusVerbs,
    QuarantineVerbs,
    PushVerbs,
    TakedownVerbs,
    VerifyVerbs,
    RebuildVerbs,
    SignatureVerbs,
    KeyVerbs,
    BackupVerbs,
    DoctorVerbs,
    CrawlVerbs,
    IncidentVerbs,
    OutlookVerbs,
    PauseVerbs,
    StatsVerbs,
    TokenVerbs,
    ClientVerbs,
    CheckVerbs,
    ReportVerbs,
    EnrollVerbs,
    PrimaryVerbs,
    MirrorsVerbs,
    DaemonVerbs,
    DemoVerbs {}

/** `makeVerbs` of installation.ts. */
export type MakeVerbs = (host: VerbHost) => Verbs;

/** Done, with nothing to tell. */
export function clean<Result>(result: Result): Done<Result> {
  return { result, problems: [], outcomes: ['clean'] };
}
