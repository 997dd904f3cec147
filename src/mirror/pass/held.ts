// What the origin has and we hold back: refused or deferred. Remembered by the origin's own row (size, mtime), so that nothing refused is
// fetched again until that row changes or its retry time comes; and asked by the server, which answers 403 with the verdict.

import { type StateDatabase, writing } from '../../state/open.ts';
import { WHEN_CHANGED } from '../verify/gate.ts';

export interface Held {
  readonly path: string;
  readonly unit: string;
  readonly kind: 'rejected' | 'deferred';
  readonly verdict: string;
  readonly why: string;
  readonly size: number;
  readonly mtime: number;
  /** Lower-case hex of the bytes that were judged, null when none were fetched. */
  readonly sha256: string | null;
  readonly since: number;
  readonly retryAt: number;
}

export interface HeldBack {
  find(path: string): Held | null;
  list(): Held[];
  /** At most `count` of what lies below a folder (`org/example/tool`), in path order. */
  below(folder: string, count: number): Held[];
  /** Whether anything is to be looked at again, though the listing may be the same. */
  isAnyDue(now: number): boolean;
  /** Writes down or renews; `since` stays when the path was held with the same bytes before. */
  hold(held: Omit<Held, 'since'>, passId: number, now: number): void;
  release(path: string): void;
  /** The operator has seen it and wants nothing more of it: it stays refused until the origin changes it, and holds nothing else back. */
  drop(path: string): void;
  isDropped(path: string): boolean;
  /** Drops what this pass's complete listing no longer shows; returns the paths. */
  forgetUnseen(isStillListed: (held: Held) => boolean): string[];
}

export function openHeldBack(database: StateDatabase): HeldBack {
  const columns = 'path, unit, kind, verdict, why, size, mtime, sha256, since, retry_at AS retryAt';
  const one = database.prepare<[string], Held>(`SELECT ${columns} FROM pass_held WHERE path = ?`);
  const all = database.prepare<[], Held>(`SELECT ${columns} FROM pass_held ORDER BY path`);
  const below = database.prepare<[string, string, number], Held>(
    `SELECT ${columns} FROM pass_held WHERE path >= ? AND path < ? ORDER BY path LIMIT ?`,
  );
  const due = database.prepare<[number], { path: string }>('SELECT path FROM pass_held WHERE retry_at <= ? LIMIT 1');
  const put = database.prepare(
    `INSERT INTO pass_held VALUES (@path, @unit, @kind, @verdict, @why, @size, @mtime, @sha256, @now, @retryAt, @passId, 0)
     ON CONFLICT (path) DO UPDATE SET unit = excluded.unit, kind = excluded.kind, verdict = excluded.verdict, why = excluded.why,
       size = excluded.size, mtime = excluded.mtime, retry_at = excluded.retry_at, seen = excluded.seen, sha256 = excluded.sha256,
       dropped = CASE WHEN size = excluded.size AND mtime = excluded.mtime THEN dropped ELSE 0 END,
       since = CASE WHEN sha256 IS excluded.sha256 AND size = excluded.size THEN since ELSE excluded.since END`,
  );
  const remove = database.prepare<[string]>('DELETE FROM pass_held WHERE path = ?');
  const drop = database.prepare<[number, string]>('UPDATE pass_held SET dropped = 1, retry_at = ? WHERE path = ?');
  const dropped = database.prepare<[string], { path: string }>(
    'SELECT path FROM pass_held WHERE path = ? AND dropped = 1',
  );
  return {
    find: (path) => one.get(path) ?? null,
    list: () => all.all(),
    // `0` is the byte after `/`.
    below: (folder, count) => below.all(`${folder}/`, `${folder}0`, count),
    isAnyDue: (now) => due.get(now) !== undefined,
    hold: (held, passId, now) => {
      put.run({ ...held, passId, now });
    },
    drop: (path) => {
      drop.run(WHEN_CHANGED, path);
    },
    isDropped: (path) => dropped.get(path) !== undefined,
    release: (path) => {
      remove.run(path);
    },
    forgetUnseen(isStillListed) {
      const gone = all.all().filter((held) => !isStillListed(held));
      writing(database, () => {
        for (const held of gone) remove.run(held.path);
      });
      return gone.map((held) => held.path);
    },
  };
}
