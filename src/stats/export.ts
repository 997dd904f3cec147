// Counts for readers: a day, the whole, and whether a day was measured at all. Reads only, so that serve processes can ask.

import { gunzipSync } from 'node:zlib';
import type { StateDatabase } from '../state/open.ts';
import { unpackDownloads } from './count-store.ts';
import { beginOf } from './day.ts';
import { readPart } from './part.ts';
import { type Recent, readRecent } from './recent.ts';
import { COUNTING_RULE } from './rule.ts';
import { OF_SCOPE, type Scope } from './scope.ts';
import { type Downloads, mergeDownloads } from './tally.ts';
import { mergeTraffic, type Traffic } from './traffic.ts';

export { type ExportFormat, exportText } from './export-text.ts';
export type { Recent } from './recent.ts';
export { statsRoutes } from './routes.ts';
export type { Scope } from './scope.ts';

/** Whether all of a day was counted, a part of it (it is not over, a log began in it, a piece was lost), or nothing. */
export type Coverage = 'full' | 'partial' | 'none';

export interface DayStatistics {
  readonly day: number;
  readonly coverage: Coverage;
  readonly rule: number;
  /** Grows whenever the day's counts change. */
  readonly revision: number;
  readonly downloads: Downloads;
  /** Null where nothing was measured. */
  readonly traffic: Traffic | null;
}

export interface Whole {
  readonly total: number;
  /** By how much it is below the most that it has ever been, without anybody having accepted that. */
  readonly shrunkBy: number;
  readonly edn: Buffer;
  readonly json: Buffer;
}

export interface DayTotal {
  readonly day: number;
  readonly coverage: Coverage;
  /** Null: not measured. */
  readonly total: number | null;
}

export interface PublishedCounts {
  /** Version of the rule of what a download is; counts of other rules are not given out. */
  readonly rule: number;
  /** What was counted for a day; `logs` are the names of the logs that ought to have told. */
  day(day: number, scope: Scope, logs: readonly string[], now: number): DayStatistics;
  /** Days that have counts, oldest first. */
  days(scope: Scope): number[];
  /** Every day of a span, both ends counted in: how much, and whether it is all. */
  totals(from: number, through: number, scope: Scope, logs: readonly string[], now: number): DayTotal[];
  /** As it was when counts last came in; null before. */
  whole(scope: Scope): Whole | null;
  /** The last thirty days, likewise. */
  recent(scope: Scope): Recent | null;
  /** Of the whole: how often each version of an artifact was fetched. */
  ofArtifact(scope: Scope, group: string, artifact: string): ReadonlyMap<string, number>;
  /** Grows with every change of any count. */
  revision(): number;
}

export function openPublishedCounts(database: StateDatabase): PublishedCounts {
  const rows = database.prepare<
    [{ scope: Scope; day: number }],
    { downloads: Buffer; traffic: string; revision: number }
  >(`SELECT downloads, traffic, revision FROM stats_day WHERE day = @day AND rule = ${COUNTING_RULE} AND ${OF_SCOPE}`);
  const days = database
    .prepare<[{ scope: Scope }], number>(`SELECT DISTINCT day FROM stats_day WHERE ${OF_SCOPE} ORDER BY day`)
    .pluck();
  const whole = database.prepare<[Scope], { total: number; highest: number; edn: Buffer; json: Buffer }>(
    'SELECT total, highest, edn, json FROM stats_whole WHERE scope = ?',
  );
  const totals = database.prepare<[{ scope: Scope; from: number; through: number }], { day: number; total: number }>(
    `SELECT day, sum(total) AS total FROM stats_day
     WHERE day >= @from AND day <= @through AND rule = ${COUNTING_RULE} AND ${OF_SCOPE} GROUP BY day`,
  );
  const revision = database.prepare<[], number>('SELECT value FROM stats_revision').pluck();
  return {
    rule: COUNTING_RULE,
    day(day, scope, logs, now) {
      const found = rows.all({ scope, day });
      const own = coverageOf(database, day, logs, now);
      return {
        day,
        coverage: own === 'none' && found.length > 0 ? 'partial' : own,
        rule: COUNTING_RULE,
        revision: Math.max(0, ...found.map((row) => row.revision)),
        downloads: mergeDownloads(found.map((row) => unpackDownloads(row.downloads))),
        traffic: found.length === 0 ? null : mergeTraffic(found.map((row) => JSON.parse(row.traffic) as Traffic)),
      };
    },
    days: (scope) => days.all({ scope }),
    totals(from, through, scope, logs, now) {
      const found = new Map(totals.all({ scope, from, through }).map(({ day, total }) => [day, total]));
      return Array.from({ length: Math.max(0, through - from + 1) }, (_, n) => {
        const day = from + n;
        const own = coverageOf(database, day, logs, now);
        const total = found.get(day) ?? (own === 'none' ? null : 0);
        return { day, total, coverage: own === 'none' && total !== null ? 'partial' : own };
      });
    },
    whole(scope) {
      const row = whole.get(scope);
      if (row === undefined) return null;
      return {
        total: row.total,
        shrunkBy: Math.max(0, row.highest - row.total),
        edn: gunzipSync(row.edn),
        json: gunzipSync(row.json),
      };
    },
    recent: (scope) => readRecent(database, scope),
    ofArtifact: (scope, group, artifact) => readPart(database, scope, group, artifact),
    revision: () => revision.get() ?? 0,
  };
}

interface Followed {
  readonly since: number;
  readonly through: number;
  readonly gapAt: number | null;
}

/** The worst of the logs decides, except that what one of them measured is not nothing. */
function coverageOf(database: StateDatabase, day: number, logs: readonly string[], now: number): Coverage {
  const log = database.prepare<[string], Followed>(
    'SELECT since, through, gap_at AS gapAt FROM stats_log WHERE log = ?',
  );
  const each = logs.map((name) => coverageBy(log.get(name), beginOf(day), beginOf(day + 1), now));
  if (each.length === 0 || each.every((coverage) => coverage === 'none')) return 'none';
  return each.every((coverage) => coverage === 'full') ? 'full' : 'partial';
}

function coverageBy(followed: Followed | undefined, begin: number, end: number, now: number): Coverage {
  if (followed === undefined || followed.since >= end || followed.through <= begin) return 'none';
  const isLost = followed.gapAt !== null && followed.gapAt >= begin && followed.gapAt < end;
  return followed.since <= begin && followed.through >= end && now >= end && !isLost ? 'full' : 'partial';
}
