// How a mirror's answers were judged, as one bar: what is worse is higher, so that it is seen where no colour is. A share that is smaller than a
// hair is drawn as a hair: one wrong byte in a million is what this page is for.

import { counted, number } from '../page/figure.ts';
import { html, type Markup } from '../page/markup.ts';
import type { Tone } from '../page/sign.ts';

export interface VerdictShare {
  readonly verdict: string;
  readonly count: number;
  readonly tone: Tone;
}

const WIDTH = 120;
const HEIGHT = 16;
const HAIR = 3;
const HEIGHTS: Readonly<Record<Tone, number>> = { good: 6, unknown: 6, notice: 8, warning: 12, critical: 16 };

export function verdictBar(shares: readonly VerdictShare[]): Markup {
  const shown = shares.filter(({ count }) => count > 0);
  const total = shown.reduce((sum, { count }) => sum + count, 0);
  const widths = widthsOf(shown.map(({ count }) => count / total));
  let x = 0;
  const parts = shown.map(({ tone }, index) => {
    const width = widths[index] ?? 0;
    const part = html`<rect class="${tone}" x="${x}" y="${HEIGHT - HEIGHTS[tone]}" width="${width}" height="${HEIGHTS[tone]}"/>`;
    x += width;
    return part;
  });
  return html`<svg class="bar" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img"><title>${wordsOf(shown, total)}</title>${parts}</svg>`;
}

/** `1,204 answers judged: 1,200 ok, 4 divergent` */
function wordsOf(shares: readonly VerdictShare[], total: number): string {
  if (total === 0) return 'no answer was judged yet';
  return `${counted(total, 'answer')} judged: ${shares.map(({ verdict, count }) => `${number(count)} ${verdict}`).join(', ')}`;
}

/** Whole units that fill the bar: every share has at least a hair, and the widest gives what that takes. */
function widthsOf(shares: readonly number[]): number[] {
  const widths = shares.map((share) => Math.max(HAIR, Math.round(share * WIDTH)));
  const widest = widths.indexOf(Math.max(...widths));
  const over = widths.reduce((sum, width) => sum + width, 0) - WIDTH;
  return widths.map((width, index) => (index === widest ? Math.max(HAIR, width - over) : width));
}
