// What rounds leave behind: where the rotations stand, what was spent, and how each mirror is thought of.

import { type StateDatabase, writing } from '../../state/open.ts';
import { dayOf, type Spent } from './budget.ts';
import { type Health, newHealth } from './health.ts';
import { NO_LISTING } from './listing.ts';
import type { PlanState } from './plan.ts';
import { newRotation } from './rotation.ts';
import type { MirrorSummary } from './summary.ts';
import { openVisitLog, type VisitLog } from './visit-log.ts';

export { crawlSchema } from './schema.ts';

export interface MirrorRecord {
  readonly name: string;
  readonly url: string;
  readonly state: PlanState;
  readonly health: Health;
  readonly visitedAt: number | null;
  /** When an answer last came. */
  readonly answeredAt: number | null;
  readonly behindMs: number | null;
  /** When its bytes were last found wrong. */
  readonly integrityAt: number | null;
  /** What its last visit came to. */
  readonly last: MirrorSummary | null;
}

export interface RoundRecord {
  readonly id: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly depth: 'sums' | 'full';
  readonly outcome: 'complete' | 'stopped' | null;
}

export interface Noted {
  readonly mirror: string;
  readonly path: string;
  readonly verdict: string;
  readonly blame: string;
  readonly why: string;
}

export interface CrawlStore {
  readonly visits: VisitLog;
  mirror(name: string, url: string, now: number): MirrorRecord;
  /** All that were ever visited. */
  mirrors(): MirrorRecord[];
  save(record: MirrorRecord): void;
  setHealth(name: string, health: Health): void;
  begin(depth: 'sums' | 'full', seed: string, generation: number, now: number): number;
  end(round: number, outcome: 'complete' | 'stopped', now: number): void;
  rounds(count: number): RoundRecord[];
  /** The start of the newest round that came to its end. */
  lastSuccess(): number | null;
  spent(mirror: string, now: number): Spent;
  spend(mirror: string, more: Spent, now: number): void;
  /** Adds to the counters that only go up. */
  count(mirror: string, verdicts: Readonly<Partial<Record<string, number>>>): void;
  counts(): { readonly mirror: string; readonly verdict: string; readonly count: number }[];
  note(round: number, noted: Noted, now: number): void;
  /** Rounds, spending and observations from before `until` are forgotten; findings stand elsewhere. */
  forget(until: number): void;
  recall(key: string): string | null;
  remember(key: string, value: string): void;
}

export function openCrawlStore(database: StateDatabase): CrawlStore {
  return {
    visits: openVisitLog(database),
    ...mirrorStatements(database),
    ...roundStatements(database),
    ...countStatements(database),
    ...memory(database),
  };
}

type Mirrors = Pick<CrawlStore, 'mirror' | 'mirrors' | 'save' | 'setHealth'>;

function mirrorStatements(database: StateDatabase): Mirrors {
  const one = database.prepare<[string], StoredMirror>('SELECT * FROM crawl_mirror WHERE name = ?');
  const all = database.prepare<[], StoredMirror>('SELECT * FROM crawl_mirror ORDER BY name');
  const put = database.prepare(
    `INSERT OR REPLACE INTO crawl_mirror (name, url, state, health, visited_at, answered_at, behind_ms, integrity_at, last)
     VALUES (@name, @url, @state, @health, @visitedAt, @answeredAt, @behindMs, @integrityAt, @last)`,
  );
  const health = database.prepare<[string, string]>('UPDATE crawl_mirror SET health = ? WHERE name = ?');
  return {
    mirror(name, url, now) {
      const stored = one.get(name);
      // Another address may be another machine: what was learned of the old one says nothing of it.
      return stored === undefined || stored.url !== url ? newMirror(name, url, now) : fromStored(stored);
    },
    mirrors: () => all.all().map(fromStored),
    save: (record) => {
      const { state, health: thought, last, ...rest } = record;
      const texts = { state: JSON.stringify(state), health: JSON.stringify(thought) };
      writing(database, () => put.run({ ...rest, ...texts, last: last === null ? null : JSON.stringify(last) }));
    },
    setHealth: (name, thought) => {
      writing(database, () => health.run(JSON.stringify(thought), name));
    },
  };
}

function newMirror(name: string, url: string, now: number): MirrorRecord {
  const fresh = { lineage: '', generation: 0, path: '' };
  const state: PlanState = {
    claims: newRotation(now),
    bodies: newRotation(now),
    fresh,
    indexPath: '',
    canaries: [],
    listing: { ...NO_LISTING },
  };
  const never = { visitedAt: null, answeredAt: null, behindMs: null, integrityAt: null, last: null };
  return { name, url, state, health: newHealth(now), ...never };
}

