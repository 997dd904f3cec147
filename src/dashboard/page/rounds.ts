// `/-/rounds`: every crawl over the mirrors, what was asked and what was found.

import type { RoundSummary, Summaries } from '../summaries.ts';
import { ago, counted, duration, number } from './figure.ts';
import type { Page } from './frame.ts';
import { html, type Markup } from './markup.ts';
import { CLAIMS } from './mirrors.ts';
import { emptyNote } from './notice.ts';
import { sign } from './sign.ts';
import { type Column, table } from './table.ts';
import { prose } from './text.ts';

export function roundsPage(rounds: readonly RoundSummary[], { roles, cannotSee }: Summaries, now: number): Page {
  return {
    title: 'Rounds',
    place: 'rounds',
    lead: html`Each round visits every mirror and compares what it answers with what was published here. ${rounds.length > 0 && `The newest ${counted(rounds.length, 'round')}.`}`,
    twin: '/-/rounds.json',
    body: html`${rounds.length === 0 ? emptyNote(roles.crawls ? 'None yet: the first begins when the schedule says so, or with `assay crawl`.' : 'This installation makes none: `crawl` in the configuration lets it visit the mirrors.') : table('Rounds', columns(now), rounds)}
<p>${CLAIMS}</p>
<p class="quiet">${prose(cannotSee)}</p>`,
  };
}

function columns(now: number): readonly Column<RoundSummary>[] {
  return [
    { head: 'Begun', kind: 'name', cell: (round) => ago(round.started_at, now) },
    { head: 'Ended', cell: outcomeOf },
    {
      head: 'Took',
      kind: 'amount',
      from: 'middle',
      cell: ({ started_at: from, ended_at: to }) => (to === null ? '' : duration(Date.parse(to) - Date.parse(from))),
    },
    { head: 'Mirrors', kind: 'amount', cell: ({ mirrors }) => number(mirrors) },
    { head: 'In trouble', kind: 'amount', cell: ({ troubled }) => number(troubled) },
    { head: 'Proofs', kind: 'amount', from: 'middle', cell: ({ proofs }) => number(proofs) },
    { head: 'Claims', kind: 'amount', from: 'middle', cell: ({ claims }) => number(claims) },
    { head: 'Wrong answers', kind: 'amount', from: 'middle', cell: ({ troubles }) => number(troubles) },
    { head: 'Depth', from: 'wide', cell: ({ depth }) => depth },
    { head: 'Round', kind: 'amount', from: 'wide', cell: ({ round }) => number(round) },
  ];
}

function outcomeOf({ outcome, troubles }: RoundSummary): Markup {
  if (outcome === 'running') return sign('notice', 'not ended');
  if (outcome === 'stopped') return sign('notice', 'stopped');
  return troubles > 0 ? sign('warning', 'found trouble') : sign('good', 'clean');
}
