import type { StateDatabase } from '../../state/open.ts';

/** How a pass ended. `complete` and `partial` (the origin could not read some of its own files) make the mirror as fresh as their start. */
export type PassEnd = 'complete' | 'partial' | 'stopped' | 'trouble' | 'failed';

export interface PassRecord {
  readonly id: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: PassEnd | null;
  readonly generation: number | null;
  readonly sentence: string | null;
}

/** One pass with what it came to, so far as that is known: one that was killed, or that failed, says little. */
export interface PassTotals extends PassRecord {
  readonly listed: number | null;
  readonly added: number | null;
  readonly changed: number | null;
  readonly removed: number | null;
  readonly bytesFetched: number | null;
}

export interface History {
  /** The newest first. */
  recent(count: number): PassTotals[];
  begin(now: number): number;
  end(id: number, outcome: PassEnd, generation: number, sentence: string | null, counts: unknown, now: number): void;
  latest(): PassRecord | null;
  /** The start of the newest pass that made the mirror fresh: what it holds is at least as new as that. */
  lastSuccess(): number | null;
  /** The end of the oldest such pass that is still remembered. */
  firstSuccessEnd(): number | null;
  /**
   * The start of the newest pass with a complete listing, when the source or this machine has failed in one after it; else null. What the origin had
   * in between nobody saw.
   */
  blindSince(): number | null;
  prune(before: number): void;
  remember(key: string, value: string): void;
  recall(key: string): string | null;
  forget(key: string): void;
  removedSince(since: number, isSnapshot: boolean): number;
  noteRemoval(files: number, isSnapshot: boolean, now: number): void;
}

export function openHistory(database: StateDatabase): History {
  const columns = 'id, started_at AS startedAt, ended_at AS endedAt, outcome, generation, sentence';
  const begin = database.prepare<[number]>('INSERT INTO pass_history (started_at) VALUES (?)');
  const end = database.prepare(
    'UPDATE pass_history SET ended_at = ?, outcome = ?, generation = ?, sentence = ?, counts = ? WHERE id = ?',
  );
  const latest = database.prepare<[], PassRecord>(`SELECT ${columns} FROM pass_history ORDER BY id DESC LIMIT 1`);
  const count = (name: string) => `json_extract(counts, '$.${name}') AS ${name}`;
  const recent = database.prepare<[number], PassTotals>(
    `SELECT ${columns}, ${['listed', 'added', 'changed', 'removed', 'bytesFetched'].map(count).join(', ')}
     FROM pass_history ORDER BY id DESC LIMIT ?`,
  );
  const success = database.prepare<[], { at: number | null }>(
    "SELECT max(started_at) AS at FROM pass_history WHERE outcome IN ('complete', 'partial')",
  );
  const first = database.prepare<[], { at: number | null }>(
    "SELECT min(ended_at) AS at FROM pass_history WHERE outcome IN ('complete', 'partial')",
  );
  const blind = database.prepare<[], { at: number | null }>(
    `SELECT good.at FROM (SELECT max(started_at) AS at FROM pass_history WHERE outcome = 'complete') AS good
     WHERE EXISTS (SELECT 1 FROM pass_history WHERE started_at > good.at AND outcome IN ('trouble', 'failed'))`,
  );
  const prune = database.prepare<[number]>(
    'DELETE FROM pass_history WHERE started_at < ? AND id < (SELECT max(id) FROM pass_history)',
  );
  const remember = database.prepare<[string, string]>('INSERT OR REPLACE INTO pass_memory VALUES (?, ?)');
  const recall = database.prepare<[string], { value: string }>('SELECT value FROM pass_memory WHERE key = ?');
  const forget = database.prepare<[string]>('DELETE FROM pass_memory WHERE key = ?');
  const removed = database.prepare<[number, number], { n: number }>(
    'SELECT total(files) AS n FROM pass_removed WHERE at > ? AND is_snapshot = ?',
  );
  const note = database.prepare<[number, number, number]>(
    'INSERT INTO pass_removed (at, is_snapshot, files) VALUES (?, ?, ?)',
  );
  return {
    begin: (now) => Number(begin.run(now).lastInsertRowid),
    end: (id, outcome, generation, sentence, counts, now) => {
      end.run(now, outcome, generation, sentence, JSON.stringify(counts), id);
    },
    recent: (most) => recent.all(most),
    latest: () => latest.get() ?? null,
    lastSuccess: () => success.get()?.at ?? null,
    firstSuccessEnd: () => first.get()?.at ?? null,
    blindSince: () => blind.get()?.at ?? null,
    prune: (before) => {
      prune.run(before);
    },
    remember: (key, value) => {
      remember.run(key, value);
    },
    recall: (key) => recall.get(key)?.value ?? null,
    forget: (key) => {
      forget.run(key);
    },
    removedSince: (since, isSnapshot) => removed.get(since, isSnapshot ? 1 : 0)?.n ?? 0,
    noteRemoval: (files, isSnapshot, now) => {
      note.run(now, isSnapshot ? 1 : 0, files);
    },
  };
}