interface StoredMirror {
  readonly name: string;
  readonly url: string;
  readonly state: string;
  readonly health: string;
  readonly visited_at: number | null;
  readonly answered_at: number | null;
  readonly behind_ms: number | null;
  readonly integrity_at: number | null;
  readonly last: string | null;
}

function fromStored(row: StoredMirror): MirrorRecord {
  return {
    name: row.name,
    url: row.url,
    state: JSON.parse(row.state) as PlanState,
    health: JSON.parse(row.health) as Health,
    visitedAt: row.visited_at,
    answeredAt: row.answered_at,
    behindMs: row.behind_ms,
    integrityAt: row.integrity_at,
    last: row.last === null ? null : (JSON.parse(row.last) as MirrorSummary),
  };
}

type Rounds = Pick<CrawlStore, 'begin' | 'end' | 'rounds' | 'lastSuccess' | 'note' | 'forget'>;

function roundStatements(database: StateDatabase): Rounds {
  const begin = database.prepare(
    'INSERT INTO crawl_round (started_at, depth, seed, generation) VALUES (@now, @depth, @seed, @generation)',
  );
  const end = database.prepare<[number, string, number]>(
    'UPDATE crawl_round SET ended_at = ?, outcome = ? WHERE id = ?',
  );
  const rounds = database.prepare<[number], RoundRecord>(
    'SELECT id, started_at AS startedAt, ended_at AS endedAt, depth, outcome FROM crawl_round ORDER BY id DESC LIMIT ?',
  );
  const last = database.prepare<[], { at: number | null }>(
    "SELECT max(started_at) AS at FROM crawl_round WHERE outcome = 'complete'",
  );
  const note = database.prepare(
    `INSERT INTO crawl_observation (round, mirror, path, verdict, blame, why, at)
     VALUES (@round, @mirror, @path, @verdict, @blame, @why, @now)`,
  );
  const forget = [
    'DELETE FROM crawl_observation WHERE at < @until',
    'DELETE FROM crawl_round WHERE started_at < @until AND id < (SELECT max(id) FROM crawl_round)',
    'DELETE FROM crawl_spent WHERE day < @day',
    'DELETE FROM crawl_visit WHERE at < @until',
  ].map((sql) => database.prepare(sql));
  return {
    begin: (depth, seed, generation, now) =>
      Number(writing(database, () => begin.run({ now, depth, seed, generation }).lastInsertRowid)),
    end: (round, outcome, now) => {
      writing(database, () => end.run(now, outcome, round));
    },
    rounds: (count) => rounds.all(count),
    lastSuccess: () => last.get()?.at ?? null,
    note: (round, noted, now) => {
      note.run({ round, now, ...noted });
    },
    forget: (until) => {
      writing(database, () => {
        for (const statement of forget) statement.run({ until, day: dayOf(until) });
      });
    },
  };
}

type Counting = Pick<CrawlStore, 'spent' | 'spend' | 'count' | 'counts'>;

function countStatements(database: StateDatabase): Counting {
  const spent = database.prepare<[string, string], Spent>(
    'SELECT requests, bytes FROM crawl_spent WHERE mirror = ? AND day = ?',
  );
  const spend = database.prepare(
    `INSERT INTO crawl_spent VALUES (@mirror, @day, @requests, @bytes)
     ON CONFLICT (mirror, day) DO UPDATE SET requests = requests + excluded.requests, bytes = bytes + excluded.bytes`,
  );
  const add = database.prepare<[string, string, number]>(
    'INSERT INTO crawl_check VALUES (?, ?, ?) ON CONFLICT (mirror, verdict) DO UPDATE SET count = count + excluded.count',
  );
  const counts = database.prepare<[], { mirror: string; verdict: string; count: number }>(
    'SELECT mirror, verdict, count FROM crawl_check ORDER BY mirror, verdict',
  );
  return {
    spent: (mirror, now) => spent.get(mirror, dayOf(now)) ?? { requests: 0, bytes: 0 },
    spend: (mirror, more, now) => {
      writing(database, () => spend.run({ mirror, day: dayOf(now), ...more }));
    },
    count: (mirror, verdicts) => {
      writing(database, () => {
        for (const [verdict, count = 0] of Object.entries(verdicts)) add.run(mirror, verdict, count);
      });
    },
    counts: () => counts.all(),
  };
}

function memory(database: StateDatabase): Pick<CrawlStore, 'recall' | 'remember'> {
  const get = database.prepare<[string], { value: string }>('SELECT value FROM crawl_memory WHERE key = ?');
  const put = database.prepare<[string, string]>('INSERT OR REPLACE INTO crawl_memory VALUES (?, ?)');
  return {
    recall: (key) => get.get(key)?.value ?? null,
    remember: (key, value) => {
      writing(database, () => put.run(key, value));
    },
  };
}
