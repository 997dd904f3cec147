// How much of the tree is signed, and whose keys are worth fetching next.

import type { KeyCensus } from '../config/shape/keys.ts';
import { coordinatesOf } from '../maven/coordinates.ts';
import { dayOf } from '../stats/tally.ts';
import type { Rooms } from './rooms.ts';

const MOST = 50;
const DAYS = 30;
const GOOD = new Set(['good', 'key-expired-later', 'revoked-later']);
const UNSIGNED = new Set(['unsigned', 'ssh-only', 'sigstore-only']);

interface Artifact {
  readonly folder: string;
  files: number;
  signed: number;
  good: number;
}

export function censusOf(rooms: Rooms, now: number): KeyCensus {
  const downloads = downloadsByArtifact(rooms, now);
  const of = (folder: string) => downloads?.get(keyOf(folder)) ?? 0;
  const artifacts = artifactsOf(rooms);
  const classes = Object.fromEntries(rooms.signatures.counts().map((each) => [each.class, each.files]));
  const bare = artifacts.filter(({ signed }) => signed === 0);
  return {
    ...sumOf(artifacts),
    downloads: downloads === null ? null : downloadSums(artifacts, of),
    classes,
    groups: groupsOf(artifacts).slice(0, MOST),
    keys_to_get: keysToGet(rooms, downloads === null ? null : of).slice(0, MOST),
    unsigned: bare
      .toSorted((a, b) => of(b.folder) - of(a.folder) || b.files - a.files || compare(a.folder, b.folder))
      .slice(0, MOST)
      .map(({ folder, files }) => ({
        artifact: coordinatesOf(folder),
        files,
        downloads: downloads === null ? null : of(folder),
      })),
  };
}

function artifactsOf({ signatures }: Rooms): Artifact[] {
  const byFolder = new Map<string, Artifact>();
  for (const { artifact: folder, class: kind, files } of signatures.artifactCounts()) {
    const artifact = byFolder.get(folder) ?? { folder, files: 0, signed: 0, good: 0 };
    artifact.files += files;
    if (!UNSIGNED.has(kind)) artifact.signed += files;
    if (GOOD.has(kind)) artifact.good += files;
    byFolder.set(folder, artifact);
  }
  return [...byFolder.values()];
}

function sumOf(artifacts: readonly Artifact[]): Pick<KeyCensus, 'files' | 'signed' | 'good'> {
  const total = (of: (artifact: Artifact) => number) => artifacts.reduce((sum, each) => sum + of(each), 0);
  return { files: total((each) => each.files), signed: total((each) => each.signed), good: total((each) => each.good) };
}

function downloadSums(artifacts: readonly Artifact[], of: (folder: string) => number): KeyCensus['downloads'] {
  const total = (counts: (artifact: Artifact) => boolean) =>
    artifacts.filter(counts).reduce((sum, { folder }) => sum + of(folder), 0);
  return { total: total(() => true), signed: total(({ signed }) => signed > 0), good: total(({ good }) => good > 0) };
}

function groupsOf(artifacts: readonly Artifact[]): KeyCensus['groups'] {
  const byGroup = Map.groupBy(artifacts, ({ folder }) => folder.slice(0, folder.lastIndexOf('/')).replaceAll('/', '.'));
  return [...byGroup]
    .map(([group, members]) => ({ group, ...sumOf(members) }))
    .sort((a, b) => b.files - a.files || compare(a.group, b.group));
}

/** A key is worth as much as the artifacts that wait for it are used. */
function keysToGet({ signatures }: Rooms, of: ((folder: string) => number) | null): KeyCensus['keys_to_get'] {
  const byKeyId = Map.groupBy(signatures.missingKeys(), ({ issuer }) => keyIdOf(issuer));
  return [...byKeyId.values()]
    .map((missing) => {
      const issuer = missing.reduce(
        (longest, each) => (each.issuer.length > longest.length ? each.issuer : longest),
        '',
      );
      const weight = (folder: string) => of?.(folder) ?? 0;
      const first = missing.toSorted((a, b) => weight(b.artifact) - weight(a.artifact) || b.files - a.files)[0];
      return {
        issuer,
        files: missing.reduce((sum, { files }) => sum + files, 0),
        artifacts: new Set(missing.map(({ artifact }) => artifact)).size,
        downloads:
          of === null
            ? null
            : [...new Set(missing.map(({ artifact }) => artifact))].reduce((sum, each) => sum + of(each), 0),
        example: first === undefined || first.artifact === '' ? '' : coordinatesOf(first.artifact),
      };
    })
    .sort((a, b) => (b.downloads ?? 0) - (a.downloads ?? 0) || b.files - a.files || compare(a.issuer, b.issuer));
}

/** One key is named by its fingerprint here and by its key ID there: the end of a fingerprint of 40 digits, the beginning of one of 64. */
function keyIdOf(issuer: string): string {
  return issuer.length === 64 ? issuer.slice(0, 16) : issuer.slice(-16);
}

/** Of the last 30 days, by `group/artifact` as the counts name them; null when nothing was measured. */
function downloadsByArtifact({ counts }: Rooms, now: number): Map<string, number> | null {
  const today = dayOf(now);
  const days = counts.days('all').filter((day) => day > today - DAYS);
  if (days.length === 0) return null;
  const sums = new Map<string, number>();
  for (const day of days) {
    for (const [key, versions] of counts.day(day, 'all', [], now).downloads) {
      let sum = sums.get(key) ?? 0;
      for (const count of versions.values()) sum += count;
      sums.set(key, sum);
    }
  }
  return sums;
}

function keyOf(folder: string): string {
  const cut = folder.lastIndexOf('/');
  return `${folder.slice(0, cut).replaceAll('/', '.')}/${folder.slice(cut + 1)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
