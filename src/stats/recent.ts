// The last thirty days in sum, for pages. Made by whoever sums up the whole; the sum of the days that are over is kept, and made anew once a day.

import { type StateDatabase, writing } from '../state/open.ts';
import { packDownloads, unpackDownloads } from './count-store.ts';
import { COUNTING_RULE } from './rule.ts';
import { OF_SCOPE, type Scope } from './scope.ts';
import { type Downloads, mergeDownloads, topOf, totalOf } from './tally.ts';
import { mergeTraffic, type Traffic } from './traffic.ts';

export interface Recent {
  /** Day numbers, both counted in. */
  readonly from: number;
  readonly through: number;
  /** Days of these of which anything was measured. */
  readonly measuredDays: number;
  readonly total: number;
  /** The most fetched first, at most a hundred. */
  readonly top: readonly { readonly group: string; readonly artifact: string; readonly downloads: number }[];
  readonly traffic: Traffic;
}

const DAYS = 30;
const MOST_TOP = 100;
/** Late reports and logs come within so many days, mostly. */
const OPEN_DAYS = 2;

interface RecentRow {
  readonly from_day: number;
  readonly through_day: number;
  readonly base: Buffer;
  readonly revision: number;
  readonly measured_days: number;
  readonly total: number;
  readonly top: string;
  readonly traffic: string;
}

/** `today` is a day number, `revision` that of all counts. */
export function refreshRecent(database: StateDatabase, scope: Scope, today: number, revision: number): void {
  const row = rowOf(database, scope);
  if (row?.revision === revision && row.through_day === today) return;
  const from = today - DAYS + 1;
  const isGood = isBaseGood(database, scope, row, today);
  const base = isGood
    ? unpackDownloads(row.base)
    : mergeDownloads(downloadsOf(database, scope, from, today - OPEN_DAYS));
  const downloads = mergeDownloads(both(base, downloadsOf(database, scope, today - OPEN_DAYS + 1, today)));
  const traffics = trafficsOf(database, scope, from, today);
  const next = {
    scope,
    from_day: from,
    through_day: today,
    base: isGood ? row.base : packDownloads(base),
    revision,
    measured_days: new Set(traffics.map(({ day }) => day)).size,
    total: totalOf(downloads),
    top: JSON.stringify(topOf(downloads, MOST_TOP)),
    traffic: JSON.stringify(mergeTraffic(traffics.map(({ traffic }) => JSON.parse(traffic) as Traffic))),
  };
  writing(database, () => {
    database
      .prepare(
        `INSERT OR REPLACE INTO stats_recent (scope, from_day, through_day, base, revision, measured_days, total, top, traffic)
         VALUES (@scope, @from_day, @through_day, @base, @revision, @measured_days, @total, @top, @traffic)`,
      )
      .run(next);
  });
}

/** As it was when counts last came in; null before. */
export function readRecent(database: StateDatabase, scope: Scope): Recent | null {
  const row = rowOf(database, scope);
  if (row === undefined) return null;
  return {
    from: row.from_day,
    through: row.through_day,
    measuredDays: row.measured_days,
    total: row.total,
    top: JSON.parse(row.top) as Recent['top'],
    traffic: JSON.parse(row.traffic) as Traffic,
  };
}

function rowOf(database: StateDatabase, scope: Scope): RecentRow | undefined {
  return database.prepare<[Scope], RecentRow>('SELECT * FROM stats_recent WHERE scope = ?').get(scope);
}

/** Made today, and no day of it has changed since. */
function isBaseGood(
  database: StateDatabase,
  scope: Scope,
  row: RecentRow | undefined,
  today: number,
): row is RecentRow {
  if (row === undefined || row.through_day !== today) return false;
  const changed = database.prepare(
    `SELECT 1 FROM stats_day WHERE day >= @from AND day <= @through AND revision > @revision AND ${OF_SCOPE} LIMIT 1`,
  );
  const span = { from: row.from_day, through: today - OPEN_DAYS };
  return changed.get({ scope, revision: row.revision, ...span }) === undefined;
}

function* both(one: Downloads, others: Iterable<Downloads>): Generator<Downloads> {
  yield one;
  yield* others;
}

const OF_SPAN = `day >= @from AND day <= @through AND rule = ${COUNTING_RULE} AND ${OF_SCOPE}`;

interface Span {
  readonly scope: Scope;
  readonly from: number;
  readonly through: number;
}

/** One at a time: the tallies of many days do not fit into memory together. */
function* downloadsOf(database: StateDatabase, scope: Scope, from: number, through: number): Generator<Downloads> {
  const rows = database
    .prepare<[Span], Buffer>(`SELECT downloads FROM stats_day WHERE ${OF_SPAN} ORDER BY day`)
    .pluck();
  for (const downloads of rows.iterate({ scope, from, through })) yield unpackDownloads(downloads);
}

function trafficsOf(database: StateDatabase, scope: Scope, from: number, through: number) {
  return database
    .prepare<[Span], { day: number; traffic: string }>(
      `SELECT day, traffic FROM stats_day WHERE ${OF_SPAN} ORDER BY day`,
    )
    .all({ scope, from, through });
}
