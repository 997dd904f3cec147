// How a target stands, for whoever looks: read only, and cheap enough for every scrape.

import { gauge, type MetricFamily } from '../../host/metrics.ts';
import type { StateDatabase } from '../../state/open.ts';
import { openPushHistory, type PushRecordRow } from './history.ts';
import { openStaleRecord } from './stale.ts';

export interface TargetSummary {
  readonly target: string;
  /** Up to which it has everything, save what is owed; 0: nothing yet, or of another lineage. */
  readonly generation: number;
  readonly objects: number;
  readonly owed: number;
  /** Paths that its CDN may still have as they were. */
  readonly stale: number;
  readonly latest: PushRecordRow | null;
  /** The start of the newest push that left nothing undone. */
  readonly lastSuccess: number | null;
}

export function summarize(database: StateDatabase, target: string, lineage: string): TargetSummary {
  const state = database
    .prepare<[string], { lineage: string; generation: number; objects: number }>(
      'SELECT lineage, generation, objects FROM push_target WHERE target = ?',
    )
    .get(target);
  const owed = database.prepare<[string], { n: number }>('SELECT count(*) AS n FROM push_owed WHERE target = ?');
  const history = openPushHistory(database, target);
  return {
    target,
    generation: state?.lineage === lineage ? state.generation : 0,
    objects: state?.objects ?? 0,
    owed: owed.get(target)?.n ?? 0,
    stale: openStaleRecord(database, target).countStale(),
    latest: history.latest(),
    lastSuccess: history.lastSuccess(),
  };
}

export function pushFigures(summaries: readonly TargetSummary[]): MetricFamily[] {
  const each = (value: (summary: TargetSummary) => number | null) =>
    summaries.flatMap((summary) => {
      const known = value(summary);
      return known === null ? [] : [{ labels: { target: summary.target }, value: known }];
    });
  return [
    gauge(
      'assay_push_last_success_timestamp_seconds',
      'Start of the newest push that left nothing undone.',
      each(({ lastSuccess }) => (lastSuccess === null ? null : lastSuccess / 1000)),
    ),
    gauge(
      'assay_push_generation',
      'Up to which a target has everything, save what is owed.',
      each(({ generation }) => generation),
    ),
    gauge(
      'assay_push_objects',
      'Objects that a target is known to have.',
      each(({ objects }) => objects),
    ),
    gauge(
      'assay_push_owed',
      'Paths that a target is owed: conflicts, what they hold back, refused removals.',
      each(({ owed }) => owed),
    ),
    gauge(
      'assay_push_stale_paths',
      'Paths that the CDN of a target may still have as they were.',
      each(({ stale }) => stale),
    ),
  ];
}
