// The versions that the metadata of allow-listed artifacts names: for an origin that must not be crawled, such as Maven Central.

import { parseMetadata } from '../../../maven/metadata.ts';
import type { ListingOutcome, ListingRequest, ListingSink, SourceTrouble } from '../contract.ts';
import { workOff } from '../work-off.ts';
import { modifiedAt, troubleIn } from './asker.ts';
import { type NamedVersion, namedVersion } from './feed/line.ts';
import { askFolder } from './folder.ts';
import { listNews, tellVersions } from './list-news.ts';
import type { WebSession } from './session.ts';

const METADATA_BYTES = 16 * 1024 * 1024;
const DEPTH_CEILING = 32;

/**
 * Reads the metadata of each included folder, or, where the folder is a group's, of the artifacts that its directory page shows. SNAPSHOTs are
 * looked at in each pass, releases once. The contract is `Source.list`.
 */
export async function listMetadata(
  session: WebSession,
  request: ListingRequest,
  sink: ListingSink,
  signal: AbortSignal,
): Promise<ListingOutcome> {
  const news = await listNews(session, request, sink, signal);
  if (news !== null) return news;
  const begun = await session.releaseFeed?.begin(signal);
  const versions: NamedVersion[] = [];
  const due = [...request.due];
  const unreadable: string[] = [];
  let trouble: SourceTrouble | null = null;
  await workOff(session.includedPrefixes ?? [], session.connections, async (folder, add) => {
    if (trouble !== null) return;
    const named = await versionsIn(session, folder, signal);
    if (named.kind === 'trouble') trouble ??= named;
    else if (named.kind === 'unreadable') unreadable.push(folder);
    else if (named.kind === 'folders') for (const each of named.folders) add(each);
    else versions.push(...named.versions);
    if (named.kind === 'versions' && named.isNew) due.push({ unit: metadataOf(folder), unitKind: 'metadata' });
  });
  if (trouble !== null) return trouble;
  const told = await tellVersions(session, versions, due, sink, signal);
  if (told.kind !== 'told') return told;
  if (unreadable.length > 0) return { kind: 'partial', fingerprint: '', unreadable };
  return { kind: 'news', cursor: begun?.kind === 'begun' ? begun.cursor : null };
}

type Named =
  | {
      readonly kind: 'versions';
      readonly versions: readonly NamedVersion[];
      /** The metadata itself is not the one that is held. */
      readonly isNew: boolean;
    }
  | { readonly kind: 'folders'; readonly folders: readonly string[] }
  | { readonly kind: 'unreadable' }
  | SourceTrouble;

async function versionsIn(session: WebSession, folder: string, signal: AbortSignal): Promise<Named> {
  const url = session.place.at(metadataOf(folder));
  const came = await session.asker.ask({ method: 'GET', url, ceilingBytes: METADATA_BYTES, keep: true }, signal);
  if (came.kind === 'absent') return await foldersIn(session, folder, signal);
  if (came.kind === 'refused') return { kind: 'unreadable' };
  if (came.kind !== 'answer') return troubleIn(came);
  const metadata = parseMetadata(came.answer.body.bytes);
  const artifact = folder.slice(folder.lastIndexOf('/') + 1);
  const group = folder.slice(0, -artifact.length - 1).replaceAll('/', '.');
  if (metadata.kind !== 'metadata') return { kind: 'unreadable' };
  // Group-level metadata names plugins, and its artifacts lie below.
  if (metadata.versions.length === 0 && metadata.plugins.length > 0) return await foldersIn(session, folder, signal);
  const versions = metadata.versions.flatMap((version) => namedVersion(group, artifact, version));
  const isOld = (version: NamedVersion) =>
    !version.folder.endsWith('-SNAPSHOT') && session.holdings.isAnyBelow(version.folder);
  const held = session.holdings.file(metadataOf(folder));
  const isNew = held === null || held.mtime !== modifiedAt(came.answer) || held.size !== came.answer.body.sizeBytes;
  return { kind: 'versions', versions: versions.filter((version) => !isOld(version)), isNew };
}

function metadataOf(folder: string): string {
  return `${folder}/maven-metadata.xml`;
}

async function foldersIn(session: WebSession, folder: string, signal: AbortSignal): Promise<Named> {
  if (folder.split('/').length > DEPTH_CEILING) return { kind: 'folders', folders: [] };
  const page = await askFolder(session, folder, signal);
  if (page.kind === 'trouble') return page;
  if (page.kind !== 'folder') return page.kind === 'absent' ? { kind: 'folders', folders: [] } : { kind: 'unreadable' };
  return {
    kind: 'folders',
    folders: page.entries.filter(({ isFolder }) => isFolder).map(({ name }) => `${folder}/${name}`),
  };
}
