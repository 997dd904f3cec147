// One folder of a web server, by its directory page.

import { locate } from '../../../maven/layout.ts';
import type { Holdings, ListedFile } from '../contract.ts';
import type { FileFacts, ReadFailure } from '../reader.ts';
import { type Answer, troubleIn } from './asker.ts';
import { fits, type IndexEntry } from './index-entry.ts';
import { parseIndexJson } from './index-json.ts';
import { parseIndexPage } from './index-page.ts';
import type { WebSession } from './session.ts';

export type Folder =
  | { readonly kind: 'folder'; readonly entries: readonly IndexEntry[] }
  /** Something is there, and it is no directory page; `bytes` are what it is. */
  | { readonly kind: 'no-page'; readonly sentence: string; readonly bytes: Buffer }
  | ReadFailure;

const PAGE_BYTES = 64 * 1024 * 1024;

/** `path` is a repository folder without a slash at its end; `''` is the repository itself. */
export async function askFolder(session: WebSession, path: string, signal: AbortSignal): Promise<Folder> {
  const url = session.place.at(path === '' ? '' : `${path}/`);
  const request = {
    method: 'GET',
    url,
    headers: { accept: 'text/html, */*;q=0.1' },
    ceilingBytes: PAGE_BYTES,
    keep: true,
  } as const;
  const came = await session.asker.ask(request, signal);
  if (came.kind !== 'answer') return withoutPage(came);
  const { bytes } = came.answer.body;
  const text = bytes.toString('utf8');
  const page = parseIndexPage(text, new URL(came.answer.finalUrl)) ?? parseIndexJson(text);
  if (page !== null) return { kind: 'folder', entries: page.entries };
  return { kind: 'no-page', sentence: `${url.href} is no directory page`, bytes };
}

function withoutPage(came: Answer): ReadFailure {
  if (came.kind === 'absent') return { kind: 'absent' };
  return came.kind === 'refused' ? { kind: 'unreadable', sentence: came.sentence } : troubleIn(came);
}

/**
 * The file that an entry of a page is. Pages round: what fits a file that is held is that file as it is held. Where a page says neither size nor
 * time, a file that may change its bytes is asked for by name (null); of others it is enough that they are there.
 */
export function listedAs(
  path: string,
  entry: Pick<IndexEntry, 'size' | 'mtime'>,
  holdings: Holdings,
): ListedFile | null {
  const held = holdings.file(path);
  const saysNothing = entry.size === null && entry.mtime === null;
  if (held !== null && saysNothing && locate(path).mutable) return null;
  if (held !== null && fits(entry, held)) return { path, size: held.size, mtime: held.mtime };
  return { path, size: entry.size?.value ?? 0, mtime: entry.mtime?.value ?? 0 };
}

/** The file that the origin's own words describe; what it does not say is as it is held. */
export function listedFrom(path: string, facts: FileFacts, holdings: Holdings): ListedFile {
  const held = holdings.file(path);
  const listed = { path, size: facts.size ?? held?.size ?? 0, mtime: facts.mtime ?? held?.mtime ?? 0 };
  return facts.md5 === null ? listed : { ...listed, md5: facts.md5 };
}
