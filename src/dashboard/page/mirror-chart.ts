// A mirror's lag over its last visits, and how its answers were judged, each as small as a word.

import { sparkline } from '../chart/sparkline.ts';
import { verdictBar } from '../chart/verdict-bar.ts';
import type { MirrorStanding } from '../summaries.ts';
import { duration } from './figure.ts';
import type { Markup } from './markup.ts';
import type { Tone } from './sign.ts';

/** Rows beside each other have the same height of a day, so that a small lag looks small. */
const CEILING_SECONDS = 86_400;
/** When a mirror begins to lag, if the configuration says nothing else. */
const LIMIT_SECONDS = 6 * 3600;

/** Nothing before the second visit: a dot is no line. */
export function lagLine({ lag }: Pick<MirrorStanding, 'lag'>): Markup | false {
  const values = lag.map(({ behind_seconds: behind }) => behind);
  const known = values.filter((value) => value !== null);
  const last = values.at(-1);
  if (known.length < 2) return false;
  const now = last === null || last === undefined ? 'not known now' : `now ${duration(last * 1000)}`;
  const most = duration(Math.max(...known) * 1000);
  return sparkline({
    title: `Behind in its last ${values.length} visits: ${now}, at most ${most}`,
    values,
    ceiling: CEILING_SECONDS,
    limit: LIMIT_SECONDS,
  });
}

const TONES: Readonly<Record<string, Tone>> = {
  ok: 'good',
  ...{ lagging: 'notice', 'stale-known': 'notice', 'no-upstream-sum': 'notice', 'legal-block': 'notice' },
  unknown: 'unknown',
  ...{ divergent: 'critical', 'origin-changed': 'critical', 'signature-changed': 'critical' },
};
const ORDER: readonly Tone[] = ['good', 'notice', 'unknown', 'warning', 'critical'];
const MOST_VERDICTS = 30;

/** Of its last visit; the worst at the end, where the eye stops. */
export function verdictsBar({ verdicts }: Pick<MirrorStanding, 'verdicts'>): Markup | false {
  const shares = Object.entries(verdicts)
    .map(([verdict, count]) => ({ verdict: verdict.slice(0, 40), count, tone: TONES[verdict] ?? ('warning' as const) }))
    .toSorted((a, b) => ORDER.indexOf(a.tone) - ORDER.indexOf(b.tone))
    .slice(-MOST_VERDICTS);
  return shares.some(({ count }) => count > 0) && verdictBar(shares);
}
