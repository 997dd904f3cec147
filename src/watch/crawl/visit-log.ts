// What visits came to, over time: for the curves and histories of pages. A row is never changed; old ones are forgotten with their rounds.

import { type StateDatabase, writing } from '../../state/open.ts';
import type { HealthState } from './health.ts';
import { type CrawlVerdict, isTrouble } from './judge.ts';
import type { MirrorSummary } from './summary.ts';

export interface Visited {
  readonly mirror: string;
  /** Epoch milliseconds, when the visit began. */
  readonly at: number;
  readonly round: number;
  readonly ended: MirrorSummary['end'];
  readonly health: HealthState;
  /** Null: its answers did not show. */
  readonly behindMs: number | null;
  readonly claims: number;
  readonly proofs: number;
  /** Answers that were trouble. */
  readonly troubles: number;
  /** Answers by verdict; empty where none was trouble. */
  readonly verdicts: Readonly<Record<string, number>>;
}

/** One round over all mirrors. */
export interface RoundTotals {
  readonly id: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly depth: 'sums' | 'full';
  readonly outcome: 'complete' | 'stopped' | null;
  readonly generation: number;
  readonly mirrors: number;
  /** Mirrors that were in trouble. */
  readonly troubled: number;
  readonly claims: number;
  readonly proofs: number;
  readonly troubles: number;
}

export interface VisitLog {
  note(round: number, summary: MirrorSummary): void;
  /** By how much it was behind at each visit since, in order of time. */
  lagSince(mirror: string, at: number): Pick<Visited, 'at' | 'behindMs'>[];
  /** Of one, the newest first. */
  of(mirror: string, count: number): Visited[];
  /** The newest first. */
  rounds(count: number): RoundTotals[];
}

type Stored = Omit<Visited, 'verdicts'> & { readonly verdicts: string };

export function openVisitLog(database: StateDatabase): VisitLog {
  const put = database.prepare(
    `INSERT OR REPLACE INTO crawl_visit (mirror, at, round, ended, health, behind_ms, claims, proofs, troubles, verdicts)
     VALUES (@mirror, @at, @round, @ended, @health, @behindMs, @claims, @proofs, @troubles, @verdicts)`,
  );
  const lagSince = database.prepare<[string, number], Pick<Visited, 'at' | 'behindMs'>>(
    'SELECT at, behind_ms AS behindMs FROM crawl_visit WHERE mirror = ? AND at >= ? ORDER BY at',
  );
  const of = database.prepare<[string, number], Stored>(
    `SELECT mirror, at, round, ended, health, behind_ms AS behindMs, claims, proofs, troubles, verdicts FROM crawl_visit
     WHERE mirror = ? ORDER BY at DESC LIMIT ?`,
  );
  const rounds = database.prepare<[number], RoundTotals>(
    `SELECT id, started_at AS startedAt, ended_at AS endedAt, depth, outcome, generation,
       count(v.mirror) AS mirrors, coalesce(sum(v.troubles > 0 OR v.ended = 'silent'), 0) AS troubled, coalesce(sum(v.claims), 0) AS claims,
       coalesce(sum(v.proofs), 0) AS proofs, coalesce(sum(v.troubles), 0) AS troubles
     FROM (SELECT * FROM crawl_round ORDER BY id DESC LIMIT ?) r LEFT JOIN crawl_visit v ON v.round = r.id
     GROUP BY r.id ORDER BY r.id DESC`,
  );
  return {
    note(round, summary) {
      const troubling = Object.entries(summary.verdicts).filter(([verdict]) => isTrouble(verdict as CrawlVerdict));
      const troubles = troubling.reduce((sum, [, count = 0]) => sum + count, 0);
      const isQuiet = troubles === 0 && summary.end !== 'silent';
      writing(database, () =>
        put.run({
          ...{ mirror: summary.name, at: summary.startedAt, round, ended: summary.end, health: summary.health.state },
          ...{ behindMs: summary.behindMs, claims: summary.claims, proofs: summary.proofs, troubles },
          verdicts: isQuiet ? '{}' : JSON.stringify(summary.verdicts),
        }),
      );
    },
    lagSince: (mirror, at) => lagSince.all(mirror, at),
    of: (mirror, count) =>
      of.all(mirror, count).map((row) => ({ ...row, verdicts: JSON.parse(row.verdicts) as Visited['verdicts'] })),
    rounds: (count) => rounds.all(count),
  };
}
