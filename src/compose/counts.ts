// The counts as they are given out: by `stats export`, by `stats top`, and under `/-/stats/`.

import type { Config } from '../config/schema.ts';
import type { StatsExportResult, StatsTopResult } from '../config/shape/stats.ts';
import type { Clock } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import { type DayStatistics, type ExportFormat, exportText, type Scope } from '../stats/export.ts';
import {
  dayName,
  dayOf,
  mergeDownloads,
  mergeTraffic,
  NO_TRAFFIC,
  nestedDownloads,
  topOf,
  totalOf,
} from '../stats/tally.ts';
import { foldersOf } from './folders.ts';
import { logSourcesOf } from './log-sources.ts';
import { openRoomsToRead, type Rooms } from './rooms.ts';
import type { Done } from './verbs.ts';

export interface ExportRequest {
  /** Null: all days. */
  readonly day: number | null;
  readonly scope: Scope;
  readonly format: ExportFormat;
}

export interface TopRequest {
  readonly days: number;
  readonly count: number;
  readonly scope: Scope;
}

export interface CountsVerbs {
  /** `text` is the export in the format that was asked for. */
  statsExport(config: Config, request: ExportRequest): Promise<Done<StatsExportResult> & { readonly text: string }>;
  statsTop(config: Config, request: TopRequest): Promise<Done<StatsTopResult>>;
}

export function countsVerbs(clock: Clock): CountsVerbs {
  return {
    statsExport: async (config, request) => exportCounts(config, request, clock),
    statsTop: async (config, request) => topCounts(config, request, clock),
  };
}

function exportCounts(
  config: Config,
  request: ExportRequest,
  clock: Clock,
): Done<StatsExportResult> & { readonly text: string } {
  using rooms = openRoomsToRead(foldersOf(config.data));
  const { day, scope, format } = request;
  const statistics = day === null ? null : statisticsOf(config, rooms, day, scope, clock);
  const measured = statistics === null ? rooms.counts.days(scope).length > 0 : statistics.coverage !== 'none';
  if (!measured) throw notMeasured(day);
  const days = day === null ? rooms.counts.days(scope) : [day];
  const each = (one: number) => rooms.counts.day(one, scope, [], 0).downloads;
  const downloads = statistics?.downloads ?? mergeDownloads(lazily(days, each));
  const shrunkBy = day === null ? (rooms.counts.whole(scope)?.shrunkBy ?? 0) : 0;
  const result = {
    day: day === null ? null : dayName(day),
    scope,
    coverage: statistics === null || statistics.coverage === 'none' ? null : statistics.coverage,
    rule: rooms.counts.rule,
    total: totalOf(downloads),
    downloads: nestedDownloads(downloads),
  };
  const text = exportText(format, downloads);
  if (shrunkBy === 0) return { result, text, problems: [], outcomes: ['clean'] };
  const sentence = `The sum of all days is ${shrunkBy} downloads lower than it has been.`;
  const remedy = 'A day was lost: restore state.db from a backup, or look into the audit trail.';
  return { result, text, problems: [{ code: 'stats-shrunk', sentence, remedy, path: null }], outcomes: ['trouble'] };
}

/** What is known of a day, judged by the logs that the configuration names. */
export function statisticsOf(
  config: Config,
  rooms: Rooms,
  day: number,
  scope: Scope,
  clock: Pick<Clock, 'now'>,
): DayStatistics {
  const logs = logSourcesOf(config, clock).map((log) => log.name);
  return rooms.counts.day(day, scope, logs, clock.now());
}

function topCounts(config: Config, request: TopRequest, clock: Clock): Done<StatsTopResult> {
  using rooms = openRoomsToRead(foldersOf(config.data));
  const today = dayOf(clock.now());
  const { days: span, scope, count } = request;
  const days = rooms.counts.days(scope).filter((day) => day > today - span && day <= today);
  const each = (day: number) => rooms.counts.day(day, scope, [], 0);
  const downloads = mergeDownloads(lazily(days, (day) => each(day).downloads));
  const traffic = mergeTraffic(lazily(days, (day) => each(day).traffic ?? NO_TRAFFIC));
  const result = {
    from: dayName(today - span + 1),
    to: dayName(today),
    scope,
    measured_days: days.length,
    total: days.length === 0 ? null : totalOf(downloads),
    top: topOf(downloads, count),
    traffic: days.length === 0 ? null : traffic,
  };
  return { result, problems: [], outcomes: ['clean'] };
}

/** One after the other: the tallies of many days do not fit into memory together. */
function* lazily<T>(days: readonly number[], read: (day: number) => T): Generator<T> {
  for (const day of days) yield read(day);
}

function notMeasured(day: number | null): CodedError {
  const what = day === null ? 'No day was measured' : `${dayName(day)} was not measured`;
  return new CodedError('stats-not-measured', `${what}: no log was counted that tells of it.`, {
    remedy: 'Name the access logs in stats.logs; `assay stats ingest` counts them.',
  });
}
