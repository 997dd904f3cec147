// How a mirror stands, in a sign and in words.

import type { MirrorStanding } from '../summaries.ts';
import { duration, number } from './figure.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { sign, type Tone } from './sign.ts';

const STATES: Readonly<Record<MirrorStanding['state'], readonly [tone: Tone, words: string]>> = {
  good: ['good', 'good'],
  probation: ['notice', 'on probation'],
  bad: ['critical', 'bad'],
  unchecked: ['unknown', 'not visited'],
  never: ['unknown', 'not yet visited'],
};

export const MEANINGS: Readonly<Record<MirrorStanding['state'], string>> = {
  good: 'Nothing that stands against it is heavy, and every path of it was asked once without one.',
  probation: 'Nothing was proven against it, and not every path of it was asked yet.',
  bad: 'It was caught with other bytes, or fails time after time: clients are not sent there.',
  unchecked: 'It asked not to be visited: nothing is known of it.',
  never: 'No round has visited it.',
};

export function stateSign({ state }: Pick<MirrorStanding, 'state'>): Markup {
  const [tone, words] = STATES[state];
  return sign(tone, words);
}

/** By how much it is behind the newest that anyone has. */
export function lagWords(seconds: number | null): Piece {
  if (seconds === null) return html`<span class="quiet">not known</span>`;
  return seconds < 60 ? 'none' : duration(seconds * 1000);
}

/** What is no trouble, and so many that it would hide the rest. */
const QUIET: ReadonlySet<string> = new Set(['ok', 'no-upstream-sum']);

/** `3 divergent, 12 missing`. */
export function verdictWords(verdicts: Readonly<Record<string, number>>): string {
  return Object.entries(verdicts)
    .filter(([verdict, count]) => !QUIET.has(verdict) && count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([verdict, count]) => `${number(count)} ${verdict}`)
    .join(', ');
}
