// How mirrors stand, as figures for Prometheus. Pure.

import { counter, gauge, type MetricFamily, type Sample } from '../../host/metrics.ts';
import type { HealthState } from './health.ts';
import type { CrawlStore, MirrorRecord } from './store.ts';

const STATES: readonly HealthState[] = ['good', 'probation', 'bad', 'unchecked'];

/** `lastSuccess` is the start of the newest round that came to its end, in epoch milliseconds; null before the first. */
export function mirrorFigures(
  mirrors: readonly MirrorRecord[],
  counts: ReturnType<CrawlStore['counts']>,
  lastSuccess: number | null,
): MetricFamily[] {
  const each = (value: (mirror: MirrorRecord) => number | null): Sample[] =>
    mirrors.flatMap((mirror) => {
      const known = value(mirror);
      return known === null ? [] : [{ labels: { mirror: mirror.name }, value: known / 1000 }];
    });
  return [
    gauge(
      'assay_crawl_last_success_timestamp_seconds',
      'Start of the newest round that came to its end.',
      lastSuccess === null ? null : lastSuccess / 1000,
    ),
    gauge(
      'assay_mirror_health',
      'By mirror and state: 1 for the state that it is in.',
      mirrors.flatMap(({ name, health }) =>
        STATES.map((state) => ({ labels: { mirror: name, state }, value: health.state === state ? 1 : 0 })),
      ),
    ),
    gauge(
      'assay_mirror_behind_seconds',
      'How far a mirror is behind the newest state that anyone has seen, when it was visited last.',
      each(({ behindMs }) => behindMs),
    ),
    gauge(
      'assay_mirror_answered_timestamp_seconds',
      'When a mirror last answered the crawl.',
      each(({ answeredAt }) => answeredAt),
    ),
    counter(
      'assay_crawl_checks_total',
      'Answers of mirrors that were judged, by verdict.',
      counts.map(({ mirror, verdict, count }) => ({ labels: { mirror, verdict }, value: count })),
    ),
  ];
}
