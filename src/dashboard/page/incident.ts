// `/-/incidents/ID`: one trouble: what is wrong, how we know, who is probably at fault, what to do.

import type { Bytes, EvidenceSummary, IncidentDetail, Summaries } from '../summaries.ts';
import { pathLink } from './artifact-link.ts';
import { ago, at, counted, number } from './figure.ts';
import type { Page } from './frame.ts';
import { stateOf } from './incidents.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { mirrorLink } from './mirror-link.ts';
import { emptyNote, note } from './notice.ts';
import { severitySign } from './sign.ts';
import { facts } from './table.ts';
import { code, filePath, foreign, prose, sentence } from './text.ts';

/** Evidence beyond the newest few is like them. */
const MOST_EVIDENCE = 10;

export function incidentPage(detail: IncidentDetail, summaries: Summaries, now: number): Page {
  const { incident, timeline, evidence, told } = detail;
  const { id, mirror, path, verdict } = incident;
  const isOver = incident.state === 'resolved';
  return {
    title: `Incident ${id}: ${verdict} at ${mirror ?? 'this installation'}`,
    place: 'incidents',
    twin: `/-/incidents/${id}.json`,
    lead: html`${severitySign(incident.severity)} ${stateOf(incident)} since ${at(incident.opened_at, now)}`,
    body: html`<p>${sentence(incident.why, 2000)}</p>
${path !== null && html`<p>${pathLink(path)}</p>`}
${digestsOf(detail)}
${isOver ? note('good', html`<p>It is over since ${incident.resolved_at !== null && at(incident.resolved_at, now)}. Nothing is to be done.</p>`) : whatToDo(detail, summaries)}
<div class="columns">
<section aria-labelledby="facts"><h2 id="facts">What is known</h2>${facts([
      ['Blame', summaries.blame(incident.blame)],
      ['Where', mirrorLink(mirror)],
      ['Seen', html`${counted(incident.sightings, 'time')}, last ${ago(incident.last_seen_at, now)}`],
      ['Findings', number(incident.findings)],
      ['Confirmed', incident.confirmed_at === null ? 'not yet: it was seen once' : at(incident.confirmed_at, now)],
      [
        'Taken on',
        incident.acknowledged_at !== null &&
          html`${at(incident.acknowledged_at, now)} by ${foreign(incident.acknowledged_by ?? '')}${incident.note !== null && html`: ${foreign(incident.note, 1000)}`}`,
      ],
      ['Incident', code(id)],
    ])}</section>
<section aria-labelledby="happened"><h2 id="happened">What happened</h2><ol class="timeline">${timeline.map(
      (event) =>
        html`<li class="event">${at(event.at, now)}<br><strong>${event.kind}</strong> ${foreign(event.detail, 1000)}</li>`,
    )}</ol>
${told.length > 0 && html`<h3>Who was told</h3><ul>${told.map((each) => html`<li>${foreign(each.channel)} ${ago(each.at, now)}${each.over && ': that it is over'}</li>`)}</ul>`}</section>
</div>
<section aria-labelledby="evidence"><h2 class="titled" id="evidence">Evidence <span class="count">${counted(evidence.length, 'finding')}</span></h2>
${evidence.length === 0 ? emptyNote('None is kept any more.') : evidence.slice(0, MOST_EVIDENCE).map((each, index) => evidenceOf(each, index, now))}
${evidence.length > MOST_EVIDENCE && html`<p class="quiet">${counted(evidence.length - MOST_EVIDENCE, 'more finding')} in <a href="/-/incidents/${id}.json">the JSON</a>.</p>`}</section>
<p class="quiet">${prose(summaries.cannotSee)}</p>`,
  };
}

/** The two sums, above each other, so that they can be compared by eye and copied. */
function digestsOf({ incident, evidence }: IncidentDetail): Markup | false {
  const { expected_sha256: expected, observed_sha256: observed } = incident;
  const sizes = evidence.find((each) => each.expected !== null || each.observed !== null);
  if (expected === null && observed === null && sizes === undefined) return false;
  const line = (sha256: string | null, bytes: Bytes | null | undefined) =>
    bytesWords({ size: bytes?.size ?? null, sha256: sha256 ?? bytes?.sha256 ?? null });
  return html`<section aria-labelledby="bytes"><h2 id="bytes">The bytes</h2>${facts([
    ['Expected', line(expected, sizes?.expected)],
    ['Observed', line(observed, sizes?.observed)],
  ])}</section>`;
}

function bytesWords({ size, sha256 }: Bytes): Markup {
  return html`${sha256 === null ? html`<span class="quiet">no digest: the body was not read to its end</span>` : code(sha256)}${size !== null && html` <span class="quiet">${counted(size, 'byte')}</span>`}`;
}

function whatToDo({ incident }: IncidentDetail, summaries: Summaries): Markup {
  const remedy = summaries.remedy(incident.verdict);
  const taken = incident.acknowledged_at !== null;
  return note(
    taken ? 'plain' : incident.severity === 'critical' ? 'critical' : 'warning',
    html`<h2>What to do</h2>
${remedy !== null && html`<p>${prose(remedy)}</p>`}
<p>${taken ? 'When it is mended' : 'When you are on it'}: ${code(taken ? `assay incidents resolve ${incident.id}` : `assay incidents acknowledge ${incident.id}`)}</p>`,
  );
}

function evidenceOf(found: EvidenceSummary, index: number, now: number): Markup {
  const { evidence } = found;
  const headers = Object.entries(evidence.headers);
  const pairs: readonly (readonly [string, Piece])[] = [
    ['Path', found.path !== null && filePath(found.path)],
    ['Found by', found.found_by],
    [
      'Asked',
      evidence.url !== null && html`${code(evidence.url)} ${evidence.asked_at !== null && at(evidence.asked_at, now)}`,
    ],
    ['Led to', evidence.final_url !== null && evidence.final_url !== evidence.url && code(evidence.final_url)],
    [
      'Answer',
      evidence.status !== null ? `status ${evidence.status}` : evidence.failure !== null && `none: ${evidence.failure}`,
    ],
    ['Expected', found.expected !== null && bytesWords(found.expected)],
    ['Observed', found.observed !== null && bytesWords(found.observed)],
    [
      'Headers',
      headers.length > 0 &&
        html`<pre>${headers.map(([name, value]) => html`${foreign(name)}: ${foreign(value)}\n`)}</pre>`,
    ],
  ];
  return html`<article class="sheet" aria-label="Finding ${index + 1}"><p>${foreign(found.verdict)}: ${foreign(found.why, 1000)}</p>${facts(pairs)}</article>`;
}
