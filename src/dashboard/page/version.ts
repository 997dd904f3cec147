// `/-/artifacts/GROUP/ARTIFACT/VERSION`: its files with their sums and signatures, as whoever was told of a wrong sum wants to compare them.

import { locate } from '../../maven/layout.ts';
import type { FileDetail, VersionDetail } from '../artifact-summaries.ts';
import type { Summaries } from '../summaries.ts';
import { signatureSign } from './artifact.ts';
import { artifactHref, artifactTwin, linked, servedHref } from './artifact-link.ts';
import { ago, at, bytes, counted, number } from './figure.ts';
import type { Page } from './frame.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { emptyNote } from './notice.ts';
import { sign } from './sign.ts';
import { heldSection, placesSection, stateSign, takedownNote } from './standing.ts';
import { facts, table } from './table.ts';
import { code, foreign } from './text.ts';

type Known = Pick<Summaries, 'roles' | 'cannotSee'>;

export function versionPage(detail: VersionDetail, { roles, cannotSee }: Known, now: number): Page {
  const { group, artifact, version, files, downloads } = detail;
  const roots = files.filter(({ kind }) => kind !== 'checksum' && kind !== 'signature');
  const beside = files.filter(({ kind }) => kind === 'checksum' || kind === 'signature');
  return {
    title: `${group}:${artifact}:${version}`,
    place: 'artifacts',
    twin: artifactTwin(detail, version),
    lead: html`${stateSign(detail.state)}${downloads !== null && html` · ${counted(downloads, 'download')} counted`} · ${linked(artifactHref(detail), 'all versions')}`,
    body: html`${takedownNote(detail.takedown, now)}
${heldSection(detail.held, now)}
<section aria-labelledby="files"><h2 id="files">Files</h2>
${roots.length === 0 ? emptyNote(files.length === 0 ? 'No file of it is served here.' : 'Nothing but sums and signatures is served here.') : html`<ul class="files">${roots.map((file) => fileItem(file, now))}</ul>`}
${detail.more && html`<p class="quiet">It has more files than are told here.</p>`}</section>
${beside.length > 0 && besideSection(beside)}
${use(detail)}
${placesSection(detail.mirrors, roles.crawls, cannotSee, now)}`,
  };
}

function fileItem(file: FileDetail, now: number): Markup {
  const { path, size, damaged, absent_since: gone } = file;
  return html`<li class="sheet"><h3>${linked(servedHref(path), code(nameOf(path)))} <span class="quiet">${bytes(size)} (${number(size)} bytes)</span></h3>
${damaged !== null && html`<p>${sign('critical', foreign(damaged, 60))} Damaged on this disk: answered 403 until it is whole again.</p>`}
${gone !== null && html`<p>${sign('notice', 'gone at its origin')} since ${at(gone, now)}; served still.</p>`}
${facts([
  ['SHA-256', code(file.sha256)],
  ['SHA-1', code(file.sha1)],
  ['MD5', file.md5 !== null && code(file.md5)],
  ['SHA-512', file.sha512 !== null && code(file.sha512)],
  ['Sums of the origin', UPSTREAM[file.upstream_sum] ?? foreign(file.upstream_sum)],
  ['Signature', signatureOf(file, now)],
  ['Published here', at(file.published_at, now)],
  ['Bytes read last', at(file.verified_at, now)],
])}</li>\n`;
}

const UPSTREAM: Readonly<Record<string, Markup>> = {
  matched: sign('good', 'match these bytes'),
  absent: sign('notice', 'it has none'),
  mismatched: html`${sign('warning', 'one says otherwise')}, and is served as the origin has it`,
  unchecked: sign('unknown', 'not compared'),
};

function signatureOf({ signature }: FileDetail, now: number): Piece {
  if (signature === null) return signatureSign(null);
  const { class: judged, weak, trusted, continuity, certificate, issuer, signed_at: signedAt } = signature;
  const by = certificate ?? issuer;
  return html`${signatureSign(judged)}${by !== null && html` by ${code(by)}`}${signedAt !== null && html`, made ${ago(signedAt, now)}`}${weak === true && ', weak digest or key'}${trusted === true && ', a key that the keysmap allows'}${trusted === false && ', a key that the keysmap does not name'}${continuity === 'new' && ', the first of this signer here'}${continuity === 'changed' && html`, ${sign('warning', 'another signer than before')}`}${continuity === 'stripped' && html`, ${sign('warning', 'it had a signature before')}`}`;
}

function besideSection(files: readonly FileDetail[]): Markup {
  return html`<section aria-labelledby="beside"><details><summary id="beside">${counted(files.length, 'sum or signature', 'sums and signatures')} beside them</summary>
${table<FileDetail>(
  'Sums and signatures',
  [
    { head: 'File', kind: 'name', cell: ({ path }) => linked(servedHref(path), code(nameOf(path))) },
    { head: 'Size', kind: 'amount', cell: ({ size }) => bytes(size) },
    { head: 'SHA-256', from: 'wide', cell: ({ sha256 }) => code(sha256) },
  ],
  files,
)}</details></section>`;
}

/** As build files of each tool want it. */
function use({ group, artifact, version, files }: VersionDetail): Markup | false {
  if (!files.some(({ path }) => locate(path).isMain)) return false;
  return html`<section aria-labelledby="use"><h2 id="use">In a build file</h2>
${facts([
  ['Leiningen, Boot', code(`[${group}/${artifact} "${version}"]`)],
  ['tools.deps', code(`${group}/${artifact} {:mvn/version "${version}"}`)],
  ['Gradle', code(`implementation("${group}:${artifact}:${version}")`)],
  [
    'Maven',
    code(
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
      600,
    ),
  ],
])}</section>`;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
