// Everything a web server shows: its directory pages from the root on, or, where the root is a bucket's, the pages of that.

import type { ListingOutcome, ListingRequest, ListingSink, SourceTrouble } from '../contract.ts';
import { oddName } from '../listed-name.ts';
import { type MultisetPrint, makeMultisetPrint } from '../multiset-print.ts';
import { workOff } from '../work-off.ts';
import { parseBucketPage } from './bucket-page.ts';
import { askFolder, type Folder, listedAs, listedFrom } from './folder.ts';
import { listBucketPages } from './list-bucket-pages.ts';
import { listNews } from './list-news.ts';
import type { WebSession } from './session.ts';

const ENTRIES_CEILING = 50_000_000;
const DEPTH_CEILING = 64;

/** The contract is `Source.list`. */
export async function listFolders(
  session: WebSession,
  request: ListingRequest,
  sink: ListingSink,
  signal: AbortSignal,
): Promise<ListingOutcome> {
  const news = await listNews(session, request, sink, signal);
  if (news !== null) return news;
  const begun = await session.releaseFeed?.begin(signal);
  const cursor = begun?.kind === 'begun' ? begun.cursor : null;
  const root = await askFolder(session, '', signal);
  if (root.kind === 'no-page' && parseBucketPage(root.bytes) !== null)
    return await listBucketPages(session, request, cursor, sink, signal);
  const trouble = rootTrouble(session, root);
  if (trouble !== null) return trouble;
  const course: Course = { session, sink, print: makeMultisetPrint(), unreadable: [], entries: 0, trouble: null };
  await workOff<string>(session.includedPrefixes ?? [''], session.connections, async (folder, add) => {
    if (course.trouble !== null) return;
    const came = folder === '' ? root : await askFolder(session, folder, signal);
    course.trouble ??= await takeFolder(folder, came, course, add, signal);
  });
  if (course.trouble !== null) return course.trouble;
  const fingerprint = course.print.finish();
  if (course.unreadable.length > 0) return { kind: 'partial', fingerprint, unreadable: course.unreadable };
  return {
    kind: 'complete',
    fingerprint,
    cursor,
    ...(fingerprint === request.known ? { isKnown: true as const } : {}),
  };
}

interface Course {
  readonly session: WebSession;
  readonly sink: ListingSink;
  readonly print: MultisetPrint;
  readonly unreadable: string[];
  entries: number;
  trouble: SourceTrouble | null;
}

/** Without its root nothing is known of an origin. */
function rootTrouble({ place, includedPrefixes }: WebSession, root: Folder): SourceTrouble | null {
  const said = (trouble: SourceTrouble['trouble'], what: string): SourceTrouble => ({
    kind: 'trouble',
    trouble,
    sentence: `${place.url}: ${what}.`,
  });
  if (root.kind === 'trouble') return root;
  // Who may not see the root may still see the folders that are wanted.
  if (root.kind === 'folder' || includedPrefixes !== null) return null;
  if (root.kind === 'absent') return said('refused', 'there is no repository');
  if (root.kind === 'unreadable') return said('refused', 'its directory pages are closed to us; another `mode` may do');
  return said('protocol', 'it shows no directory pages; another `mode` may do');
}

/** What ends the listing, or null. */
async function takeFolder(
  folder: string,
  came: Folder,
  course: Course,
  add: (folder: string) => void,
  signal: AbortSignal,
): Promise<SourceTrouble | null> {
  switch (came.kind) {
    case 'trouble':
      return came;
    case 'absent':
      // It went while we were on our way.
      return null;
    case 'unreadable':
    case 'no-page':
      course.session.logger.warn({ folder, why: came.sentence }, 'folder of the origin cannot be read');
      course.unreadable.push(folder);
      return null;
    case 'folder':
      break;
  }
  course.entries += came.entries.length;
  if (course.entries > ENTRIES_CEILING || folder.split('/').length > DEPTH_CEILING) return endless(course.session);
  for (const entry of came.entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (isExcluded(path, course.session)) continue;
    const odd = oddName(path);
    if (odd !== null) course.sink.odd(odd);
    else if (entry.isFolder) add(path);
    else await tell(path, entry, course, signal);
  }
  return null;
}

async function tell(
  path: string,
  entry: Parameters<typeof listedAs>[1],
  { session, sink, print, unreadable }: Course,
  signal: AbortSignal,
): Promise<void> {
  let file = listedAs(path, entry, session.holdings);
  if (file === null) {
    const facts = await session.reader.facts(path, signal);
    if (facts.kind === 'absent') return;
    if (facts.kind !== 'facts') {
      unreadable.push(path);
      return;
    }
    file = listedFrom(path, facts, session.holdings);
  }
  print.add(`${path}\n${file.size} ${file.mtime} ${file.md5 ?? ''}`);
  sink.file(file);
}

function isExcluded(path: string, { excludedPrefixes }: WebSession): boolean {
  return excludedPrefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
}

function endless({ place }: WebSession): SourceTrouble {
  const sentence = `${place.url}: the listing goes on beyond 50 million files or ${DEPTH_CEILING} folders deep, and was ended.`;
  return { kind: 'trouble', trouble: 'too-large', sentence };
}
