// What one mirror says of another is a claim: somebody's word. It is checked by our own eyes before anybody is told of it.

import type { ReportedFinding } from '../report/envelope.ts';
import type { StateDatabase } from '../state/open.ts';

export interface Claim {
  readonly mirror: string;
  readonly path: string;
  readonly verdict: string;
  /** Who says so. */
  readonly reporter: string;
  readonly claimedAt: number;
}

export interface Claims {
  /** Call inside a write transaction. What is not about a path of another mirror is nothing that a look at that mirror could settle. */
  put(reporter: string, findings: readonly ReportedFinding[], now: number): void;
  /** Not checked since they were made or made again, the oldest first. */
  open(most: number): Claim[];
  settle(claim: Claim, isConfirmed: boolean, now: number): void;
}

/** A claim that was checked is not checked again for a day, however often it is repeated. */
const SETTLED_FOR_MS = 86_400_000;
const MOST_OF_A_REPORTER = 200;

export function openClaims(database: StateDatabase): Claims {
  const insert = database.prepare(
    `INSERT INTO primary_claim (mirror, path, verdict, reporter, claimed_at) VALUES (@mirror, @path, @verdict, @reporter, @now)
     ON CONFLICT (mirror, path, verdict, reporter) DO UPDATE SET claimed_at = excluded.claimed_at, checked_at = NULL, is_confirmed = NULL
     WHERE checked_at IS NOT NULL AND checked_at < excluded.claimed_at - ${SETTLED_FOR_MS}`,
  );
  const waiting = database
    .prepare<[string], number>('SELECT count(*) FROM primary_claim WHERE reporter = ? AND checked_at IS NULL')
    .pluck();
  const open = database.prepare<[number], Claim>(
    `SELECT mirror, path, verdict, reporter, claimed_at AS claimedAt FROM primary_claim WHERE checked_at IS NULL ORDER BY claimed_at, mirror, path LIMIT ?`,
  );
  const settle = database.prepare<[number, number, string, string]>(
    'UPDATE primary_claim SET checked_at = ?, is_confirmed = ? WHERE mirror = ? AND path = ? AND checked_at IS NULL',
  );
  return {
    put(reporter, findings, now) {
      let room = MOST_OF_A_REPORTER - (waiting.get(reporter) ?? 0);
      for (const { mirror, path, verdict } of findings) {
        if (mirror === null || mirror === reporter || path === null || room <= 0) continue;
        room -= insert.run({ mirror, path, verdict, reporter, now }).changes;
      }
    },
    open: (most) => open.all(most),
    settle: ({ mirror, path }, isConfirmed, now) => void settle.run(now, Number(isConfirmed), mirror, path),
  };
}
