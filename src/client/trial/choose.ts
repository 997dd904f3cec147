// Something to fetch where nobody named it: a small release of the mirror's own that needs nothing else, or as little as can be found.

import type { HttpClient } from '../../host/http.ts';
import { locate } from '../../maven/layout.ts';
import { PAGE_CEILING, type PageRow, readPage } from '../../mirror/inventory/page.ts';
import type { Artifact } from './command.ts';

export interface Chosen {
  readonly artifact: Artifact;
  readonly path: string;
}

const PAGES = 3;
const ROWS = 2000;
const MOST_BYTES = 2 * 1024 * 1024;
const MOST_POM_BYTES = 1024 * 1024;
const MOST_POMS = 20;
/** What a settings file and a command line of each tool can hold. */
export const WORD = /^[\w.+-]+$/;

/** Null where the mirror tells nothing of what it has, or has nothing of the kind. */
export async function chooseArtifact(
  mirror: string,
  ca: string | null,
  http: HttpClient,
  signal: AbortSignal,
): Promise<Artifact | null> {
  const rows = await firstRows(mirror, ca, http, signal);
  let best: { artifact: Artifact; needs: number } | null = null;
  for (const { artifact, path } of candidatesOf(rows).slice(0, MOST_POMS)) {
    const needs = await needsOf(path.replace(/\.jar$/, '.pom'), mirror, ca, http, signal);
    if (needs === 0) return artifact;
    if (needs !== null && (best === null || needs < best.needs)) best = { artifact, needs };
  }
  return best?.artifact ?? null;
}

async function firstRows(mirror: string, ca: string | null, http: HttpClient, signal: AbortSignal): Promise<PageRow[]> {
  const rows: PageRow[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < PAGES; pages += 1) {
    const query = new URLSearchParams({ count: String(ROWS), ...(after === null ? {} : { after }) });
    const url = new URL(`/-/inventory?${query}`, mirror);
    const outcome = await http.ask({ method: 'GET', url, ceilingBytes: PAGE_CEILING, keep: true, ca }, signal);
    if (outcome.kind === 'failure' || outcome.status !== 200) break;
    const page = readPage(outcome.body.bytes, []);
    if (page.kind === 'bad') break;
    rows.push(...page.rows);
    after = page.head.next;
    if (after === null) break;
  }
  return rows;
}

/** Releases with a jar whose sum the origin has beside it, and a POM; the smallest first. */
export function candidatesOf(rows: readonly PageRow[]): Chosen[] {
  const there = new Set(rows.filter((row) => !('removed' in row)).map(({ path }) => path));
  const sized = rows.flatMap((row) => {
    if ('removed' in row || row.size > MOST_BYTES || row.upstream_sum !== 'matched') return [];
    const chosen = chosenOf(row.path);
    return chosen === null || !there.has(row.path.replace(/\.jar$/, '.pom')) ? [] : [{ chosen, size: row.size }];
  });
  return sized.toSorted((a, b) => a.size - b.size).map(({ chosen }) => chosen);
}

function chosenOf(path: string): Chosen | null {
  const { isMain, snapshot, artifactFolder, version } = locate(path);
  if (!isMain || snapshot || artifactFolder === null || version === null || !path.endsWith('.jar')) return null;
  const parts = artifactFolder.split('/');
  const artifact = { group: parts.slice(0, -1).join('.'), artifact: parts.at(-1) ?? '', version };
  return Object.values(artifact).every((word) => WORD.test(word)) ? { artifact, path } : null;
}

/** How many other artifacts a POM names; null where it cannot be had. */
async function needsOf(
  path: string,
  mirror: string,
  ca: string | null,
  http: HttpClient,
  signal: AbortSignal,
): Promise<number | null> {
  const url = new URL(path.split('/').map(encodeURIComponent).join('/'), mirror);
  const outcome = await http.ask({ method: 'GET', url, ceilingBytes: MOST_POM_BYTES, keep: true, ca }, signal);
  if (outcome.kind === 'failure' || outcome.status !== 200) return null;
  return outcome.body.bytes.toString('utf8').match(/<(?:dependency|parent)>/g)?.length ?? 0;
}
