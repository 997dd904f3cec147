// The dead man's switch: that nothing is found is good news only as long as somebody looks.

import type { Finding } from '../../finding/finding.ts';
import { HOUR, isoTime } from '../../host/clock.ts';

export interface Overdue {
  readonly what: 'pass' | 'round';
  /** The longest time between two of its times. */
  readonly intervalMs: number;
  /** When the last good one began; null: none ever did. */
  readonly lastSuccessAt: number | null;
  /** Since when somebody should have: the schedule may be younger than the database. */
  readonly since: number;
}

/** So many intervals may go by, and an hour at least: an origin that is restarted wakes nobody. */
const INTERVALS = 4;
const LEAST_MS = 1 * HOUR;

/** The finding that nobody looked for too long, or null. Pure. */
export function overdue({ what, intervalMs, lastSuccessAt, since }: Overdue, now: number): Finding | null {
  const from = Math.max(lastSuccessAt ?? 0, since);
  if (now - from <= Math.max(INTERVALS * intervalMs, LEAST_MS)) return null;
  const last = lastSuccessAt === null ? 'ever' : `since ${isoTime(lastSuccessAt)}`;
  const looked = what === 'pass' ? 'gate' : 'crawl';
  return {
    ...{ foundBy: looked, verdict: `${what}-overdue`, severity: 'critical', mirror: null, path: null },
    why: `No ${what} came to a good end ${last}.`,
    ...{ expected: null, observed: null, evidence: null, blame: 'self', generation: 0 },
  };
}
