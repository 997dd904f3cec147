// `/-/mirrors/NAME`: one copy: how it stands, what was proven of it and what it only claims, visit by visit.

import type { MirrorDetail, Summaries, VisitSummary } from '../summaries.ts';
import { ago, at, counted, number } from './figure.ts';
import type { Page } from './frame.ts';
import { incidentTable } from './incidents.ts';
import { html, type Piece } from './markup.ts';
import { lagLine, verdictsBar } from './mirror-chart.ts';
import { lagWords, MEANINGS, stateSign, verdictWords } from './mirror-state.ts';
import { CLAIMS } from './mirrors.ts';
import { emptyNote } from './notice.ts';
import { severitySign } from './sign.ts';
import { type Column, facts, table } from './table.ts';
import { code, foreign, prose } from './text.ts';

export function mirrorPage({ mirror, visits, incidents }: MirrorDetail, summaries: Summaries, now: number): Page {
  const { name, since, reason, state } = mirror;
  const promise = summaries.promise(name);
  return {
    title: name,
    place: 'mirrors',
    twin: `/-/mirrors/${encodeURIComponent(name)}.json`,
    lead: html`${stateSign(mirror)}${since !== null && html` since ${at(since, now)}`}`,
    body: html`<p>${MEANINGS[state]}${reason !== '' && html` Last: ${foreign(reason, 500)}.`}</p>
<div class="columns">
<section aria-labelledby="facts"><h2 id="facts">What is known</h2>${facts([
      ['Address', code(mirror.url)],
      ['Where', mirror.country !== null && foreign(mirror.country, 20)],
      ['Kept by', mirror.operated_by !== null && foreign(mirror.operated_by, 80)],
      ['Behind', html`${lagWords(mirror.behind_seconds)} ${lagLine(mirror)}`],
      ['Visited', mirror.checked_at === null ? 'never' : at(mirror.checked_at, now)],
      ['Answered', mirror.answered_at !== null && at(mirror.answered_at, now)],
      ['Reported', mirror.reported_at !== null && at(mirror.reported_at, now)],
    ])}</section>
<section aria-labelledby="known"><h2 id="known">Proof and claim</h2>${facts([
      ['Proofs', html`${number(mirror.proofs)} <span class="quiet">in the last visit</span>`],
      ['Claims', html`${number(mirror.claims)} <span class="quiet">in the last visit</span>`],
      ['Judged', verdictsBar(mirror)],
    ])}
<p class="quiet">${CLAIMS}</p>
${promise !== null && html`<p>${promise}</p>`}</section>
</div>
<section aria-labelledby="stands"><h2 class="titled" id="stands">What stands against it <span class="count">${counted(incidents.length, 'incident')}</span></h2>
${incidents.length === 0 ? emptyNote('Nothing.') : incidentTable('What stands against it', incidents, now, true)}</section>
<section aria-labelledby="visits"><h2 class="titled" id="visits">Visits <span class="count">newest first</span></h2>
${visits.length === 0 ? emptyNote('None yet.') : table('Visits', columns(now), visits)}</section>
<p class="quiet">${prose(summaries.cannotSee)}</p>`,
  };
}

const ENDS: Readonly<Record<string, string>> = {
  complete: 'to its end',
  budget: 'as far as the budget went',
  'opted-out': 'it asked not to be visited',
  silent: 'no answer',
  unwelcome: 'it asked for quiet',
  unknown: 'the fault may be ours',
};

function columns(now: number): readonly Column<VisitSummary>[] {
  return [
    { head: 'When', kind: 'name', cell: (each) => ago(each.at, now) },
    { head: 'Came', from: 'middle', cell: ({ ended }) => ENDS[ended] ?? ended },
    { head: 'Found', cell: foundIn },
    { head: 'Behind', kind: 'amount', cell: ({ behind_seconds: lag }) => lagWords(lag) },
    { head: 'Proofs', kind: 'amount', from: 'middle', cell: ({ proofs }) => number(proofs) },
    { head: 'Claims', kind: 'amount', from: 'middle', cell: ({ claims }) => number(claims) },
    { head: 'Round', kind: 'amount', from: 'wide', cell: ({ round }) => number(round) },
  ];
}

function foundIn({ troubles, verdicts, ended }: VisitSummary): Piece {
  if (troubles > 0) return html`${severitySign('warning')} ${foreign(verdictWords(verdicts), 160)}`;
  return ended === 'silent' ? severitySign('warning') : html`<span class="quiet">nothing</span>`;
}
