// The whole is always the sum of the days, never a number that is carried on: a day that is counted again cannot be counted twice. So that the sum of
// many years is not made anew each time, that of the days that are over is kept, and thrown away when one of them has changed.

import { gzipSync } from 'node:zlib';
import { type StateDatabase, writing } from '../state/open.ts';
import { packDownloads, unpackDownloads } from './count-store.ts';
import { exportText } from './export-text.ts';
import { writeParts } from './part.ts';
import { refreshRecent } from './recent.ts';
import { COUNTING_RULE } from './rule.ts';
import { OF_SCOPE, type Scope } from './scope.ts';
import { type Downloads, mergeDownloads, NO_DOWNLOADS, totalOf } from './tally.ts';

/** Late reports and logs come within so many days, mostly. */
const OPEN_DAYS = 2;

interface WholeRow {
  scope: Scope;
  through_day: number;
  base: Buffer;
  revision: number;
  highest: number;
}

/** Brings the sums up to what is counted now. `today` is a day number. Only one at a time may. */
export function refreshWholes(database: StateDatabase, today: number): void {
  const revision = database.prepare<[], number>('SELECT value FROM stats_revision').pluck().get() ?? 0;
  for (const scope of ['own', 'all'] as const) {
    refresh(database, scope, today, revision);
    refreshRecent(database, scope, today, revision);
  }
}

/** Somebody has accepted that counts are lower than they were: the whole may be so much less. */
export function acceptShrinking(database: StateDatabase, scopes: readonly Scope[], by: number): void {
  const lower = database.prepare('UPDATE stats_whole SET highest = highest - ? WHERE scope = ?');
  for (const scope of scopes) lower.run(by, scope);
}

function refresh(database: StateDatabase, scope: Scope, today: number, revision: number): void {
  const row = database.prepare<[Scope], WholeRow>('SELECT * FROM stats_whole WHERE scope = ?').get(scope);
  if (row?.revision === revision && row.through_day === today - OPEN_DAYS) return;
  if (row === undefined && !isAnyDay(database, scope)) return;
  const base = baseOf(database, scope, row, today - OPEN_DAYS);
  const whole = mergeDownloads(from(base, daysOf(database, scope, today - OPEN_DAYS, Number.MAX_SAFE_INTEGER)));
  const total = totalOf(whole);
  const next = {
    scope,
    through_day: today - OPEN_DAYS,
    base: packDownloads(base),
    revision,
    total,
    highest: Math.max(total, row?.highest ?? 0),
    edn: gzipSync(exportText('edn', whole)),
    json: gzipSync(exportText('json', whole)),
  };
  writing(database, () => {
    database
      .prepare(
        `INSERT OR REPLACE INTO stats_whole (scope, through_day, base, revision, total, highest, edn, json)
         VALUES (@scope, @through_day, @base, @revision, @total, @highest, @edn, @json)`,
      )
      .run(next);
  });
  writeParts(database, scope, whole);
}

/** The sum of all days up to and with `through`. */
function baseOf(database: StateDatabase, scope: Scope, row: WholeRow | undefined, through: number): Downloads {
  const isGood = row !== undefined && row.through_day <= through && !hasChanged(database, scope, row);
  const [known, after] = isGood ? [unpackDownloads(row.base), row.through_day] : [NO_DOWNLOADS, -1];
  return mergeDownloads(from(known, daysOf(database, scope, after, through)));
}

/** A sum of no days would say that nobody fetched anything. */
function isAnyDay(database: StateDatabase, scope: Scope): boolean {
  return database.prepare(`SELECT 1 FROM stats_day WHERE ${OF_SCOPE} LIMIT 1`).get({ scope }) !== undefined;
}

function hasChanged(database: StateDatabase, scope: Scope, row: WholeRow): boolean {
  const changed = database.prepare(
    `SELECT 1 FROM stats_day WHERE day <= @day AND revision > @revision AND ${OF_SCOPE} LIMIT 1`,
  );
  return changed.get({ scope, day: row.through_day, revision: row.revision }) !== undefined;
}

function* from(first: Downloads, rest: Iterable<Downloads>): Generator<Downloads> {
  yield first;
  yield* rest;
}

/** One at a time: the tallies of many years do not fit into memory together. */
function* daysOf(database: StateDatabase, scope: Scope, after: number, through: number): Generator<Downloads> {
  const rows = database
    .prepare<[{ scope: Scope; after: number; through: number }], Buffer>(
      `SELECT downloads FROM stats_day WHERE day > @after AND day <= @through AND rule = ${COUNTING_RULE} AND ${OF_SCOPE} ORDER BY day`,
    )
    .pluck();
  for (const downloads of rows.iterate({ scope, after, through })) yield unpackDownloads(downloads);
}
