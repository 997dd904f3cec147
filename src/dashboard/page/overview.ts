// `/-/`: is this mirror fresh, is it true, is it used, and what wants somebody now.

import type { MirrorStanding, QuarantineSummary, StatusSummary, Summaries } from '../summaries.ts';
import { answers } from './answers.ts';
import { artifactLink, pathLink } from './artifact-link.ts';
import { ago, bytes, number } from './figure.ts';
import type { Page } from './frame.ts';
import { html, type Markup } from './markup.ts';
import { mirrorLink } from './mirror-link.ts';
import { stateSign } from './mirror-state.ts';
import { byTrouble, foundOf } from './mirrors.ts';
import { note } from './notice.ts';
import { searchBox } from './search-box.ts';
import { sign } from './sign.ts';
import { table } from './table.ts';
import { code, prose, sentence } from './text.ts';
import { wantList, wantsOf } from './want.ts';

export function overviewPage(status: StatusSummary, summaries: Summaries, now: number): Page {
  const incidents = summaries.incidents(false);
  const wants = wantsOf(status, incidents, summaries, now);
  const mirrors = summaries.mirrors(now, false);
  return {
    title: 'Overview',
    place: 'overview',
    twin: '/-/status.json',
    lead: html`A mirror of a Maven repository that nobody has to trust: each file is checked against what its origin says of it before it is published here.`,
    body: html`${status.generation === 0 && FIRST_RUN}
${answers(status, incidents, mirrors, summaries, now)}
<section aria-labelledby="wants"><h2 id="wants">What wants somebody</h2>
${wants.length === 0 ? note('good', html`<p>${sign('good', 'Nothing.')} No trouble stands, and nothing waits for a decision.</p>`) : wantList(wants)}</section>
${troubledMirrors(mirrors, now)}
${heldBack(status, now)}
${mostFetched(summaries, now)}
${searchBox('')}
<p class="quiet">${prose(summaries.cannotSee)}</p>`,
  };
}

const FIRST_RUN = note(
  'plain',
  html`<h2>Nothing is published yet</h2>
<p>The first pass lists the origin, fetches everything, checks it and publishes it version by version; until it is done a build tool gets 404 for what has not come. ${code('assay sync')} begins one now, ${code('assay doctor')} says whether anything stands in its way.</p>`,
);

function heldBack({ quarantine }: StatusSummary, now: number): Markup | false {
  if (quarantine.entries === 0) return false;
  return html`<section aria-labelledby="refused"><h2 class="titled" id="refused">Refused <span class="count">newest ${number(quarantine.newest.length)} of ${number(quarantine.entries)}</span></h2>
${table<QuarantineSummary>(
  'What was refused',
  [
    { head: 'File', kind: 'name', cell: ({ path }) => pathLink(path) },
    { head: 'Verdict', cell: ({ verdict }) => verdict },
    { head: 'Why', from: 'middle', cell: (each) => sentence(each.sentence) },
    { head: 'Size', kind: 'amount', from: 'wide', cell: ({ size }) => bytes(size) },
    { head: 'Since', from: 'middle', cell: ({ since }) => ago(since, now) },
  ],
  quarantine.newest,
)}</section>`;
}

const MOST_MIRRORS = 10;

function troubledMirrors(mirrors: readonly MirrorStanding[], now: number): Markup | false {
  const troubled = mirrors.filter(({ state, troubles }) => state === 'bad' || troubles > 0).toSorted(byTrouble);
  if (troubled.length === 0) return false;
  const shown = troubled.slice(0, MOST_MIRRORS);
  return html`<section aria-labelledby="troubled"><h2 class="titled" id="troubled">Mirrors in trouble <span class="count">${number(shown.length)} of ${number(troubled.length)}, <a href="/-/mirrors">all mirrors</a></span></h2>
${table<MirrorStanding>(
  'Mirrors in trouble',
  [
    { head: 'Mirror', kind: 'name', cell: ({ name }) => mirrorLink(name) },
    { head: 'State', cell: stateSign },
    { head: 'Found there', cell: foundOf },
    { head: 'Visited', from: 'middle', cell: ({ checked_at: at }) => (at === null ? 'never' : ago(at, now)) },
  ],
  shown,
)}</section>`;
}

const MOST_FETCHED = 5;

function mostFetched(summaries: Summaries, now: number): Markup | false {
  const top = summaries.used(now)?.top.slice(0, MOST_FETCHED) ?? [];
  if (top.length === 0) return false;
  return html`<section aria-labelledby="fetched"><h2 class="titled" id="fetched">Fetched most <span class="count">last 30 days</span></h2>
${table<(typeof top)[number]>(
  'Fetched most',
  [
    { head: 'Artifact', kind: 'name', cell: artifactLink },
    { head: 'Downloads', kind: 'amount', cell: ({ downloads }) => number(downloads) },
  ],
  top,
)}
<p><a href="/-/statistics">Downloads day by day, and who asks</a></p></section>`;
}
