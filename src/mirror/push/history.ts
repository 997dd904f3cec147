import type { StateDatabase } from '../../state/open.ts';

/** How a push ended: all well; well, but something owed or refused; some objects failed; the store or this machine could not; cut short. */
export type PushEnd = 'complete' | 'owing' | 'failed' | 'trouble' | 'stopped';

export interface PushRecordRow {
  readonly id: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: PushEnd | null;
  readonly sentence: string | null;
  readonly generation: number | null;
  readonly objects: number;
  readonly bytes: number;
  readonly removed: number;
}

export interface PushCounts {
  readonly objects: number;
  readonly bytes: number;
  /** Within the guard's allowance: what an operator accepted or took down is not counted. */
  readonly removed: number;
}

export interface PushHistory {
  begin(now: number): number;
  end(id: number, outcome: PushEnd, generation: number, sentence: string | null, counts: PushCounts, now: number): void;
  latest(): PushRecordRow | null;
  /** The start of the newest push that left nothing undone: what the target has is at least as new as the tree was then. */
  lastSuccess(): number | null;
  removedSince(since: number): number;
  prune(before: number): void;
}

export function openPushHistory(database: StateDatabase, target: string): PushHistory {
  const begin = database.prepare<[string, number]>(
    'INSERT INTO push_history (target, started_at, objects, bytes, removed) VALUES (?, ?, 0, 0, 0)',
  );
  const end = database.prepare(
    `UPDATE push_history SET ended_at = ?, outcome = ?, sentence = ?, generation = ?, objects = ?, bytes = ?, removed = ? WHERE id = ?`,
  );
  const latest = database.prepare<[string], PushRecordRow>(
    `SELECT id, started_at AS startedAt, ended_at AS endedAt, outcome, sentence, generation, objects, bytes, removed
     FROM push_history WHERE target = ? ORDER BY id DESC LIMIT 1`,
  );
  const success = database.prepare<[string], { at: number | null }>(
    "SELECT max(started_at) AS at FROM push_history WHERE target = ? AND outcome IN ('complete', 'owing')",
  );
  const removed = database.prepare<[string, number], { n: number }>(
    'SELECT total(removed) AS n FROM push_history WHERE target = ? AND started_at > ?',
  );
  const prune = database.prepare<[string, number, string]>(
    'DELETE FROM push_history WHERE target = ? AND started_at < ? AND id < (SELECT max(id) FROM push_history WHERE target = ?)',
  );
  return {
    begin: (now) => Number(begin.run(target, now).lastInsertRowid),
    end: (id, outcome, generation, sentence, counts, now) => {
      end.run(now, outcome, sentence, generation, counts.objects, counts.bytes, counts.removed, id);
    },
    latest: () => latest.get(target) ?? null,
    lastSuccess: () => success.get(target)?.at ?? null,
    removedSince: (since) => removed.get(target, since)?.n ?? 0,
    prune: (before) => {
      prune.run(target, before, target);
    },
  };
}
