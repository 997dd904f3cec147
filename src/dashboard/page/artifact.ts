// `/-/artifacts/GROUP/ARTIFACT`: which versions are here, and how each stands.

import type { ArtifactDetail, VersionRow } from '../artifact-summaries.ts';
import type { Summaries } from '../summaries.ts';
import { artifactHref, artifactTwin, linked, servedHref } from './artifact-link.ts';
import { ago, bytes, counted, number } from './figure.ts';
import type { Page } from './frame.ts';
import { html, type Markup } from './markup.ts';
import { emptyNote } from './notice.ts';
import { searchBox } from './search-box.ts';
import { sign } from './sign.ts';
import { heldSection, placesSection, stateSign, takedownNote } from './standing.ts';
import { table } from './table.ts';
import { code, foreign } from './text.ts';

type Known = Pick<Summaries, 'roles' | 'cannotSee'>;

export function artifactPage(detail: ArtifactDetail, { roles, cannotSee }: Known, now: number): Page {
  const { group, artifact, folder, versions, shown, next, downloads } = detail;
  return {
    title: `${group}:${artifact}`,
    place: 'artifacts',
    twin: artifactTwin(detail),
    lead: html`${counted(versions, 'version')} known here${downloads !== null && html`, ${counted(downloads, 'download')} counted`} · ${linked(`${servedHref(folder)}/`, 'its folder')}`,
    body: html`${takedownNote(detail.takedown, now)}
<section aria-labelledby="versions"><h2 class="titled" id="versions">Versions <span class="count">${shown.length < versions ? `${number(shown.length)} of ${number(versions)}, the newest first` : 'the newest first'}</span></h2>
${shown.length === 0 ? emptyNote('None is published or held back here.') : versionTable(detail, now)}
${next !== null && html`<p>${linked(`${artifactHref(detail)}?from=${encodeURIComponent(next)}`, html`Versions from ${foreign(next)} on`)}</p>`}</section>
${heldSection(detail.held, now)}
${placesSection(detail.mirrors, roles.crawls, cannotSee, now)}
${searchBox('')}`,
  };
}

function versionTable(detail: ArtifactDetail, now: number): Markup {
  const { shown, downloads } = detail;
  return table<VersionRow>(
    'Versions',
    [
      {
        head: 'Version',
        kind: 'name',
        cell: ({ version }) => linked(artifactHref(detail, version), code(version)),
      },
      {
        head: 'State',
        cell: ({ state, absent_since: gone }) =>
          gone === null || state !== 'served' ? stateSign(state) : sign('notice', 'served, gone at its origin'),
      },
      { head: 'Published here', from: 'middle', cell: ({ published_at: at }) => (at === null ? '' : ago(at, now)) },
      { head: 'Signature', from: 'middle', cell: ({ signature }) => signatureSign(signature) },
      { head: 'Files', kind: 'amount', from: 'wide', cell: ({ files }) => number(files) },
      { head: 'Size', kind: 'amount', from: 'wide', cell: ({ bytes: size }) => bytes(size) },
      ...(downloads === null
        ? []
        : [
            {
              head: 'Downloads',
              kind: 'amount',
              cell: ({ downloads: count }: VersionRow) => number(count ?? 0),
            } as const,
          ]),
    ],
    shown,
  );
}

const BAD = ['bad', 'revoked-hard', 'malformed'];
const QUIET = ['unsigned', 'ssh-only', 'sigstore-only'];

/** A class of README's chapter on signatures. */
export function signatureSign(signature: string | null): Markup {
  if (signature === null) return html`<span class="quiet">not judged</span>`;
  if (signature === 'good') return sign('good', 'good');
  if (QUIET.includes(signature)) return html`<span class="quiet">${signature}</span>`;
  return sign(BAD.includes(signature) ? 'critical' : 'notice', foreign(signature, 40));
}
