// What is known of artifacts, gathered for the pages from the rooms that know it: the inventory, what is held back and taken down, signatures,
// downloads, and what rounds found at mirrors.

import type { Config } from '../config/schema.ts';
import type { ArtifactResult, ArtifactSearchResult, VersionResult } from '../config/shape/artifact.ts';
import { isoTime } from '../host/clock.ts';
import { coordinatesOf } from '../maven/coordinates.ts';
import { locate } from '../maven/layout.ts';
import { pathFault } from '../maven/path-grammar.ts';
import { newestFirst } from '../maven/version-order.ts';
import { readWritten, type Written } from '../maven/written.ts';
import type { InventoryRow } from '../mirror/inventory/row.ts';
import { heldOf, placesOf, takedownOf } from './artifact-standing.ts';
import type { Rooms } from './rooms.ts';

export interface ArtifactSummaries {
  /** `typed` is whatever somebody typed. */
  artifacts(typed: string): ArtifactSearchResult;
  /** Null when nothing of it is known here. Versions from `from` on in their order; null: from the newest. */
  artifact(group: string, artifact: string, from: string | null): ArtifactResult | null;
  artifactVersion(group: string, artifact: string, version: string): VersionResult | null;
}

const MOST_FOUND = 50;
const MOST_SHOWN = 50;
/** Some artifacts have thousands of versions; none has that many. */
const MOST_VERSIONS = 10_000;
const MOST_FILES = 500;

export function artifactSummaries(config: Config, rooms: Rooms): ArtifactSummaries {
  return {
    artifacts: (typed) => search(rooms, typed),
    artifact: (group, artifact, from) =>
      rooms.inventory.consistently(() => artifactOf(config, rooms, { group, artifact }, from)),
    artifactVersion: (group, artifact, version) =>
      rooms.inventory.consistently(() => versionOf(config, rooms, { group, artifact, version })),
  };
}

interface Name {
  readonly group: string;
  readonly artifact: string;
}

function folderOf({ group, artifact }: Name): string {
  return `${group.replaceAll('.', '/')}/${artifact}`;
}

function search(rooms: Rooms, typed: string): ArtifactSearchResult {
  const written = readWritten(typed);
  const folders = foldersMeant(rooms, written);
  const paths = written.kind === 'path' ? rooms.inventory.pathsUnder(written.path, MOST_FOUND + 1) : [];
  return {
    typed: typed.slice(0, 1000),
    exact: exactOf(rooms, written),
    artifacts: folders.slice(0, MOST_FOUND).map((folder) => ({ ...nameOf(folder), folder })),
    paths: paths.slice(0, MOST_FOUND),
    more: Math.max(folders.length, paths.length) > MOST_FOUND,
  };
}

function nameOf(folder: string): Name {
  const [group = '', artifact = ''] = coordinatesOf(folder).split(':');
  return { group, artifact };
}

/** What is not here as it is written may be the beginning of something, or its artifact may lie in another group. */
function foldersMeant({ inventory }: Rooms, written: Written): string[] {
  const most = MOST_FOUND + 1;
  if (written.kind === 'path') return inventory.artifactsUnder(written.path, most);
  const [first = ''] = written.kind === 'words' ? written.words : [];
  const found =
    written.kind === 'artifact'
      ? [
          ...inventory.artifactsUnder(folderOf(written), most),
          ...inventory.artifactsNamed([written.artifact.toLowerCase()], most),
        ]
      : [
          ...inventory.artifactsNamed(written.words, most),
          ...(first.includes('.') ? inventory.artifactsUnder(`${first.replaceAll('.', '/')}`, most) : []),
        ];
  return [...new Set(found)].slice(0, most);
}

/** A path within a version folder names that version. */
function exactOf(rooms: Rooms, written: Written): ArtifactSearchResult['exact'] {
  const named =
    written.kind === 'artifact' ? written : written.kind === 'path' ? namedBy(written.path.replace(/\/$/, '')) : null;
  if (named === null) return null;
  const folder = folderOf(named);
  const { group, artifact, version } = named;
  if (version !== null && isKnown(rooms, `${folder}/${version}`)) return { group, artifact, version };
  return isArtifactKnown(rooms, folder) ? { group, artifact, version: null } : null;
}

function namedBy(path: string): (Name & { readonly version: string | null }) | null {
  const { artifactFolder, version } = locate(path);
  return artifactFolder === null ? null : { ...nameOf(artifactFolder), version };
}

function isKnown({ inventory, held, takedowns }: Rooms, folder: string): boolean {
  return inventory.isAnyBelow(folder) || held.below(folder, 1).length > 0 || takedowns.of(folder)?.prefix === folder;
}

function isArtifactKnown(rooms: Rooms, folder: string): boolean {
  return (
    rooms.inventory.versionsOf(folder, 1).length > 0 ||
    withoutFiles(rooms, folder).length > 0 ||
    rooms.takedowns.of(folder)?.prefix === folder
  );
}

/** Versions of which nothing may be published: something of them is held back, or they were taken down. */
function withoutFiles({ held, takedowns }: Rooms, folder: string): string[] {
  const taken = takedowns.list().filter(({ prefix }) => prefix.startsWith(`${folder}/`));
  const paths = [
    ...held.below(folder, MOST_VERSIONS).map(({ path }) => path),
    ...taken.map(({ prefix }) => `${prefix}/`),
  ];
  return paths.flatMap((path) => versionAt(folder, path) ?? []);
}

