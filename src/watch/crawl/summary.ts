// What a round came to, for the verb, the status and the pages.

import type { Spent } from './budget.ts';
import type { Figures } from './figures.ts';
import type { Health } from './health.ts';
import type { VisitEnd } from './visit.ts';

/** One mirror after its visit. Times are epoch milliseconds. */
export interface MirrorSummary {
  readonly name: string;
  readonly url: string;
  readonly role: 'mirror' | 'origin';
  /** `unknown`: nobody answered, and the fault may be ours. */
  readonly end: VisitEnd | 'unknown';
  readonly health: Health;
  readonly verdicts: Readonly<Partial<Record<string, number>>>;
  readonly claims: number;
  /** Rows of its own inventory, or of its bucket's listing, that were compared. */
  readonly listed: number;
  readonly proofs: number;
  readonly spent: Spent;
  /** Of the day, this round included. */
  readonly spentToday: Spent;
  readonly behindMs: number | null;
  /** Files by class of their best signature; null where it was not judged. */
  readonly signatures: Readonly<Record<string, number>> | null;
  readonly figures: Figures;
  /** How long the last whole rotation took; null before the first. */
  readonly rotationTookMs: number | null;
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface RoundSummary {
  readonly round: number;
  readonly depth: 'sums' | 'full';
  readonly reference: 'inventory' | 'origin';
  readonly generation: number;
  readonly mirrors: readonly MirrorSummary[];
  readonly startedAt: number;
  readonly endedAt: number;
}
