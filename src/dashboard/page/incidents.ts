// `/-/incidents`: what stands, the worst first.

import type { IncidentJson, Summaries } from '../summaries.ts';
import { ago, counted, number } from './figure.ts';
import type { Page } from './frame.ts';
import { html, type Markup } from './markup.ts';
import { mirrorLink } from './mirror-link.ts';
import { emptyNote } from './notice.ts';
import { severitySign, sign } from './sign.ts';
import { type Column, table } from './table.ts';
import { filePath, foreign, prose } from './text.ts';

/** Beyond that a page is no longer read; all of them are in its JSON. */
const MOST_ROWS = 200;

export function incidentsPage(
  incidents: readonly IncidentJson[],
  isAll: boolean,
  { cannotSee }: Summaries,
  now: number,
): Page {
  const open = incidents.filter(({ state }) => state !== 'resolved');
  const over = incidents.filter(({ state }) => state === 'resolved');
  const other = isAll
    ? html`<a href="/-/incidents">Only what stands</a>`
    : html`<a href="/-/incidents?all">Also what is over</a>`;
  return {
    title: 'Incidents',
    place: 'incidents',
    lead: html`${summaryWords(open)} ${other}`,
    twin: isAll ? '/-/incidents.json?all' : '/-/incidents.json',
    body: html`${open.length === 0 ? emptyNote('Nothing stands: what was found is over, or nothing was.') : incidentTable('What stands', open.toSorted(byWeight), now)}
${isAll && over.length > 0 && html`<section aria-labelledby="over"><h2 class="titled" id="over">Over <span class="count">${number(over.length)}</span></h2>${incidentTable('What is over', over, now)}</section>`}
<p class="quiet">${prose(cannotSee)}</p>`,
  };
}

export function summaryWords(open: readonly IncidentJson[]): string {
  if (open.length === 0) return 'No trouble stands.';
  const critical = open.filter(({ severity }) => severity === 'critical').length;
  const waiting = open.filter(({ acknowledged_at: at }) => at === null).length;
  const words = [`${counted(open.length, 'trouble')} ${open.length === 1 ? 'stands' : 'stand'}`];
  if (critical > 0) words.push(`${number(critical)} critical`);
  words.push(waiting === 0 ? 'somebody is on every one' : `${number(waiting)} that nobody has taken on`);
  return `${words.join(', ')}.`;
}

/** `isOfOne`: all are of one mirror, which is not said in every row. */
function columns(now: number, isOfOne: boolean): readonly Column<IncidentJson>[] {
  return [
    {
      head: 'Trouble',
      kind: 'name',
      cell: (each) => html`<a href="/-/incidents/${each.id}">${foreign(each.verdict)}</a>`,
    },
    { head: 'Weight', cell: (each) => severitySign(each.severity) },
    { head: isOfOne ? 'File' : 'Where', cell: isOfOne ? ({ path }) => path !== null && filePath(path) : whereOf },
    { head: 'Since', cell: (each) => ago(each.opened_at, now) },
    { head: 'Last seen', from: 'wide', cell: (each) => ago(each.last_seen_at, now) },
    { head: 'Seen', kind: 'amount', from: 'wide', cell: (each) => number(each.sightings) },
    { head: 'Findings', kind: 'amount', from: 'wide', cell: (each) => number(each.findings) },
    { head: 'State', from: 'middle', cell: stateOf },
  ];
}

export function incidentTable(
  caption: string,
  incidents: readonly IncidentJson[],
  now: number,
  isOfOne = false,
): Markup {
  const shown = incidents.slice(0, MOST_ROWS);
  const rest = incidents.length - shown.length;
  return html`${table(caption, columns(now, isOfOne), shown)}
${rest > 0 && html`<p class="quiet">${counted(rest, 'more trouble')}, less heavy or older, in <a href="/-/incidents.json">the JSON</a>.</p>`}`;
}

function whereOf({ mirror, path }: IncidentJson): Markup {
  return html`${mirrorLink(mirror)}${path !== null && html`<br>${filePath(path)}`}`;
}

export function stateOf({ state, acknowledged_at: taken }: IncidentJson): Markup {
  if (state === 'resolved') return sign('good', 'over');
  if (taken !== null) return sign('notice', 'taken on');
  return state === 'confirmed' ? sign('warning', 'confirmed') : sign('unknown', 'open');
}

const WEIGHTS: Readonly<Record<string, number>> = { critical: 0, warning: 1, notice: 2 };

/** What nobody is on first, then the heavier, then the newer. */
export function byWeight(a: IncidentJson, b: IncidentJson): number {
  return (
    Number(a.acknowledged_at !== null) - Number(b.acknowledged_at !== null) ||
    (WEIGHTS[a.severity] ?? 3) - (WEIGHTS[b.severity] ?? 3) ||
    (a.opened_at < b.opened_at ? 1 : -1)
  );
}
