// What pages are made of: the summaries of other rooms, in the words in which they are told as JSON, so that a page and its twin never differ.

import type { IncidentJson } from '../watch/incident/incident.ts';
import type { ArtifactSummaries } from './artifact-summaries.ts';

/** Handed in by who knows the rooms. Each call reads anew; what throws is told as a page that could not be made. */
export interface Summaries extends ArtifactSummaries {
  /** This installation and the version that it runs. */
  readonly name: string;
  readonly version: string;
  /** Which roles are played: what is not set up is told so, not as nothing. */
  readonly roles: { readonly mirrors: boolean; readonly crawls: boolean; readonly counts: boolean };
  /** What every page that tells of a crawl says. */
  readonly cannotSee: string;
  status(): StatusSummary;
  /** Those that stand, the newest first; with `all` also those that are over. */
  incidents(all: boolean): readonly IncidentJson[];
  /** Null: there is none of that name. `id` may be its beginning. */
  incident(id: string): IncidentDetail | null;
  /** Every mirror that is known here, those of the configuration in its order. Without `hasLag` its lag over time is left out. */
  mirrors(now: number, hasLag: boolean): readonly MirrorStanding[];
  /** Whether there is a signed list of mirrors to be read by programs. */
  hasList(): boolean;
  mirror(name: string, now: number): MirrorDetail | null;
  /** The newest first. */
  passes(): readonly PassSummary[];
  rounds(): readonly RoundSummary[];
  /** Downloads of late; null: none was counted, or nothing counts them. */
  used(now: number): UseSummary | null;
  /** What rounds can promise of a mirror, in a sentence; null before the first visit. */
  promise(name: string): string | null;
  /** What an operator should do about it, for people. */
  remedy(verdict: string): string | null;
  blame(blame: string): string;
}

export type { IncidentJson };

/** Of `assay status --json`, what pages show. */
export interface StatusSummary {
  readonly generation: number;
  readonly files: number;
  readonly bytes: number;
  readonly last_success_at: string | null;
  readonly last_attempt: Attempt | null;
  readonly running: { readonly verb: string; readonly since: string } | null;
  readonly sources: readonly SourceSummary[];
  readonly paused: { readonly since: string; readonly until: string | null } | null;
  readonly scrub: {
    readonly last_ended_at: string | null;
    readonly unfinished: { readonly began_at: string; readonly files: number } | null;
    readonly withheld: number;
  };
  readonly signatures: {
    readonly mode: 'off' | 'observe' | 'require';
    readonly classes: Readonly<Record<string, number>>;
  };
  readonly deferred: number;
  readonly absent: number;
  readonly takedowns: number;
  readonly push: readonly {
    readonly name: string;
    readonly generation: number;
    readonly last_success_at: string | null;
    readonly last_attempt: Attempt | null;
    readonly owed: number;
  }[];
  readonly origin: {
    readonly state: 'up' | 'down' | 'unknown';
    readonly since: string | null;
    readonly seen_by: number;
    readonly of: number;
  } | null;
  readonly report: { readonly waiting: number; readonly refused: number } | null;
  readonly quarantine: { readonly entries: number; readonly newest: readonly QuarantineSummary[] };
}

export interface Attempt {
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly outcome: string;
  readonly sentence: string;
}

export interface SourceSummary {
  readonly url: string;
  readonly reachable: boolean | null;
  readonly since: string | null;
  readonly sentence: string | null;
}

export interface QuarantineSummary {
  readonly id: string;
  readonly path: string;
  readonly verdict: string;
  readonly sentence: string;
  readonly size: number;
  readonly since: string;
  readonly expected_sha256: string | null;
  readonly observed_sha256: string | null;
}

/** `assay incidents show --json`. */
export interface IncidentDetail {
  readonly incident: IncidentJson;
  readonly timeline: readonly { readonly at: string; readonly kind: string; readonly detail: string }[];
  readonly evidence: readonly EvidenceSummary[];
  readonly told: readonly { readonly channel: string; readonly at: string; readonly over: boolean }[];
}

export interface EvidenceSummary {
  readonly found_by: string;
  readonly verdict: string;
  readonly mirror: string | null;
  readonly path: string | null;
  readonly why: string;
  readonly expected: Bytes | null;
  readonly observed: Bytes | null;
  readonly evidence: {
    readonly url: string | null;
    readonly final_url: string | null;
    readonly status: number | null;
    readonly failure: string | null;
    readonly headers: Readonly<Record<string, string>>;
    readonly asked_at: string | null;
  };
}

export interface Bytes {
  readonly size: number | null;
  readonly sha256: string | null;
}

/** `/-/fleet.json` has a list of these. */
export interface MirrorStanding {
  readonly name: string;
  readonly url: string;
  readonly role: 'mirror' | 'origin';
  readonly country: string | null;
  readonly operated_by: string | null;
  readonly state: 'good' | 'probation' | 'bad' | 'unchecked' | 'never';
  readonly since: string | null;
  readonly reason: string;
  readonly checked_at: string | null;
  readonly answered_at: string | null;
  readonly reported_at: string | null;
  readonly behind_seconds: number | null;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly claims: number;
  readonly proofs: number;
  readonly troubles: number;
  readonly critical: number;
  /** Oldest first. */
  readonly lag: readonly { readonly at: string; readonly behind_seconds: number | null }[];
}

/** `/-/mirrors/NAME.json`. */
export interface MirrorDetail {
  readonly mirror: MirrorStanding;
  readonly visits: readonly VisitSummary[];
  readonly incidents: readonly IncidentJson[];
}

export interface VisitSummary {
  readonly round: number;
  readonly at: string;
  readonly ended: string;
  readonly health: string;
  readonly behind_seconds: number | null;
  readonly claims: number;
  readonly proofs: number;
  readonly troubles: number;
  readonly verdicts: Readonly<Record<string, number>>;
}

export interface PassSummary {
  readonly pass: number;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly outcome: string;
  readonly sentence: string;
  readonly generation: number | null;
  readonly listed: number | null;
  readonly added: number | null;
  readonly changed: number | null;
  readonly removed: number | null;
  readonly bytes_fetched: number | null;
}

export interface RoundSummary {
  readonly round: number;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly outcome: 'complete' | 'stopped' | 'running';
  readonly depth: 'sums' | 'full';
  readonly generation: number;
  readonly mirrors: number;
  readonly troubled: number;
  readonly claims: number;
  readonly proofs: number;
  readonly troubles: number;
}

export interface UseSummary {
  /** Of the last thirty days. */
  readonly downloads: number;
  readonly measuredDays: number;
  /** The most fetched first. */
  readonly top: readonly { readonly group: string; readonly artifact: string; readonly downloads: number }[];
}
