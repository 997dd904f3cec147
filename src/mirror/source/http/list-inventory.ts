// What another assay publishes, by its signed inventory: a mirror of a mirror need not trust what stands between the two. Each row gives the digest of
// its file, so the way of the bytes does not matter.

import { hash } from 'node:crypto';
import { SECOND } from '../../../host/clock.ts';
import type { PageRow } from '../../inventory/page.ts';
import type { DueUnit, ListingOutcome, ListingRequest, ListingSink, SourceTrouble } from '../contract.ts';
import { oddName } from '../listed-name.ts';
import { type InventoryPages, inventoryPages, type UpstreamPage } from './inventory-pages.ts';
import type { WebSession } from './session.ts';

const ROWS_CEILING = 100_000_000;

/** The contract is `Source.list`. The cursor is the upstream's own. Rows of a generation that still grows are left to the next listing. */
export async function listInventory(
  session: WebSession,
  request: ListingRequest,
  sink: ListingSink,
  signal: AbortSignal,
): Promise<ListingOutcome> {
  const pages = inventoryPages(session);
  const tell = (row: FileRow) => tellRow(row, session, sink);
  let first = await pages.ask({ after: request.since }, signal);
  const isNews = request.since !== null && first.kind === 'page';
  if (request.since !== null && first.kind === 'void') {
    session.logger.warn({ upstream: session.place.url }, 'upstream has another database; its whole inventory is read');
    first = await pages.ask({ after: null }, signal);
  }
  if (first.kind === 'page') pages.keep();
  const read = await readOn(pages, isNews ? request.since : null, first, tell, signal);
  if (read.kind === 'trouble') return read;
  const trouble = isNews ? await tellDue(pages, request.due, tell, signal) : null;
  if (trouble !== null) return trouble;
  pages.keep();
  if (isNews || read.steady === null) return { kind: 'news', cursor: read.cursor };
  const { lineage, generation, files } = read.steady;
  // Each page is signed, and the series of them is not: whoever leaves pages out would have us take what they hold for absent.
  if (read.files !== files)
    return pages.fault(`its pages have ${read.files} files, and it says that there are ${files}`);
  const fingerprint = hash('sha256', `assay inventory ${lineage} ${generation}`);
  const isKnown = fingerprint === request.known ? { isKnown: true as const } : {};
  return { kind: 'complete', fingerprint, cursor: read.cursor, ...isKnown };
}

type FileRow = Exclude<PageRow, { removed: true }>;

interface ReadOn {
  readonly kind: 'read';
  /** Where the next listing goes on. */
  readonly cursor: string | null;
  readonly files: number;
  /** All pages were of this one closed generation; null: it changed while it was read, and a file may have moved past us. */
  readonly steady: { readonly lineage: string; readonly generation: number; readonly files: number } | null;
}

async function readOn(
  pages: InventoryPages,
  since: string | null,
  first: UpstreamPage,
  tell: (row: FileRow) => void,
  signal: AbortSignal,
): Promise<ReadOn | SourceTrouble> {
  let after = since;
  let at: PageRow | null = null;
  let steady: ReadOn['steady'] = null;
  let isSteady = true;
  let files = 0;
  let rows = 0;
  for (let page = first; ; page = await pages.ask({ after }, signal)) {
    if (page.kind === 'trouble') return page;
    if (page.kind === 'void' || page.head.lineage !== (steady ?? page.head).lineage) return replaced(pages);
    const { head, settled } = page;
    isSteady &&= !head.is_open && head.generation === (steady ?? head).generation;
    steady ??= head;
    let isOpenReached = false;
    for (const row of page.rows) {
      if (at !== null && !isBehind(row, at)) return pages.fault('its rows do not come in their order');
      at = row;
      isOpenReached ||= row.generation > settled;
      if (isOpenReached || 'removed' in row) continue;
      files += 1;
      tell(row);
    }
    if (isOpenReached || head.next === null) {
      // A full page with rows that were not told is asked for again; any other leads back by itself.
      const cursor = isOpenReached && head.next !== null ? (after ?? head.cursor) : head.cursor;
      return { kind: 'read', cursor: cursor ?? after, files, steady: isSteady ? steady : null };
    }
    rows += page.rows.length;
    if (page.rows.length === 0 || rows > ROWS_CEILING) return pages.fault('its pages have no end');
    after = head.next;
  }
}

function replaced(pages: InventoryPages): SourceTrouble {
  return pages.fault('its database was replaced while it was read');
}

/** What waits here is asked for by name: the news need not tell it again. */
async function tellDue(
  pages: InventoryPages,
  due: readonly DueUnit[],
  tell: (row: FileRow) => void,
  signal: AbortSignal,
): Promise<SourceTrouble | null> {
  for (const { unit, unitKind } of due) {
    const prefix = unitKind === 'version' ? `${unit}/` : unit;
    for (let after: string | null = null; ; ) {
      const page = await pages.ask({ after, prefix }, signal);
      if (page.kind === 'trouble') return page;
      if (page.kind === 'void') return replaced(pages);
      for (const row of page.rows) {
        const isOfUnit = unitKind === 'version' || row.path === unit || row.path.startsWith(`${unit}.`);
        if (isOfUnit && !('removed' in row) && row.path.startsWith(prefix) && row.generation <= page.settled) tell(row);
      }
      if (page.head.next === null || page.head.next === after) break;
      after = page.head.next;
    }
  }
  return null;
}

function isBehind(row: PageRow, at: PageRow): boolean {
  if (row.generation !== at.generation) return row.generation > at.generation;
  return Buffer.compare(Buffer.from(row.path), Buffer.from(at.path)) > 0;
}

function tellRow(row: FileRow, { includedPrefixes, excludedPrefixes }: WebSession, sink: ListingSink): void {
  const { path, size, sha256 } = row;
  const isIn = (prefix: string) => path === prefix || path.startsWith(`${prefix}/`);
  if (excludedPrefixes.some(isIn) || includedPrefixes?.some(isIn) === false) return;
  const odd = oddName(path);
  if (odd !== null) sink.odd(odd);
  else sink.file({ path, size, mtime: Math.floor(Date.parse(row.origin_mtime) / SECOND) * SECOND, sha256 });
}
