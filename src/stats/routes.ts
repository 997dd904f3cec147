// `/-/stats/`: the counts as Clojars publishes its own, so that who reads those reads these.

import { type Route, type RouteAnswer, type RouteRequest, refusalAnswer } from '../host/route.ts';
import { dayName, parseDay } from './day.ts';
import type { DayStatistics, PublishedCounts, Whole } from './export.ts';
import { CONTENT_TYPES, exportText } from './export-text.ts';

const FILE = /^(?:all|downloads-(\d{8}))\.(edn|json)$/;
const CACHING = 'public, max-age=600';

/** `counts` reads; `dayOf` knows which logs ought to have told of a day. */
export function statsRoutes(
  counts: Pick<PublishedCounts, 'whole'>,
  dayOf: (day: number, now: number) => DayStatistics,
): Route[] {
  const answer = (request: RouteRequest): RouteAnswer => {
    const match = FILE.exec(request.params.file ?? '');
    const format = match?.[2] as 'edn' | 'json' | undefined;
    if (format === undefined) return unknownFile(request);
    if (match?.[1] === undefined) return wholeAnswer(request, counts.whole('all'), format);
    const day = parseDay(match[1]);
    return day === null ? unknownFile(request) : dayAnswer(request, dayOf(day, request.now), format);
  };
  return [{ method: 'GET', path: '/-/stats/:file', weight: 'page', maxBodyBytes: 0, answer }];
}

function wholeAnswer(request: RouteRequest, whole: Whole | null, format: 'edn' | 'json'): RouteAnswer {
  return whole === null ? notMeasured(request, 'anything') : countsAnswer(format, whole[format]);
}

function dayAnswer(request: RouteRequest, statistics: DayStatistics, format: 'edn' | 'json'): RouteAnswer {
  if (statistics.coverage === 'none') return notMeasured(request, dayName(statistics.day));
  const text = Buffer.from(exportText(format, statistics.downloads), 'utf8');
  const answer = countsAnswer(format, text);
  return { ...answer, headers: { ...answer.headers, 'x-assay-coverage': statistics.coverage } };
}

function countsAnswer(format: 'edn' | 'json', body: Buffer): RouteAnswer {
  const headers = {
    'content-type': CONTENT_TYPES[format],
    'cache-control': CACHING,
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body };
}

function unknownFile(request: RouteRequest): RouteAnswer {
  const detail = 'Here are all.edn, all.json, downloads-YYYYMMDD.edn and downloads-YYYYMMDD.json.';
  return refusalAnswer(request, { status: 404, type: 'stats-unknown', detail });
}

/** Nothing would say that nobody fetched anything. */
function notMeasured(request: RouteRequest, what: string): RouteAnswer {
  const detail = `Not measured: no log was counted that tells of ${what}.`;
  return refusalAnswer(request, { status: 404, type: 'stats-not-measured', detail });
}
