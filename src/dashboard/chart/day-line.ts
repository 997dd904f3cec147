// A line with a place for each day. Where a day was not measured the line is broken, and where it was measured in part the dot is hollow: a gap is
// no zero. The drawing is stretched to its place, so that all letters stand beside it as text; the exact numbers are in the table.

import { counted, number } from '../page/figure.ts';
import { html, type Markup } from '../page/markup.ts';
import { table } from '../page/table.ts';
import { ceilingFor, pathOf, short } from './scale.ts';

export interface DayPoint {
  /** `2026-11-21` */
  readonly day: string;
  /** Null: not measured. */
  readonly value: number | null;
  /** It was measured in part: the truth is not less than `value`. */
  readonly isPartial: boolean;
}

export interface DayLine {
  /** Of its own on the page: letters and `-`. */
  readonly id: string;
  readonly title: string;
  /** What is counted, many of it: `downloads`. */
  readonly noun: string;
  /** Every day of the span, oldest first; more than a day. */
  readonly points: readonly DayPoint[];
}

const WIDTH = 1000;
const HEIGHT = 200;

export function dayLine({ id, title, noun, points }: DayLine): Markup {
  const ceiling = ceilingFor(Math.max(0, ...points.map(({ value }) => value ?? 0)));
  const placed = points.map((point, index) => placeOf(point, index, points.length, ceiling));
  const line = pathOf(placed);
  const dots = (isPartial: boolean) =>
    pathOf(placed.map((each, i) => (each !== null && points[i]?.isPartial === isPartial ? each : null)).flatMap(apart));
  return html`<figure class="chart" aria-labelledby="${id}-title">
<figcaption><h3 id="${id}-title">${title}</h3><p class="quiet" id="${id}-told">${toldOf(points, noun)}</p></figcaption>
<div class="plot">
<p class="heights" aria-hidden="true"><span>${short(ceiling)}</span><span>${short(ceiling / 2)}</span><span>0</span></p>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-labelledby="${id}-name ${id}-words">
<title id="${id}-name">${title}</title><desc id="${id}-words">${toldOf(points, noun)}</desc>
<path class="rule" d="M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}"/>
<path class="line" d="${line}"/>
<path class="dots full" d="${dots(false)}"/>
<path class="dots" d="${dots(true)}"/><path class="hole" d="${dots(true)}"/>
</svg>
<p class="days" aria-hidden="true">${[0, 0.5, 1].map((share) => html`<span>${points[Math.round((points.length - 1) * share)]?.day.slice(5)}</span>`)}</p>
</div>
<details><summary>The same as a table</summary>
${tableOf(title, noun, points)}</details>
</figure>`;
}

function placeOf({ value }: DayPoint, index: number, count: number, ceiling: number) {
  if (value === null) return null;
  return { x: (WIDTH * (index + 0.5)) / count, y: HEIGHT * (1 - value / ceiling) };
}

/** Each for itself, never joined to the next. */
function apart<T>(point: T | null): (T | null)[] {
  return [point, null];
}

/** What the line shows, for whoever does not see it. */
export function toldOf(points: readonly DayPoint[], noun: string): string {
  const measured = points.filter((point): point is DayPoint & { value: number } => point.value !== null);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || measured.length === 0) return 'Nothing was measured.';
  const sorted = measured.toSorted((a, b) => a.value - b.value);
  const [least, most] = [sorted[0], sorted.at(-1)];
  const partial = measured.filter(({ isPartial }) => isPartial).length;
  const missing = points.length - measured.length;
  const range =
    least === most
      ? `${number(most?.value ?? 0)} ${noun} on ${most?.day}`
      : `between ${number(least?.value ?? 0)} (${least?.day}) and ${number(most?.value ?? 0)} ${noun} (${most?.day}) a day`;
  return [
    `From ${first.day} to ${last.day}: ${range}.`,
    ...(partial > 0
      ? [
          `${counted(partial, 'day')} (hollow) ${partial === 1 ? 'was' : 'were'} measured in part: the truth is not less.`,
        ]
      : []),
    ...(missing > 0
      ? [
          `${counted(missing, 'day')} ${missing === 1 ? 'was' : 'were'} not measured, and ${missing === 1 ? 'is' : 'are'} no zero.`,
        ]
      : []),
  ].join(' ');
}

function tableOf(title: string, noun: string, points: readonly DayPoint[]): Markup {
  return table<DayPoint>(
    title,
    [
      { head: 'Day', kind: 'name', cell: ({ day }) => html`<time datetime="${day}">${day}</time>` },
      { head: noun, kind: 'amount', cell: ({ value }) => (value === null ? '' : number(value)) },
      { head: 'Measured', cell: ({ value, isPartial }) => (value === null ? 'no' : isPartial ? 'in part' : 'whole') },
    ],
    points.toReversed(),
  );
}
