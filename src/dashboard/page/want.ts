// What wants somebody now, the heaviest first: standing troubles that nobody is on, and what the status of this mirror asks for. Pure.

import type { IncidentJson, StatusSummary, Summaries } from '../summaries.ts';
import { ago, counted } from './figure.ts';
import { byWeight } from './incidents.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { sign, type Tone, toneOfSeverity } from './sign.ts';
import { code, filePath, foreign, prose, sentence } from './text.ts';

export interface Want {
  readonly tone: Tone;
  readonly title: Markup;
  /** What is to be known, and what to do. */
  readonly words: Piece;
}

const MOST_INCIDENTS = 8;

export function wantsOf(
  status: StatusSummary,
  incidents: readonly IncidentJson[],
  summaries: Summaries,
  now: number,
): Want[] {
  const waiting = incidents.filter(({ acknowledged_at: taken }) => taken === null).toSorted(byWeight);
  const shown = waiting.slice(0, MOST_INCIDENTS);
  const rest = waiting.length - shown.length;
  return [
    ...shown.map((incident) => incidentWant(incident, summaries, now)),
    ...(rest > 0 ? [restWant(rest)] : []),
    ...statusWants(status, now),
  ];
}

export function wantList(wants: readonly Want[]): Markup {
  return html`<ul class="wants">${wants.map(
    ({ tone, title, words }) =>
      html`<li class="want"><div>${sign(tone, WORDS[tone])}</div><div class="what"><h3>${title}</h3>${words}</div></li>\n`,
  )}</ul>`;
}

const WORDS: Readonly<Record<Tone, string>> = {
  critical: 'critical',
  warning: 'warning',
  notice: 'notice',
  good: 'good',
  unknown: 'not known',
};

function incidentWant(incident: IncidentJson, { remedy }: Summaries, now: number): Want {
  const { id, verdict, mirror, path, why, findings, severity } = incident;
  const place = mirror === null ? 'here' : html`at ${foreign(mirror, 80)}`;
  const advice = remedy(verdict);
  return {
    tone: toneOfSeverity(severity),
    title: html`<a href="/-/incidents/${id}">${foreign(verdict, 60)} ${place}</a>`,
    words: html`${path !== null && html`<p>${filePath(path)}${findings > 1 && ` and ${findings - 1} more`}</p>`}<p>${sentence(why)} <span class="quiet">${ago(incident.opened_at, now)}</span></p>
${advice !== null && html`<p class="quiet">${prose(advice)}</p>`}`,
  };
}

function restWant(count: number): Want {
  return {
    tone: 'warning',
    title: html`<a href="/-/incidents">${counted(count, 'more trouble')}</a>`,
    words: html`<p>Nobody has taken them on yet.</p>`,
  };
}

function statusWants(status: StatusSummary, now: number): Want[] {
  const wants: Want[] = [];
  const add = (isSo: boolean, tone: Tone, title: Piece, words: Piece) => {
    if (isSo) wants.push({ tone, title: html`${title}`, words: html`<p>${words}</p>` });
  };
  const { paused, quarantine, scrub, push, report, last_attempt: attempt } = status;
  add(
    scrub.withheld > 0,
    'critical',
    `${counted(scrub.withheld, 'published file is', 'published files are')} damaged on this disk`,
    html`Not served until they are whole again. ${code('assay verify --repair')} fetches them anew.`,
  );
  add(
    attempt !== null && attempt.outcome === 'could-not',
    'warning',
    html`<a href="/-/passes">The last pass could not be made</a>`,
    html`${sentence(attempt?.sentence ?? '')}. Everything that is published stays served.`,
  );
  add(
    paused !== null,
    'notice',
    'Passes are paused',
    html`Since ${paused !== null && ago(paused.since, now)}. ${code('assay resume')} lets them go on.`,
  );
  for (const { name, owed } of push) {
    add(
      owed > 0,
      'warning',
      html`${counted(owed, 'object')} that ${foreign(name, 80)} has not as it should`,
      html`${code('assay push --plan')} says which, and why.`,
    );
  }
  add(
    (report?.refused ?? 0) > 0,
    'warning',
    `The primary refused ${counted(report?.refused ?? 0, 'report')}`,
    html`${code('assay report check')} says what it thinks of this mirror.`,
  );
  add(
    quarantine.entries > 0,
    'notice',
    html`<a href="/-/quarantine">${counted(quarantine.entries, 'refused file')} in quarantine</a>`,
    html`None of them is served. ${code('assay quarantine list')} says why; release or drop what you have looked at.`,
  );
  return wants;
}
