// Days that mirrors counted and a primary believes: rows like those of our own logs, under the name of the mirror.

import type { StateDatabase } from '../state/open.ts';
import { openCounts } from './count-store.ts';
import type { DayCount } from './counter.ts';
import { MIRROR_PREFIX } from './scope.ts';
import { totalOf } from './tally.ts';
import { acceptShrinking } from './whole.ts';

/** Call inside a write transaction. A lower count than before is taken as one that somebody has accepted. */
export function putReportedDay(database: StateDatabase, mirror: string, count: DayCount): void {
  const before = totalOfDay(database, mirror, count.day) ?? 0;
  openCounts(database).replaceDay(`${MIRROR_PREFIX}${mirror}`, count);
  const less = before - totalOf(count.downloads);
  if (less > 0) acceptShrinking(database, ['all'], less);
}

/** What counts for a day of a mirror now, null when nothing does. */
export function totalOfDay(database: StateDatabase, mirror: string, day: number): number | null {
  const total = database
    .prepare<[string, number], number>('SELECT total FROM stats_day WHERE counted_by = ? AND day = ?')
    .pluck();
  return total.get(`${MIRROR_PREFIX}${mirror}`, day) ?? null;
}

/** Totals of a mirror's last days before `day`, the newest first, at most `most`. */
export function totalsBefore(database: StateDatabase, mirror: string, day: number, most: number): number[] {
  const totals = database
    .prepare<[string, number, number], number>(
      'SELECT total FROM stats_day WHERE counted_by = ? AND day < ? ORDER BY day DESC LIMIT ?',
    )
    .pluck();
  return totals.all(`${MIRROR_PREFIX}${mirror}`, day, most);
}
