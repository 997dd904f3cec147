// Single versions and files, listed whole: what a release feed, a feed or metadata names, and what the pass itself wants to see again.

import { DAY } from '../../../host/clock.ts';
import type { DueUnit, ListingOutcome, ListingRequest, ListingSink, SourceTrouble } from '../contract.ts';
import { inParallel } from '../in-parallel.ts';
import { type Discovered, discoverFile, discoverVersion } from './discover.ts';
import type { NamedVersion } from './feed/line.ts';
import type { WebSession } from './session.ts';

/** Caches say for up to a day that something is not there which was put there since. */
const MAY_COME_MS = DAY;

/** News by the release feed; null when everything has to be listed instead. */
export async function listNews(
  session: WebSession,
  request: ListingRequest,
  sink: ListingSink,
  signal: AbortSignal,
): Promise<ListingOutcome | null> {
  if (request.since === null || session.releaseFeed === null) return null;
  const news = await session.releaseFeed.since(request.since, signal);
  if (news.kind === 'trouble') {
    session.logger.warn({ sentence: news.sentence }, 'release feed cannot be read; everything is listed instead');
    return null;
  }
  const told = await tellVersions(session, news.versions, request.due, sink, signal);
  if (told.kind !== 'told') return told;
  const awaited = news.versions.filter(
    ({ stem, releasedAt }) => told.missing.has(stem) && session.clock.now() - releasedAt < MAY_COME_MS,
  );
  const oldest = Math.min(Date.parse(news.cursor), ...awaited.map(({ releasedAt }) => releasedAt - 1));
  return { kind: 'news', cursor: new Date(oldest).toISOString() };
}

export type Told =
  | { readonly kind: 'told' /** Stems of versions that are not there. */; readonly missing: ReadonlySet<string> }
  | Extract<ListingOutcome, { kind: 'partial' }>
  | SourceTrouble;

/** Tells the versions with the metadata of their artifacts, and the units. */
export async function tellVersions(
  session: WebSession,
  versions: Iterable<NamedVersion> | AsyncIterable<NamedVersion>,
  due: readonly DueUnit[],
  sink: ListingSink,
  signal: AbortSignal,
): Promise<Told> {
  const missing = new Set<string>();
  const unreadable: string[] = [];
  const artifacts = new Set<string>();
  let trouble: SourceTrouble | null = null;
  const take = (unit: string, found: Discovered): number => {
    if (found.kind === 'trouble') trouble ??= found;
    else if (found.kind === 'unreadable') unreadable.push(unit);
    else for (const file of found.files) sink.file(file);
    return found.kind === 'discovered' ? found.files.length : -1;
  };
  await inParallel(versions, session.connections, async (version) => {
    if (trouble !== null) return;
    const { artifactFolder, folder, stem } = version;
    if (take(folder, await discoverVersion(session, version, signal)) === 0) missing.add(stem);
    if (artifacts.has(artifactFolder) || trouble !== null) return;
    artifacts.add(artifactFolder);
    const path = `${artifactFolder}/maven-metadata.xml`;
    take(path, await discoverFile(session, path, signal));
  });
  await inParallel(due, session.connections, async ({ unit, unitKind }) => {
    if (trouble !== null) return;
    const found =
      unitKind === 'version'
        ? await discoverVersion(session, versionOf(unit), signal)
        : await discoverFile(session, unit, signal);
    take(unit, found);
  });
  if (trouble !== null) return trouble;
  return unreadable.length > 0 ? { kind: 'partial', fingerprint: '', unreadable } : { kind: 'told', missing };
}

function versionOf(folder: string): NamedVersion {
  const [version = '', artifact = ''] = folder.split('/').toReversed();
  return { artifactFolder: folder.slice(0, -version.length - 1), folder, stem: `${folder}/${artifact}-${version}` };
}
