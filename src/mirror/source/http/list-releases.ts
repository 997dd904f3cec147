import type { ListingOutcome, ListingRequest, ListingSink, SourceTrouble } from '../contract.ts';
import { listNews } from './list-news.ts';
import type { WebSession } from './session.ts';

/** Nothing but news, from the first look on: for a mirror that was filled in another way. The contract is `Source.list`. */
export async function listReleases(
  session: WebSession,
  request: ListingRequest,
  sink: ListingSink,
  signal: AbortSignal,
): Promise<ListingOutcome> {
  const { releaseFeed } = session;
  if (releaseFeed === null) throw new TypeError('a source of releases without a release feed');
  const begun = request.since === null ? await releaseFeed.begin(signal) : null;
  if (begun?.kind === 'trouble') return begun;
  if (begun !== null) return { kind: 'news', cursor: begun.cursor };
  return (await listNews(session, request, sink, signal)) ?? unreadable(session);
}

function unreadable({ place }: WebSession): SourceTrouble {
  return { kind: 'trouble', trouble: 'unreachable', sentence: `${place.url}: its release feed cannot be read.` };
}
