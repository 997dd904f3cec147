// The versions that the origin's feeds name and that are not held yet. A feed tells nothing of sizes, times or deletions.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ListingOutcome, ListingRequest, ListingSink, SourceTrouble } from '../contract.ts';
import { fetchFeed, linesOfGzip } from './feed/feed-file.ts';
import { type NamedVersion, parseFeedLine, parsePomLine } from './feed/line.ts';
import { listNews, tellVersions } from './list-news.ts';
import type { WebSession } from './session.ts';

/** The first is made from the bucket, the second from the database of the origin: what lies there is what can be fetched. */
const FEEDS = [
  { name: 'all-poms.txt.gz', parse: parsePomLine },
  { name: 'feed.clj.gz', parse: parseFeedLine },
];
const CURSOR = 'feed ';

/** The contract is `Source.list`. Without a release feed the sum of the feed is the cursor: the same feed has no news. */
export async function listFeeds(
  session: WebSession,
  request: ListingRequest,
  sink: ListingSink,
  signal: AbortSignal,
): Promise<ListingOutcome> {
  const news = await listNews(session, request, sink, signal);
  if (news !== null) return news;
  const begun = await session.releaseFeed?.begin(signal);
  const known = request.since?.startsWith(CURSOR) === true ? request.since.slice(CURSOR.length) : null;
  const target = join(session.scratch, 'feed.gz');
  try {
    for (const feed of FEEDS) {
      const came = await fetchFeed(session, feed.name, known, target, signal);
      if (came.kind === 'trouble') return came;
      if (came.kind === 'absent') continue;
      const trouble = { cut: null as string | null };
      const versions = came.kind === 'same' ? [] : freshVersions(session, target, feed.parse, trouble);
      const told = await tellVersions(session, versions, request.due, sink, signal);
      if (trouble.cut !== null) return cut(session, feed.name, trouble.cut);
      if (told.kind !== 'told') return told;
      const sum = came.kind === 'same' ? (known ?? '') : came.sum;
      return { kind: 'news', cursor: begun?.kind === 'begun' ? begun.cursor : CURSOR + sum };
    }
  } finally {
    rmSync(target, { force: true });
  }
  return none(session);
}

async function* freshVersions(
  session: WebSession,
  file: string,
  parse: (line: string) => NamedVersion[],
  trouble: { cut: string | null },
): AsyncIterable<NamedVersion> {
  const lines = linesOfGzip(file, (why) => {
    trouble.cut = why;
  });
  for await (const line of lines) {
    for (const version of parse(line)) if (isWanted(version, session) && !isHeld(version, session)) yield version;
  }
}

/** New builds of a SNAPSHOT that is named without them are not seen here: that is what a release feed is for. */
function isHeld({ folder, stem }: NamedVersion, { holdings }: WebSession): boolean {
  return stem.endsWith('-SNAPSHOT') ? holdings.isAnyBelow(folder) : holdings.file(`${stem}.pom`) !== null;
}

function isWanted({ folder }: NamedVersion, { includedPrefixes, excludedPrefixes }: WebSession): boolean {
  const isIn = (prefix: string) =>
    folder === prefix || folder.startsWith(`${prefix}/`) || prefix.startsWith(`${folder}/`);
  if (excludedPrefixes.some((prefix) => folder.startsWith(`${prefix}/`) || folder === prefix)) return false;
  return includedPrefixes === null || includedPrefixes.some(isIn);
}

function cut({ place }: WebSession, name: string, why: string): SourceTrouble {
  return {
    kind: 'trouble',
    trouble: 'protocol',
    sentence: `${place.at(name).href}: the feed cannot be read to its end (${why}).`,
  };
}

function none({ place }: WebSession): SourceTrouble {
  const sentence = `${place.url}: it has none of the feeds ${FEEDS.map(({ name }) => name).join(', ')}; another \`mode\` may do.`;
  return { kind: 'trouble', trouble: 'refused', sentence };
}
