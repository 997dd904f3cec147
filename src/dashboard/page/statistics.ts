// `/-/statistics`: what is downloaded, by whom, and how much of that was measured at all.

import type { Statistics } from '../artifact-summaries.ts';
import { type DayPoint, dayLine } from '../chart/day-line.ts';
import type { Summaries } from '../summaries.ts';
import { artifactLink } from './artifact-link.ts';
import { bytes, counted, number } from './figure.ts';
import type { Page } from './frame.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { note } from './notice.ts';
import { table } from './table.ts';
import { code, foreign } from './text.ts';

type Known = Pick<Summaries, 'roles'>;

export function statisticsPage(statistics: Statistics, { roles }: Known): Page {
  const { total } = statistics;
  return {
    title: 'Statistics',
    place: 'statistics',
    twin: '/-/statistics.json',
    lead: html`What was downloaded, as access logs tell: no cookies, no script, and no address of anybody is kept.`,
    body: total === null ? notMeasured(roles.counts) : measured(statistics, total),
  };
}

function notMeasured(counts: boolean): Markup {
  return note(
    'plain',
    html`<h2>Nothing has been measured yet</h2>
<p>${counts ? html`The access logs that ${code('stats.logs')} names have not been counted yet, or hold nothing. ${code('assay stats ingest')} counts them now, and says what it cannot read.` : html`No log is counted here. Name the access logs in ${code('stats.logs')}: of this mirror, of nginx, or of a CDN.`}</p>
<p>That nothing was measured does not mean that nothing was downloaded.</p>`,
  );
}

function measured(statistics: Statistics, total: number): Markup {
  const { from, to, measured_days: days, traffic, top } = statistics;
  return html`<div class="answers">
${figure('Downloads in 30 days', number(total), coverageOf(statistics))}
${traffic !== null && figure('Requests', number(traffic.requests), 'All that was asked for, whatever came of it.')}
${traffic !== null && traffic.bytes !== null && figure('Sent', bytes(traffic.bytes), 'Bodies of answers.')}
</div>
${days < 30 && note('plain', html`<p>${counted(30 - days, 'day')} from ${from} to ${to} ${30 - days === 1 ? 'was' : 'were'} not measured at all: the sum is not less than it says, and may be more.</p>`)}
${dayLine({ id: 'days', title: 'Downloads a day', noun: 'downloads', points: pointsOf(statistics) })}
<div class="columns">
<section aria-labelledby="top"><h2 class="titled" id="top">Downloaded most <span class="count">${from} to ${to}</span></h2>
${top.length === 0 ? html`<p class="quiet">Nothing was downloaded in these days.</p>` : topTable(top.slice(0, MOST_TOP), total)}
${top.length > MOST_TOP && html`<p class="quiet">The first ${top.length} are in <a href="/-/statistics.json">the JSON</a>.</p>`}</section>
${traffic?.families != null && Object.keys(traffic.families).length > 0 && familySection(traffic.families)}
</div>
<section aria-labelledby="raw"><h2 id="raw">For programs</h2>
<p>All days in sum: <a href="/-/stats/all.edn">all.edn</a>, <a href="/-/stats/all.json">all.json</a>; each day under ${code('/-/stats/downloads-YYYYMMDD.edn')} and ${code('.json')}, in the shape that Clojars publishes.</p></section>`;
}

function figure(question: string, value: Piece, words: Piece): Markup {
  return html`<section class="answer notice"><h2 class="question">${question}</h2><p class="figure">${value}</p><p>${words}</p></section>`;
}

/** Days before the first that was measured say nothing, but a line of two days is none. */
function pointsOf({ days }: Statistics): DayPoint[] {
  const first = days.findIndex(({ coverage }) => coverage !== 'none');
  const begin = Math.max(0, Math.min(first, days.length - LEAST_DAYS));
  return days
    .slice(begin)
    .map(({ day, downloads, coverage }) => ({ day, value: downloads, isPartial: coverage === 'partial' }));
}

function coverageOf({ measured_days: measuredDays, days, from }: Statistics): string {
  const partial = days.filter(({ day, coverage }) => day >= from && coverage === 'partial').length;
  const parts = partial === 0 ? '' : partial === measuredDays ? ', in part' : `, ${partial} of them in part`;
  return `${measuredDays} of 30 days measured${parts}.`;
}

type Top = Statistics['top'][number];

function topTable(top: readonly Top[], total: number): Markup {
  const rows = top.map((each, index) => ({ ...each, rank: index + 1 }));
  return table<Top & { readonly rank: number }>(
    'The artifacts that were downloaded most',
    [
      { head: 'Rank', kind: 'amount', from: 'middle', cell: ({ rank }) => rank },
      { head: 'Artifact', kind: 'name', cell: (each) => artifactLink(each) },
      { head: 'Downloads', kind: 'amount', cell: ({ downloads }) => number(downloads) },
      { head: 'Of all', kind: 'amount', from: 'middle', cell: ({ downloads }) => shareOf(downloads, total) },
    ],
    rows,
  );
}

/** `12.3 %`, and never 0 of what was there. */
function shareOf(part: number, total: number): string {
  const percent = total === 0 ? 0 : (100 * part) / total;
  return percent > 0 && percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(1)} %`;
}

type Families = NonNullable<NonNullable<Statistics['traffic']>['families']>;

const MOST_FAMILIES = 25;
const MOST_TOP = 25;
const LEAST_DAYS = 14;

function familySection(families: Families): Markup {
  const sorted = Object.entries(families)
    .toSorted(([, a], [, b]) => b.requests - a.requests)
    .slice(0, MOST_FAMILIES);
  return html`<section aria-labelledby="who"><h2 id="who">Who asks</h2>
<p class="quiet">By what programs say of themselves in their requests.</p>
${table<(typeof sorted)[number]>(
  'Programs that ask',
  [
    { head: 'Program', kind: 'name', cell: ([name]) => (name === 'none' ? 'nothing said' : foreign(name, 80)) },
    { head: 'Requests', kind: 'amount', cell: ([, { requests }]) => number(requests) },
    { head: 'Jars', kind: 'amount', from: 'middle', cell: ([, { jars }]) => number(jars) },
    { head: 'Sent', kind: 'amount', cell: ([, family]) => bytes(family.bytes) },
  ],
  sorted,
)}</section>`;
}
