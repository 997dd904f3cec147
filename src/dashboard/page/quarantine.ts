// `/-/quarantine`: what was refused and why, and what waits by itself. Nothing of it is served.

import type { Refused } from '../artifact-summaries.ts';
import type { QuarantineSummary } from '../summaries.ts';
import { pathLink } from './artifact-link.ts';
import { ago, bytes, counted, number } from './figure.ts';
import type { Page } from './frame.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { note } from './notice.ts';
import { sign } from './sign.ts';
import { heldTable } from './standing.ts';
import { table } from './table.ts';
import { code, foreign } from './text.ts';

/** The rest is in the JSON. */
const MOST_SHOWN = 200;

export function quarantinePage({ entries, deferred }: Refused, now: number): Page {
  const isEmpty = entries.length === 0 && deferred.length === 0;
  return {
    title: 'Quarantine',
    place: 'quarantine',
    twin: '/-/quarantine.json',
    lead: html`What its origin has and this mirror does not serve: build tools get 403 for it and ask the next repository.`,
    body: isEmpty
      ? note('good', html`<p>${sign('good', 'Nothing.')} Everything that came was accepted, and nothing waits.</p>`)
      : html`<section aria-labelledby="refused"><h2 class="titled" id="refused">Refused <span class="count">${countOf(entries.length)}</span></h2>
${entries.length === 0 ? html`<p class="quiet">Nothing was refused.</p>` : refusedTable(entries, now)}</section>
<section aria-labelledby="waiting"><h2 class="titled" id="waiting">Waiting, tried again by itself <span class="count">${countOf(deferred.length)}</span></h2>
${deferred.length === 0 ? html`<p class="quiet">Nothing waits.</p>` : heldTable('What waits, and for what', deferred.slice(0, MOST_SHOWN), now)}</section>`,
  };
}

function countOf(count: number): string {
  return count > MOST_SHOWN ? `the newest ${number(MOST_SHOWN)} of ${number(count)}` : counted(count, 'file');
}

function refusedTable(entries: readonly QuarantineSummary[], now: number): Markup {
  return html`<p class="quiet">Each waits for an operator: ${code('assay quarantine show ID')}, then ${code('release')} publishes it after all, ${code('drop')} forgets its bytes.</p>
${table<QuarantineSummary>(
  'What was refused',
  [
    {
      head: 'File',
      kind: 'name',
      cell: ({ path, id }) => html`${pathLink(path)}<br><span class="quiet">${code(id)}</span>`,
    },
    { head: 'Verdict', cell: ({ verdict }) => sign('warning', foreign(verdict, 60)) },
    { head: 'Why', from: 'middle', cell: whyOf },
    { head: 'Size', kind: 'amount', from: 'wide', cell: ({ size }) => bytes(size) },
    { head: 'Since', from: 'middle', cell: ({ since }) => ago(since, now) },
  ],
  entries.slice(0, MOST_SHOWN),
)}`;
}

const DIGITS = 16;

/** Both sums, as far as they help to tell them apart; whole in the JSON. */
function whyOf({ sentence, expected_sha256: expected, observed_sha256: observed }: QuarantineSummary): Piece {
  if (expected === null || observed === null) return foreign(sentence);
  return html`${foreign(sentence)}<br><span class="quiet">wanted ${code(expected.slice(0, DIGITS))}, came ${code(observed.slice(0, DIGITS))}</span>`;
}
