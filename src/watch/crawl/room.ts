// What a round is given, and what it tells.

import type { Finding } from '../../finding/finding.ts';
import type { FindingRecord } from '../../finding/record.ts';
import type { Clock } from '../../host/clock.ts';
import type { HttpClient } from '../../host/http.ts';
import type { Budget } from './budget.ts';
import type { Reach } from './probe.ts';
import type { Reference } from './reference.ts';
import type { Classify } from './spool.ts';
import type { CrawlStore } from './store.ts';
import type { MirrorSummary } from './summary.ts';

/** A mirror as it is to be visited. */
export interface Host extends Reach {
  readonly role: 'mirror' | 'origin';
  /** Keys that sign its inventory; empty: the first one that it shows is believed from then on. */
  readonly publicKeys: readonly string[];
  /** Its own include and exclude. */
  readonly wants: (path: string) => boolean;
  readonly budget: Budget;
}

export interface RoundOptions {
  readonly hosts: readonly Host[];
  /**
   * Everybody in the configuration, also those that this round leaves out: they are asked beside a mirror in doubt, and what stands against anybody
   * else stands no more.
   */
  readonly known: readonly Host[];
  readonly depth: 'sums' | 'full';
  readonly sample: number | null;
  readonly prefix: string;
  /** Visits are shared out over so many rounds a day; 1 for one that somebody asked for. */
  readonly roundsPerDay: number;
  readonly lagMs: number;
  /** Between a doubt and the second look. */
  readonly pauseMs: number;
  /** The name of this installation, in the evidence. */
  readonly vantage: string;
  readonly seed: string;
  /** Whether the origin answered our own last pass, and when the newest good one began; for a reference that is our inventory. */
  readonly origin: { readonly isUp: boolean; readonly freshAt: number | null };
  readonly historyMs: number;
}

export interface RoundRoom {
  readonly store: CrawlStore;
  readonly reference: Reference;
  readonly findings: FindingRecord;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** At full depth: judges signatures over what a mirror sends, and the folder for what is kept meanwhile. Null: it is not asked for. */
  readonly signatures: { readonly classify: Classify; readonly folder: string } | null;
  /** The most downloaded paths, the most first. */
  readonly popular: () => readonly string[];
  /** Writes a finding down, gathers it into its incident and sees to it that people are told; all in one transaction. */
  readonly tell: (finding: Finding, round: number, now: number) => void;
}

export type RoundEvent =
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'mirror-begun'; readonly name: string; readonly url: string }
  | { readonly kind: 'mirror-asked'; readonly name: string; readonly claims: number; readonly proofs: number }
  | { readonly kind: 'mirror-done'; readonly summary: MirrorSummary };

/** The times that lateness is measured by. */
export interface Times {
  readonly asOf: number;
  readonly upSince: number;
  readonly freshAt: number;
}
