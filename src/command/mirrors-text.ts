import type { MirrorsResult } from '../config/shape/mirrors.ts';
import { duration, instant, table, withoutControls } from './text.ts';

export function mirrorsText(result: MirrorsResult, isMeasured: boolean, now: number): string {
  const { primary, made_at, expires_at, expired, source } = result;
  const age = expired ? `ran out ${instant(expires_at, now)}` : `good until ${instant(expires_at, now)}`;
  const from = source === 'remembered' ? ', the last good one' : '';
  const head = `List of ${withoutControls(primary)}${from}: made ${instant(made_at, now)}, ${age}.\n${originText(result, now)}\n\n`;
  if (result.mirrors.length === 0) return `${head}No mirror is listed.\n`;
  const measured = isMeasured ? [...result.mirrors].sort(byLatency) : result.mirrors;
  const rows = measured.map((mirror) => [
    mirror.healthy ? 'ok' : 'TROUBLE',
    mirror.name,
    mirror.url,
    mirror.country ?? '',
    mirror.operated_by,
    mirror.lag_seconds === null ? 'not known' : mirror.lag_seconds < 60 ? 'none' : duration(mirror.lag_seconds),
    ...(isMeasured ? [mirror.latency_ms === null ? (mirror.answer ?? '') : `${mirror.latency_ms} ms`] : []),
    [...Object.entries(mirror.verdicts).map(([verdict, paths]) => `${verdict} ${paths}`), ...mirror.outdated].join(
      ', ',
    ),
  ]);
  const headings = ['', 'mirror', 'url', '', 'run by', 'behind', ...(isMeasured ? ['answers in'] : []), 'against it'];
  return `${head}${table(headings, rows)}`;
}

function originText({ origin }: MirrorsResult, now: number): string {
  const { state, since, seen_by, of } = origin;
  if (state === 'unknown') return 'Nobody has told how the origin is.';
  const seen = `seen by ${seen_by} of ${of}`;
  return since === null ? `Origin ${state}, ${seen}.` : `Origin ${state} since ${instant(since, now)}, ${seen}.`;
}

/** Those that do not answer last. */
function byLatency(a: MirrorsResult['mirrors'][number], b: MirrorsResult['mirrors'][number]): number {
  return (
    Number(b.healthy) - Number(a.healthy) ||
    (a.latency_ms ?? Number.MAX_SAFE_INTEGER) - (b.latency_ms ?? Number.MAX_SAFE_INTEGER)
  );
}
