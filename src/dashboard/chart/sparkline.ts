// A line as small as a word, for a row of a table that tells the newest number beside it.

import { html, type Markup } from '../page/markup.ts';
import { pathOf } from './scale.ts';

export interface Sparkline {
  /** What it shows, for whoever does not see it: `behind, last 24 rounds: now 5 min, at most 3 h`. */
  readonly title: string;
  /** Oldest first; null: not known. */
  readonly values: readonly (number | null)[];
  /** What the top means at least: many rows beside each other have the same, so that a small wave looks small. */
  readonly ceiling: number;
  /** Where it begins to be too much: drawn as a line across. */
  readonly limit?: number;
}

const WIDTH = 96;
const HEIGHT = 20;

export function sparkline({ title, values, ceiling, limit }: Sparkline): Markup {
  const top = Math.max(ceiling, ...values.map((value) => value ?? 0), 1);
  const yOf = (value: number) => 1 + (HEIGHT - 2) * (1 - value / top);
  const step = values.length > 1 ? (WIDTH - 2) / (values.length - 1) : 0;
  const points = values.map((value, index) =>
    value === null ? null : { x: Math.round(1 + step * index), y: Math.round(yOf(value)) },
  );
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img"><title>${title}</title>${limit !== undefined && html`<path class="limit" d="M0 ${Math.round(yOf(Math.min(limit, top)))}H${WIDTH}"/>`}<path d="${pathOf(points)}"/></svg>`;
}
