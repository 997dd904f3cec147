// A release feed as a cursor: what was deployed since. Read with an overlap, for rows are not committed in the order of their times; and by the
// feed's own clock, for ours may be wrong.

import { isoTime, MINUTE } from '../../../../host/clock.ts';
import type { SourceTrouble } from '../../contract.ts';
import { type Asker, servedAt, troubleIn } from '../asker.ts';
import { parseReleasePage, type Release, type ReleasePage } from './release-page.ts';

export interface ReleaseFeed {
  /** A cursor for all that comes from now on. */
  begin(signal: AbortSignal): Promise<{ readonly kind: 'begun'; readonly cursor: string } | SourceTrouble>;
  /** Versions since the cursor, and those of the overlap again, each once. */
  since(cursor: string, signal: AbortSignal): Promise<Releases | SourceTrouble>;
}

export interface Releases {
  readonly kind: 'releases';
  readonly versions: readonly Release[];
  readonly cursor: string;
}

const OVERLAP_MS = 10 * MINUTE;
const PAGES_CEILING = 2000;
const PAGE_BYTES = 16 * 1024 * 1024;

/** `url` is the address of the feed, to which `?from=` is added. */
export function openReleaseFeed(url: string, asker: Asker): ReleaseFeed {
  return {
    async begin(signal) {
      // Whatever rows it gives: the answer carries the feed's own time.
      const page = await askPage(url, asker.now(), asker, signal);
      return page.kind === 'trouble' ? page : { kind: 'begun', cursor: isoTime(page.now - OVERLAP_MS) };
    },
    since: (cursor, signal) => readSince(url, Date.parse(cursor), asker, signal),
  };
}

async function readSince(
  url: string,
  cursor: number,
  asker: Asker,
  signal: AbortSignal,
): Promise<Releases | SourceTrouble> {
  const seen = new Map<string, Release>();
  let at = cursor;
  for (let pages = 0; pages < PAGES_CEILING; pages += 1) {
    const page = await askPage(url, at, asker, signal);
    if (page.kind === 'trouble') return page;
    const known = seen.size;
    for (const release of page.releases) seen.set(`${release.stem} ${release.releasedAt}`, release);
    const next = page.rows === 0 ? null : continuation(page, at, seen.size > known);
    if (next !== null) {
      at = next;
      continue;
    }
    // A row that was dated ahead must not carry the cursor past what is still to come.
    const newest = Math.min(page.now, latestIn(seen.values()));
    return { kind: 'releases', versions: uniqueIn(seen), cursor: isoTime(Math.max(cursor, newest - OVERLAP_MS)) };
  }
  return fault(url, 'too-large', `the feed goes on beyond ${PAGES_CEILING} pages, and was left`);
}

/** The end of a page may part rows of one millisecond: that is asked for again, until nothing new comes of it. */
function continuation(page: ReleasePage, at: number, isNew: boolean): number | null {
  const last = Math.max(page.nextFrom ?? at, latestIn(page.releases));
  if (isNew && last - 1 > at) return last - 1;
  return last > at ? last : null;
}

function latestIn(releases: Iterable<Release>): number {
  let latest = Number.NEGATIVE_INFINITY;
  for (const { releasedAt } of releases) latest = Math.max(latest, releasedAt);
  return latest;
}

function uniqueIn(seen: ReadonlyMap<string, Release>): Release[] {
  return [...new Map([...seen.values()].map((release) => [release.stem, release])).values()];
}

type Page = ReleasePage & { readonly kind: 'page'; readonly now: number };

async function askPage(url: string, from: number, asker: Asker, signal: AbortSignal): Promise<Page | SourceTrouble> {
  const asked = new URL(url);
  asked.searchParams.set('from', isoTime(from));
  const headers = { accept: 'application/json' };
  // A second try and no more: without the feed everything is listed, and nothing is lost.
  const request = { method: 'GET', url: asked, headers, ceilingBytes: PAGE_BYTES, keep: true, retries: 1 } as const;
  const came = await asker.ask(request, signal);
  if (came.kind !== 'answer') return troubleIn(came, url);
  const page = parseReleasePage(came.answer.body.bytes.toString('utf8'));
  if (page === null) return fault(url, 'protocol', 'what answers is no release feed');
  return { kind: 'page', ...page, now: Math.min(servedAt(came.answer) ?? asker.now(), asker.now()) };
}

function fault(url: string, trouble: SourceTrouble['trouble'], what: string): SourceTrouble {
  return { kind: 'trouble', trouble, sentence: `${url}: ${what}.` };
}
