// `/-/mirrors`: every copy of the repository that is known here, those first that something is wrong with.

import type { MirrorStanding, Summaries } from '../summaries.ts';
import { ago, counted, number } from './figure.ts';
import type { Page } from './frame.ts';
import { html, type Markup } from './markup.ts';
import { lagLine, verdictsBar } from './mirror-chart.ts';
import { mirrorLink } from './mirror-link.ts';
import { lagWords, stateSign, verdictWords } from './mirror-state.ts';
import { emptyNote } from './notice.ts';
import { sign } from './sign.ts';
import { type Column, table } from './table.ts';
import { foreign, prose } from './text.ts';

export function mirrorsPage(
  mirrors: readonly MirrorStanding[],
  { roles, cannotSee, hasList }: Summaries,
  now: number,
): Page {
  return {
    title: 'Mirrors',
    place: 'mirrors',
    lead: html`${fleetWords(mirrors)}`,
    twin: '/-/fleet.json',
    body: html`${mirrors.length === 0 ? emptyNote(roles.crawls ? 'No mirror is named in the configuration: `mirrors` lists them.' : 'This installation visits no mirrors and carries no list of them. `mirrors` and `crawl` in the configuration let it; a mirror that reports to a primary carries its list.') : table('Mirrors', columns(now), mirrors.toSorted(byTrouble))}
${mirrors.length > 0 && html`<p>${CLAIMS}</p>`}
<p class="quiet">${prose(cannotSee)}</p>
${hasList() && html`<p><a href="/-/mirrors.json">The signed list</a> is what programs read: mirrors carry it for each other, and it outlives its primary.</p>`}`,
  };
}

export const CLAIMS =
  'A proof is a body that was read to its end and hashed here. A claim is what a mirror says of itself in headers and sidecars: it finds mistakes, not attacks.';

export function fleetWords(mirrors: readonly MirrorStanding[]): string {
  const count = (state: MirrorStanding['state']) => mirrors.filter((each) => each.state === state).length;
  const parts = [
    `${number(count('good'))} good`,
    ...(count('bad') > 0 ? [`${number(count('bad'))} bad`] : []),
    ...(count('probation') > 0 ? [`${number(count('probation'))} on probation`] : []),
    ...(count('never') + count('unchecked') > 0 ? [`${number(count('never') + count('unchecked'))} not visited`] : []),
  ];
  return mirrors.length === 0 ? 'None is known here.' : `${counted(mirrors.length, 'mirror')}: ${parts.join(', ')}.`;
}

function columns(now: number): readonly Column<MirrorStanding>[] {
  return [
    { head: 'Mirror', kind: 'name', cell: ({ name }) => mirrorLink(name) },
    { head: 'State', cell: stateSign },
    { head: 'Behind', kind: 'amount', cell: ({ behind_seconds: lag }) => lagWords(lag) },
    { head: 'Lately', kind: 'graph', from: 'middle', cell: lagLine },
    { head: 'Judged', kind: 'graph', from: 'wide', cell: verdictsBar },
    { head: 'Found there', from: 'middle', cell: foundOf },
    { head: 'Proofs', kind: 'amount', from: 'wide', cell: ({ proofs }) => number(proofs) },
    { head: 'Claims', kind: 'amount', from: 'wide', cell: ({ claims }) => number(claims) },
    { head: 'Visited', from: 'middle', cell: ({ checked_at: at }) => (at === null ? 'never' : ago(at, now)) },
    {
      head: 'Where',
      from: 'wide',
      cell: ({ country, operated_by: by }) => foreign([country, by].filter(Boolean).join(', '), 60),
    },
  ];
}

/** What stands against it, before what the last visit met by the way. */
export function foundOf({ critical, troubles, verdicts, state }: MirrorStanding): Markup {
  const words = foreign(verdictWords(verdicts), 120);
  if (critical > 0) return html`${sign('critical', `${number(critical)} critical`)} ${words}`;
  if (troubles > 0) return html`${sign('warning', counted(troubles, 'trouble'))} ${words}`;
  if (state === 'never' || state === 'unchecked') return html`<span class="quiet">not known</span>`;
  return verdictWords(verdicts) === '' ? html`<span class="quiet">nothing</span>` : words;
}

const RANKS: Readonly<Record<MirrorStanding['state'], number>> = {
  bad: 0,
  probation: 2,
  good: 2,
  unchecked: 3,
  never: 3,
};

export function byTrouble(a: MirrorStanding, b: MirrorStanding): number {
  return (
    rank(a) - rank(b) ||
    b.critical - a.critical ||
    b.troubles - a.troubles ||
    (b.behind_seconds ?? 0) - (a.behind_seconds ?? 0)
  );
}

function rank({ state, troubles }: MirrorStanding): number {
  return Math.min(RANKS[state], troubles > 0 ? 1 : 3);
}
