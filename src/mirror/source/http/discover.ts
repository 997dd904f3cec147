// The files of one version, of which a feed or metadata gives no more than the name: by its directory page where there are such, else by asking
// for every name that a version usually has.

import { parseMetadata } from '../../../maven/metadata.ts';
import type { ListedFile } from '../contract.ts';
import { oddName } from '../listed-name.ts';
import type { ReadFailure } from '../reader.ts';
import { troubleIn } from './asker.ts';
import type { NamedVersion } from './feed/line.ts';
import { askFolder, listedAs, listedFrom } from './folder.ts';
import type { WebSession } from './session.ts';

/** Nothing is discovered of what is not there. */
export type Discovered =
  | { readonly kind: 'discovered'; readonly files: readonly ListedFile[] }
  | Exclude<ReadFailure, { kind: 'absent' }>;

const FILES = ['.pom', '.jar', '.module', '-sources.jar', '-javadoc.jar'];
const SIGNATURES = ['.asc', '.sig'];
const SUMS = ['.sha1', '.md5', '.sha256', '.sha512'];
const METADATA_BYTES = 16 * 1024 * 1024;

export async function discoverVersion(
  session: WebSession,
  version: NamedVersion,
  signal: AbortSignal,
): Promise<Discovered> {
  const byPage = session.pages.areWorthAsking() ? await fromPage(session, version, signal) : null;
  if (byPage !== null) return byPage;
  if (version.stem.endsWith('-SNAPSHOT')) return await fromSnapshotMetadata(session, version, signal);
  const named = await fromNames(session, [version.stem], signal);
  if (named.kind !== 'discovered' || !version.folder.endsWith('-SNAPSHOT')) return named;
  return together(named, await discoverFile(session, `${version.folder}/maven-metadata.xml`, signal));
}

/** Metadata, or whatever lies loose, and the sums beside it. */
export async function discoverFile(session: WebSession, path: string, signal: AbortSignal): Promise<Discovered> {
  const root = await askFor(session, [path], signal);
  if (root.kind !== 'discovered' || root.files.length === 0) return root;
  return together(root, await askFor(session, withSums([path]), signal));
}

/** Null: there is no such page, or it was made before the version was. */
async function fromPage(session: WebSession, version: NamedVersion, signal: AbortSignal): Promise<Discovered | null> {
  const folder = await askFolder(session, version.folder, signal);
  if (folder.kind === 'trouble') return folder;
  session.pages.note(folder.kind === 'folder');
  if (folder.kind !== 'folder') return null;
  const files: ListedFile[] = [];
  const toAsk: string[] = [];
  for (const entry of folder.entries) {
    const path = `${version.folder}/${entry.name}`;
    if (entry.isFolder || oddName(path) !== null) continue;
    const file = listedAs(path, entry, session.holdings);
    if (file === null) toAsk.push(path);
    else files.push(file);
  }
  const pom = version.stem.endsWith('-SNAPSHOT') ? /\.pom$/ : null;
  const isNew = folder.entries.some(
    ({ name }) => pom?.test(name) ?? `${version.folder}/${name}` === `${version.stem}.pom`,
  );
  return isNew ? together({ kind: 'discovered', files }, await askFor(session, toAsk, signal)) : null;
}

/** A SNAPSHOT that was named without its builds: its own metadata names the newest. */
async function fromSnapshotMetadata(
  session: WebSession,
  { folder, stem }: NamedVersion,
  signal: AbortSignal,
): Promise<Discovered> {
  const path = `${folder}/maven-metadata.xml`;
  const request = { method: 'GET', url: session.place.at(path), ceilingBytes: METADATA_BYTES, keep: true } as const;
  const came = await session.asker.ask(request, signal);
  if (came.kind === 'absent') return await fromNames(session, [stem], signal);
  if (came.kind !== 'answer') return troubleIn(came);
  const metadata = parseMetadata(came.answer.body.bytes);
  const base = stem.slice(0, -'SNAPSHOT'.length);
  const builds =
    metadata.kind !== 'metadata' || metadata.snapshot === null
      ? []
      : [`${base}${metadata.snapshot.timestamp}-${metadata.snapshot.buildNumber}`];
  return together(await fromNames(session, [...builds, stem], signal), await discoverFile(session, path, signal));
}

async function fromNames(session: WebSession, stems: readonly string[], signal: AbortSignal): Promise<Discovered> {
  const mains = await askFor(
    session,
    stems.flatMap((stem) => FILES.map((suffix) => stem + suffix)),
    signal,
  );
  if (mains.kind !== 'discovered') return mains;
  const signatures = mains.files.flatMap(({ path }) => SIGNATURES.map((suffix) => path + suffix));
  const both = together(mains, await askFor(session, signatures, signal));
  if (both.kind !== 'discovered') return both;
  return together(both, await askFor(session, withSums(both.files.map(({ path }) => path)), signal));
}

function withSums(paths: readonly string[]): string[] {
  return paths.flatMap((path) => SUMS.map((suffix) => path + suffix));
}

function together(left: Discovered, right: Discovered): Discovered {
  if (left.kind !== 'discovered') return left;
  return right.kind === 'discovered' ? { kind: 'discovered', files: [...left.files, ...right.files] } : right;
}

async function askFor(session: WebSession, paths: readonly string[], signal: AbortSignal): Promise<Discovered> {
  const files: ListedFile[] = [];
  for (const path of paths) {
    const facts = await session.reader.facts(path, signal);
    if (facts.kind === 'facts') files.push(listedFrom(path, facts, session.holdings));
    else if (facts.kind !== 'absent') return facts;
  }
  return { kind: 'discovered', files };
}
