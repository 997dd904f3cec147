// What is held of an origin that is asked on demand, and may have changed there since: metadata and SNAPSHOTs. Everything else is fetched when
// somebody first asks for it, and never changes after.

import { locate } from '../../../maven/layout.ts';
import type { ListingOutcome, ListingRequest, ListingSink, SourceTrouble } from '../contract.ts';
import { inParallel } from '../in-parallel.ts';
import { discoverFile } from './discover.ts';
import type { WebSession } from './session.ts';

const PAGE = 5000;

/** The contract is `Source.list`. */
export async function listHeld(
  session: WebSession,
  request: ListingRequest,
  sink: ListingSink,
  signal: AbortSignal,
): Promise<ListingOutcome> {
  const unreadable: string[] = [];
  let trouble: SourceTrouble | null = null;
  await inParallel(mutableRoots(session, request), session.connections, async (path) => {
    if (trouble !== null) return;
    const found = await discoverFile(session, path, signal);
    if (found.kind === 'trouble') trouble ??= found;
    else if (found.kind === 'unreadable') unreadable.push(path);
    else for (const file of found.files) sink.file(file);
  });
  if (trouble !== null) return trouble;
  return unreadable.length > 0 ? { kind: 'partial', fingerprint: '', unreadable } : { kind: 'news', cursor: null };
}

/** Each file that may change, without what hangs on it; and what the pass wants to see. */
function* mutableRoots({ holdings }: WebSession, { due }: ListingRequest): Iterable<string> {
  for (
    let paths = holdings.pathsAfter('', PAGE);
    paths.length > 0;
    paths = holdings.pathsAfter(paths.at(-1) ?? '', PAGE)
  ) {
    for (const path of paths) {
      const { mutable, root, kind } = locate(path);
      if (mutable && root === path && kind !== 'checksum') yield path;
    }
  }
  for (const { unit, unitKind } of due) if (unitKind !== 'version') yield unit;
}
