// `/-/artifacts`: a box, and what was found for what was typed into it.

import type { ArtifactSearch } from '../artifact-summaries.ts';
import type { Summaries } from '../summaries.ts';
import { artifactHref, artifactLink, linked, pathLink, twinOf } from './artifact-link.ts';
import { number } from './figure.ts';
import type { Page } from './frame.ts';
import { html, type Markup } from './markup.ts';
import { emptyNote, note } from './notice.ts';
import { searchBox } from './search-box.ts';
import { code, foreign } from './text.ts';

export function artifactsPage(found: ArtifactSearch | null, { status }: Pick<Summaries, 'status'>): Page {
  return {
    title: found === null ? 'Artifacts' : `Artifacts: ${found.typed}`,
    place: 'artifacts',
    twin: found === null ? null : twinOf('q', found.typed),
    body: html`${searchBox(found?.typed ?? '')}
${found === null ? introduction(status().files) : results(found)}`,
  };
}

function introduction(files: number): Markup {
  return html`<p>${files === 0 ? 'Nothing is published here yet.' : html`${number(files)} files are published here.`} The page of an artifact tells which versions are here, with their sums and signatures, which are held back and why, and how they stand at other mirrors.</p>`;
}

function results({ typed, exact, artifacts, paths, more }: ArtifactSearch): Markup {
  if (typed.trim() === '') return emptyNote('Nothing was typed.');
  if (exact === null && artifacts.length === 0 && paths.length === 0) return nothing(typed);
  return html`${exact !== null && note('good', html`<p>Here it is: ${linked(artifactHref(exact, exact.version), code([exact.group, exact.artifact, ...(exact.version === null ? [] : [exact.version])].join(':')))}.</p>`)}
${
  artifacts.length > 0 &&
  html`<section aria-labelledby="found"><h2 id="found">Artifacts</h2>
<ul class="hits">${artifacts.map((each) => html`<li>${artifactLink(each)}</li>\n`)}</ul></section>`
}
${
  paths.length > 0 &&
  html`<section aria-labelledby="files"><h2 id="files">Files whose path begins so</h2>
<ul class="hits">${paths.map((path) => html`<li>${pathLink(path)}</li>\n`)}</ul></section>`
}
${more && html`<p class="quiet">There are more: a longer name finds fewer.</p>`}`;
}

function nothing(typed: string): Markup {
  return note(
    'plain',
    html`<p><strong>Nothing here is called ${foreign(typed, 120)}.</strong></p>
<p>It may be at the origin and come with the next pass, be left out by the filters of this mirror, or live in another repository: a build that asks this mirror gets 404 for it.</p>`,
  );
}