/** Of a path below an artifact's folder, when it lies in a folder of a version; a takedown may mean that folder itself. */
function versionAt(folder: string, path: string): string | null {
  const { artifactFolder, version } = locate(path);
  if (artifactFolder === folder && version !== null) return version;
  const [name, ...rest] = path.slice(folder.length + 1).split('/');
  return path.endsWith('/') && rest.length === 1 && name !== undefined ? name : null;
}

function artifactOf(config: Config, rooms: Rooms, name: Name, from: string | null): ArtifactResult | null {
  const folder = folderOf(name);
  if (pathFault(folder) !== null || !isArtifactKnown(rooms, folder)) return null;
  const published = rooms.inventory.versionsOf(folder, MOST_VERSIONS);
  const versions = newestFirst([...new Set([...published, ...withoutFiles(rooms, folder)])]);
  const begin = from === null ? 0 : Math.max(0, versions.indexOf(from));
  const counts = countsOf(config, rooms, name);
  const shown = versions
    .slice(begin, begin + MOST_SHOWN)
    .map((version) => rowOf(rooms, `${folder}/${version}`, version, counts));
  return {
    ...name,
    folder,
    versions: versions.length,
    shown,
    next: versions[begin + MOST_SHOWN] ?? null,
    downloads: counts === null ? null : [...counts.values()].reduce((sum, count) => sum + count, 0),
    takedown: takedownOf(rooms, folder),
    held: heldOf(rooms, folder),
    mirrors: placesOf(config, rooms, folder, null),
  };
}

/** Null where nothing is counted: that is no zero. */
function countsOf(config: Config, { counts }: Rooms, { group, artifact }: Name): ReadonlyMap<string, number> | null {
  return config.stats === null && config.primary === null ? null : counts.ofArtifact('all', group, artifact);
}

type VersionRow = ArtifactResult['shown'][number];

function rowOf(rooms: Rooms, folder: string, version: string, counts: ReadonlyMap<string, number> | null): VersionRow {
  const rows = firstFiles(rooms, folder);
  const main = rows.find(({ path }) => locate(path).isMain) ?? rows.find(({ kind }) => kind === 'pom');
  const absent = rows.flatMap(({ absentSince }) => absentSince ?? []);
  return {
    version,
    state: stateOf(rooms, folder, rows),
    published_at: rows.length === 0 ? null : isoTime(Math.min(...rows.map(({ firstSeen }) => firstSeen))),
    files: rows.length,
    bytes: rows.reduce((sum, { size }) => sum + size, 0),
    signature: main === undefined ? null : (rooms.signatures.find(main.path)?.class ?? null),
    absent_since: absent.length === 0 ? null : isoTime(Math.min(...absent)),
    downloads: counts === null ? null : (counts.get(version) ?? 0),
  };
}

function firstFiles({ inventory }: Rooms, folder: string): InventoryRow[] {
  return inventory.rowsBelow(folder, MOST_FILES + 1);
}

function stateOf({ withheld, takedowns }: Rooms, folder: string, rows: readonly InventoryRow[]): VersionRow['state'] {
  if (takedowns.of(folder) !== null) return 'taken-down';
  if (rows.length === 0) return 'held-back';
  return rows.some((row) => withheld.of(row) !== null) ? 'damaged' : 'served';
}

function versionOf(config: Config, rooms: Rooms, name: Name & { readonly version: string }): VersionResult | null {
  const folder = `${folderOf(name)}/${name.version}`;
  if (pathFault(folder) !== null || !isKnown(rooms, folder)) return null;
  const rows = firstFiles(rooms, folder);
  const newest = Math.max(0, ...rows.map(({ firstSeen }) => firstSeen));
  const { group, artifact, version } = name;
  return {
    ...{ group, artifact, version, folder },
    state: stateOf(rooms, folder, rows),
    files: rows.slice(0, MOST_FILES).map((row) => fileOf(rooms, row)),
    more: rows.length > MOST_FILES,
    downloads:
      countsOf(config, rooms, name)?.get(version) ?? (config.stats === null && config.primary === null ? null : 0),
    takedown: takedownOf(rooms, folder),
    held: heldOf(rooms, folder),
    mirrors: placesOf(config, rooms, folder, rows.length === 0 ? null : newest),
  };
}

function fileOf(rooms: Rooms, row: InventoryRow): VersionResult['files'][number] {
  const judged = rooms.signatures.find(row.path);
  return {
    path: row.path,
    kind: row.kind,
    size: row.size,
    sha256: row.sha256.toString('hex'),
    sha1: row.sha1.toString('hex'),
    md5: row.md5?.toString('hex') ?? null,
    sha512: row.sha512?.toString('hex') ?? null,
    upstream_sum: row.upstreamSum,
    published_at: isoTime(row.firstSeen),
    verified_at: isoTime(row.lastVerified),
    generation: row.generation,
    absent_since: row.absentSince === null ? null : isoTime(row.absentSince),
    damaged: rooms.withheld.of(row)?.verdict ?? null,
    signature:
      judged === null
        ? null
        : {
            class: judged.class,
            weak: judged.weak,
            trusted: judged.trusted,
            continuity: judged.continuity,
            certificate: judged.certificate,
            issuer: judged.issuer,
            signed_at: judged.signedAt === null ? null : isoTime(judged.signedAt),
          },
  };
}
