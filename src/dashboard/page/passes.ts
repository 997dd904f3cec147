// `/-/passes`: every synchronisation with the origin, and what it changed.

import type { PassSummary } from '../summaries.ts';
import { ago, bytes, counted, duration, number } from './figure.ts';
import type { Page } from './frame.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { emptyNote } from './notice.ts';
import { sign } from './sign.ts';
import { type Column, table } from './table.ts';
import { foreign } from './text.ts';

export function passesPage(passes: readonly PassSummary[], now: number): Page {
  return {
    title: 'Passes',
    place: 'passes',
    lead: html`Each pass lists the origin, fetches what is new, checks it and publishes it. ${passes.length > 0 && `The newest ${counted(passes.length, 'pass', 'passes')}.`}`,
    twin: '/-/passes.json',
    body:
      passes.length === 0
        ? emptyNote('None yet: the first begins when the schedule says so, or with `assay sync`.')
        : table('Passes', columns(now), passes),
  };
}

function columns(now: number): readonly Column<PassSummary>[] {
  return [
    { head: 'Begun', kind: 'name', cell: (pass) => ago(pass.started_at, now) },
    { head: 'Ended', cell: outcomeOf },
    { head: 'Took', kind: 'amount', cell: tookOf },
    { head: 'Added', kind: 'amount', cell: ({ added }) => amount(added) },
    { head: 'Changed', kind: 'amount', from: 'middle', cell: ({ changed }) => amount(changed) },
    { head: 'Removed', kind: 'amount', from: 'middle', cell: ({ removed }) => amount(removed) },
    { head: 'Listed', kind: 'amount', from: 'wide', cell: ({ listed }) => amount(listed) },
    {
      head: 'Fetched',
      kind: 'amount',
      from: 'middle',
      cell: ({ bytes_fetched: fetched }) => (fetched === null ? '' : bytes(fetched)),
    },
    { head: 'Generation', kind: 'amount', from: 'wide', cell: ({ generation }) => amount(generation) },
    { head: 'Remark', from: 'wide', cell: ({ sentence }) => foreign(sentence) },
  ];
}

function amount(value: number | null): Piece {
  return value === null ? '' : number(value);
}

function tookOf({ started_at: from, ended_at: to }: PassSummary): string {
  return to === null ? '' : duration(Date.parse(to) - Date.parse(from));
}

function outcomeOf({ outcome }: PassSummary): Markup {
  switch (outcome) {
    case 'clean':
      return sign('good', 'clean');
    case 'running':
      return sign('notice', 'not ended');
    case 'stopped':
      return sign('notice', 'stopped');
    default:
      return sign('warning', 'not made');
  }
}
