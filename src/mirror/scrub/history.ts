import { DAY } from '../../host/clock.ts';
import type { StateDatabase } from '../../state/open.ts';

/** One scrub, over one or more starts of the program. Times are epoch milliseconds. */
export interface ScrubRecord {
  readonly id: number;
  readonly startedAt: number;
  /** Null while it runs, or when it was cut short. */
  readonly endedAt: number | null;
  /** The path up to which, in order, everything was read. */
  readonly cursor: string;
  readonly files: number;
  readonly bytes: number;
}

export interface ScrubHistory {
  /** The newest, ended or not. */
  latest(): ScrubRecord | null;
  lastEnded(): ScrubRecord | null;
  /** The one that was cut short and is worth going on with, or null. */
  unfinished(now: number): ScrubRecord | null;
  begin(now: number): ScrubRecord;
  /** Call inside the transaction that writes down what was verified up to `cursor`. */
  advance(id: number, cursor: string, files: number, bytes: number): void;
  end(id: number, now: number): void;
}

/** What was verified before that is too old to be half of a scrub: the next one begins anew. */
const WORTH_GOING_ON_MS = 30 * DAY;
const KEPT = 100;

export function openScrubHistory(database: StateDatabase): ScrubHistory {
  const columns = 'id, started_at AS startedAt, ended_at AS endedAt, cursor, files, bytes';
  const latest = database.prepare<[], ScrubRecord>(`SELECT ${columns} FROM scrub_history ORDER BY id DESC LIMIT 1`);
  const ended = database.prepare<[], ScrubRecord>(
    `SELECT ${columns} FROM scrub_history WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT 1`,
  );
  const begin = database.prepare<[number]>(
    "INSERT INTO scrub_history (started_at, cursor, files, bytes) VALUES (?, '', 0, 0)",
  );
  const advance = database.prepare<[string, number, number, number]>(
    'UPDATE scrub_history SET cursor = ?, files = files + ?, bytes = bytes + ? WHERE id = ?',
  );
  const end = database.prepare<[number, number]>('UPDATE scrub_history SET ended_at = ? WHERE id = ?');
  const prune = database.prepare<[number]>('DELETE FROM scrub_history WHERE id <= ?');
  return {
    latest: () => latest.get() ?? null,
    lastEnded: () => ended.get() ?? null,
    unfinished(now) {
      const record = latest.get() ?? null;
      if (record === null || record.endedAt !== null) return null;
      return Math.abs(now - record.startedAt) < WORTH_GOING_ON_MS ? record : null;
    },
    begin(now) {
      const id = Number(begin.run(now).lastInsertRowid);
      return { id, startedAt: now, endedAt: null, cursor: '', files: 0, bytes: 0 };
    },
    advance: (id, cursor, files, bytes) => {
      advance.run(cursor, files, bytes, id);
    },
    end: (id, now) => {
      end.run(now, id);
      prune.run(id - KEPT);
    },
  };
}
