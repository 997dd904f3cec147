// What is odd about counts that somebody else reports. Nothing here says that a mirror lies: a doubt keeps its counts out of the sums until a person
// has looked.

import { DAY } from '../host/clock.ts';
import { type Counted, countsOf, type Downloads, totalOf } from './tally.ts';

export interface Expectations {
  /** Day number. */
  readonly day: number;
  /** Totals of the same mirror on its last days. */
  readonly totals: readonly number[];
  /** What counts for this day now; null: nothing. */
  readonly before: number | null;
  /** When a version came out, milliseconds since 1970; null: nobody here knows it. */
  readonly releasedAt: (version: Counted) => number | null;
}

/** Times the usual, from so many days and downloads on. */
const JUMP = 10;
const FEWEST_DAYS = 3;
const FEWEST_DOWNLOADS = 1000;
/** No version of anything was ever fetched so often in a day from one mirror. */
const MOST_OF_A_VERSION = 5_000_000;
const UNKNOWN_RATIO = 0.2;
const SHRINK_RATIO = 0.5;

/** Sentences for people, without names of clients; empty when nothing is odd. */
export function doubtsOf(downloads: Downloads, expected: Expectations): string[] {
  const total = totalOf(downloads);
  const { early, unknown, largest } = lookAt(downloads, expected);
  const doubts: string[] = [];
  const usual = medianOf(expected.totals);
  if (expected.totals.length >= FEWEST_DAYS && total > FEWEST_DOWNLOADS && total > JUMP * usual) {
    doubts.push(`${total} downloads, usually ${usual}`);
  }
  if (largest !== null && largest.count > MOST_OF_A_VERSION)
    doubts.push(`${largest.count} downloads of ${nameOf(largest)} in a day`);
  if (early.length > 0) {
    doubts.push(`downloads of ${early.length} versions on a day before they came out, ${nameOf(early[0])} first`);
  }
  if (unknown > FEWEST_DOWNLOADS && unknown > UNKNOWN_RATIO * total)
    doubts.push(`${unknown} downloads of versions that are unknown here`);
  if (expected.before !== null && total < SHRINK_RATIO * expected.before) {
    doubts.push(`takes back ${expected.before - total} of ${expected.before} downloads that were reported before`);
  }
  return doubts;
}

function lookAt(downloads: Downloads, { day, releasedAt }: Expectations) {
  const end = (day + 1) * DAY;
  const early: Counted[] = [];
  let unknown = 0;
  let largest: Counted | null = null;
  for (const each of countsOf(downloads)) {
    const at = releasedAt(each);
    if (at === null) unknown += each.count;
    else if (at >= end) early.push(each);
    if (each.count > (largest?.count ?? 0)) largest = each;
  }
  return { early, unknown, largest };
}

function medianOf(totals: readonly number[]): number {
  const sorted = [...totals].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function nameOf(counted: Counted | undefined): string {
  return counted === undefined ? '' : `${counted.group}:${counted.artifact}:${counted.version}`;
}
