// Downloads of a day, or of many: how often each version of each artifact was fetched. Values that are only ever added up; adding is commutative
// and associative, and the empty tally changes nothing.

import { z } from 'zod';
import { pathFault } from '../maven/path-grammar.ts';

export { dayName, dayOf, parseDay } from './day.ts';
export { COUNTING_RULE } from './rule.ts';
export { mergeTraffic, NO_TRAFFIC, type Traffic, trafficShape, wantedOf } from './traffic.ts';

/** `group/artifact` (neither has a slash) to version to count, all counts above 0. */
export type Downloads = ReadonlyMap<string, ReadonlyMap<string, number>>;
export type MutableDownloads = Map<string, Map<string, number>>;

/** How often one version was fetched. */
export interface Counted {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  readonly count: number;
}

export const NO_DOWNLOADS: Downloads = new Map();

export function mergeDownloads(tallies: Iterable<Downloads>): Downloads {
  const sum: MutableDownloads = new Map();
  for (const tally of tallies) for (const each of countsOf(tally)) add(sum, each);
  return sum;
}

export function add(sum: MutableDownloads, { group, artifact, version, count }: Counted): void {
  if (count <= 0) return;
  const key = `${group}/${artifact}`;
  const versions = sum.get(key) ?? new Map<string, number>();
  if (versions.size === 0) sum.set(key, versions);
  versions.set(version, (versions.get(version) ?? 0) + count);
}

export function totalOf(tally: Downloads): number {
  let total = 0;
  for (const versions of tally.values()) for (const count of versions.values()) total += count;
  return total;
}

/** In the order in which they were first met. */
export function* countsOf(tally: Downloads): Generator<Counted> {
  for (const [key, versions] of tally) {
    const slash = key.indexOf('/');
    const group = key.slice(0, slash);
    const artifact = key.slice(slash + 1);
    for (const [version, count] of versions) yield { group, artifact, version, count };
  }
}

/** Sorted by group, artifact and version, by their characters: the same tally is always the same text. */
export function sortedCounts(tally: Downloads): Counted[] {
  return [...countsOf(tally)].sort(
    (a, b) => compare(a.group, b.group) || compare(a.artifact, b.artifact) || compare(a.version, b.version),
  );
}

/** The versions that were fetched most. */
export function sortedByCount(tally: Downloads, most: number): Counted[] {
  return sortedCounts(tally)
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
}

/** The artifacts that were fetched most, all their versions together. */
export function topOf(tally: Downloads, most: number): { group: string; artifact: string; downloads: number }[] {
  const sums = [...tally].map(([key, versions]) => {
    const slash = key.indexOf('/');
    const downloads = [...versions.values()].reduce((sum, count) => sum + count, 0);
    return { group: key.slice(0, slash), artifact: key.slice(slash + 1), downloads };
  });
  return sums
    .sort((a, b) => b.downloads - a.downloads || compare(a.group, b.group) || compare(a.artifact, b.artifact))
    .slice(0, most);
}

/** `{"GROUP":{"ARTIFACT":{"VERSION":COUNT}}}`, sorted. Written by hand: an artifact may be called `__proto__`. */
export function downloadsJson(tally: Downloads): string {
  let text = '';
  let before: Counted | null = null;
  for (const each of sortedCounts(tally)) {
    const sameGroup = before?.group === each.group;
    const sameArtifact = sameGroup && before?.artifact === each.artifact;
    if (before !== null) text += sameArtifact ? ',' : sameGroup ? '},' : '}},';
    if (!sameGroup) text += `${JSON.stringify(each.group)}:{`;
    if (!sameArtifact) text += `${JSON.stringify(each.artifact)}:{`;
    text += `${JSON.stringify(each.version)}:${each.count}`;
    before = each;
  }
  return before === null ? '{}' : `{${text}}}}`;
}

/** The same as a value. */
export function nestedDownloads(tally: Downloads): z.infer<typeof downloadsShape> {
  return JSON.parse(downloadsJson(tally));
}

const count = z.int().min(1);

/** Groups of artifacts of versions, as a report carries it and `/-/stats/all.json` shows it. */
export const downloadsShape = z.record(z.string(), z.record(z.string(), z.record(z.string(), count)));

/** Null when it is no tally: other shapes, counts that are no whole numbers above 0, names that no repository path has. */
export function readDownloads(value: unknown): Downloads | null {
  const sum: MutableDownloads = new Map();
  for (const [group, artifacts] of entriesOf(value)) {
    for (const [artifact, versions] of entriesOf(artifacts)) {
      for (const [version, counted] of entriesOf(versions)) {
        if (!isName(group) || !isName(artifact) || !isName(version) || !isCount(counted)) return null;
        add(sum, { group, artifact, version, count: counted });
      }
    }
  }
  return isNested(value, 3) ? sum : null;
}

function isNested(value: unknown, depth: number): boolean {
  if (depth === 0) return isCount(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((each) => isNested(each, depth - 1));
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isName(text: string): boolean {
  return !text.includes('/') && pathFault(text) === null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
