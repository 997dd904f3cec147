// Which URLs, keys or wildcards stand for the paths that a CDN may still have as they were. Pure. In the order of publication: while a cached
// 404 of a jar stands, fresh metadata that names it would only break builds sooner.

import { cachingOf } from '../../../maven/caching.ts';
import { locate } from '../../../maven/layout.ts';
import { placeInOrder } from '../../publish/order.ts';
import type { Stale } from '../stale.ts';
import type { Batch, PurgeOptions } from './contract.ts';

/** Stands for the whole tree: what a CDN has is not known, or it is too much to be named. */
export const EVERYTHING = '';

interface Limits {
  readonly itemsARequest: number;
  /** Above this it is cheaper for both sides to begin anew. */
  readonly itemsInAll: number;
}

const LIMITS: Readonly<Record<string, Limits>> = {
  'fastly key': { itemsARequest: 256, itemsInAll: 25_600 },
  'fastly url': { itemsARequest: 1, itemsInAll: 5000 },
  'cloudflare url': { itemsARequest: 100, itemsInAll: 30_000 },
  'cloudflare prefix': { itemsARequest: 30, itemsInAll: 3000 },
  // Paths with a wildcard may be 15 under way at a time; each path costs, however much it covers.
  'cloudfront path': { itemsARequest: 15, itemsInAll: 15 },
  'command path': { itemsARequest: Number.POSITIVE_INFINITY, itemsInAll: Number.POSITIVE_INFINITY },
};

export function selectPurges(stale: readonly Stale[], options: PurgeOptions): Batch[] {
  const all = stale.map(({ path }) => path);
  if (all.includes(EVERYTHING)) return [everything(all)];
  const relevant = stale.filter((each) => isKeptTooLong(each, options)).map(({ path }) => path);
  const skipped = new Set(all);
  for (const path of relevant) skipped.delete(path);
  const paths = inOrder(relevant);
  const what = whatOf(options);
  const limits = LIMITS[`${options.kind} ${what}`] ?? { itemsARequest: 1, itemsInAll: 1000 };
  const items =
    options.kind === 'cloudfront'
      ? wildcardsOf(paths, options.url, limits.itemsInAll)
      : itemsOf(paths, what, options.url);
  const count = new Set(items.flatMap(([, each]) => each)).size;
  if (count > limits.itemsInAll) return [everything(all)];
  const batches = inBatches(items, what, limits.itemsARequest);
  // What need not be told is settled with the first that is, or alone.
  const [first = { what, items: [], paths: [] }, ...rest] = batches;
  return all.length === 0 ? [] : [{ ...first, paths: [...first.paths, ...skipped] }, ...rest];
}

/** By what is said of an object; of a 404 the operator alone knows. */
function isKeptTooLong({ path, was }: Stale, { absent, skipSeconds }: PurgeOptions): boolean {
  if (was === 'absent') return absent;
  const maxAge = /max-age=(\d+)/.exec(cachingOf(path))?.[1];
  return maxAge === undefined || Number(maxAge) > skipSeconds;
}

function everything(paths: readonly string[]): Batch {
  return { what: 'everything', items: [], paths };
}

function whatOf(options: PurgeOptions): Exclude<Batch['what'], 'everything'> {
  return options.kind === 'fastly' || options.kind === 'cloudflare' ? options.by : 'path';
}

function inOrder(paths: readonly string[]): string[] {
  return paths
    .map((path) => [placeInOrder(path), path] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, path]) => path);
}

type Item = readonly [path: string, items: readonly string[]];

function itemsOf(paths: readonly string[], what: Batch['what'], url: string): Item[] {
  switch (what) {
    case 'url':
      return paths.map((path) => [path, spellings(path).map((spelled) => url + spelled)]);
    case 'key':
      return paths.map((path) => [path, spellings(folderOf(path)).map((folder) => keyOf(folder, url))]);
    case 'prefix':
      // Without the scheme; a version goes as a folder, metadata and loose files one by one.
      return paths.map((path) => [path, spellings(unitOf(path)).map((spelled) => hostAndPath(url) + spelled)]);
    default:
      return paths.map((path) => [path, [path]]);
  }
}

/** In a URL a plus stands for itself, and some clients write `%2B` all the same: a cache has the two apart. */
export function spellings(path: string): string[] {
  const plain = path.split('/').map(encodeURIComponent).join('/').replaceAll('%40', '@');
  const withPlus = plain.replaceAll('%2B', '+');
  return withPlus === plain ? [plain] : [withPlus, plain];
}

/** The path of a URL without its first slash and its last segment, as README's service makes it; of the top, a slash. */
function keyOf(folder: string, url: string): string {
  const { pathname } = new URL(url);
  return `${pathname.slice(1)}${folder}`.replace(/\/$/, '') || '/';
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function unitOf(path: string): string {
  const { unit, unitKind } = locate(path);
  return unitKind === 'version' ? unit : path;
}

function hostAndPath(url: string): string {
  const { host, pathname } = new URL(url);
  return host + pathname;
}

/**
 * A version, and a metadata file with its sums, as one wildcard each; folded into the folders above until there are few enough. What else lies
 * below is fetched again by the CDN, which costs less than another path.
 */
function wildcardsOf(paths: readonly string[], url: string, most: number): Item[] {
  const base = new URL(url).pathname;
  const wildcard = (prefix: string) => spellings(prefix).map((spelled) => `${base}${spelled}*`);
  let prefixes = new Map(paths.map((path) => [path, startOf(path)]));
  for (;;) {
    const distinct = [...new Set(prefixes.values())];
    if (distinct.flatMap(wildcard).length <= most) break;
    const deepest = distinct.reduce((depth, prefix) => Math.max(depth, depthOf(prefix)), 0);
    const fold = (prefix: string) => (depthOf(prefix) === deepest ? parentOf(prefix) : prefix);
    prefixes = new Map([...prefixes].map(([path, prefix]) => [path, fold(prefix)]));
  }
  return [...prefixes].map(([path, prefix]) => [path, wildcard(prefix)]);
}

function startOf(path: string): string {
  const { unit, unitKind } = locate(path);
  return unitKind === 'version' ? `${unit}/` : unit;
}

function depthOf(prefix: string): number {
  return prefix.split('/').length;
}

/** `a/b/1.0/` and `a/b/maven-metadata.xml` begin with `a/b/`, and that with `a/`. */
function parentOf(prefix: string): string {
  const inner = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return inner.slice(0, inner.lastIndexOf('/') + 1);
}

/** Items that stand for several paths go with the first of them, and settle all of them then. */
function inBatches(items: readonly Item[], what: Batch['what'], size: number): Batch[] {
  const batches: { what: Batch['what']; items: string[]; paths: string[] }[] = [];
  const homes = new Map<string, { items: string[]; paths: string[] }>();
  for (const [path, each] of items) {
    const known = homes.get(each.join(' '));
    if (known !== undefined) {
      known.paths.push(path);
      continue;
    }
    let last = batches.at(-1);
    if (last === undefined || last.items.length + each.length > Math.max(size, each.length)) {
      last = { what, items: [], paths: [] };
      batches.push(last);
    }
    last.items.push(...each);
    last.paths.push(path);
    homes.set(each.join(' '), last);
  }
  return batches;
}
