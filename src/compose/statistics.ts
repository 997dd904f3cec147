// Downloads as pages tell them: from sums that were made when counts came in. No page adds up days.

import type { Config } from '../config/schema.ts';
import type { StatisticsResult } from '../config/shape/statistics.ts';
import type { Clock } from '../host/clock.ts';
import { dayName, dayOf } from '../stats/tally.ts';
import { logSourcesOf } from './log-sources.ts';
import type { Rooms } from './rooms.ts';

const SUMMED_DAYS = 30;
const TOLD_DAYS = 60;

export function statisticsResult(config: Config, { counts }: Rooms, clock: Pick<Clock, 'now'>): StatisticsResult {
  const now = clock.now();
  const today = dayOf(now);
  const recent = counts.recent('all');
  const logs = logSourcesOf(config, clock).map(({ name }) => name);
  const isMeasured = recent !== null && recent.measuredDays > 0;
  return {
    from: dayName(recent?.from ?? today - SUMMED_DAYS + 1),
    to: dayName(recent?.through ?? today),
    scope: 'all',
    measured_days: recent?.measuredDays ?? 0,
    total: isMeasured ? recent.total : null,
    top: [...(recent?.top ?? [])],
    traffic: isMeasured ? recent.traffic : null,
    days: counts
      .totals(today - TOLD_DAYS + 1, today, 'all', logs, now)
      .map(({ day, total, coverage }) => ({ day: dayName(day), downloads: total, coverage })),
  };
}
