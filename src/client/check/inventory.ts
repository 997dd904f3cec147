// What another installation publishes, by its own signed word: pages of its inventory, read from the first to the last. What we look for stays with us:
// paths would tell what is built here.

import type { HttpClient, HttpOutcome } from '../../host/http.ts';
import { PAGE_CEILING, type PageHead, readPage } from '../../mirror/inventory/page.ts';

export interface InventoryOptions {
  /** Any URL of the installation. */
  readonly url: string;
  /** Public keys that may have signed it, raw, base64; none: whatever key signs the first page must sign all of them. */
  readonly keys: readonly string[];
  /** PEM of the authorities that are trusted instead of the public ones, or null. */
  readonly ca: string | null;
}

export interface ReadInventory {
  readonly kind: 'read';
  readonly name: string;
  readonly lineage: string;
  readonly generation: number;
  readonly rows: number;
  /** Null: it signs nothing. */
  readonly publicKey: string | null;
}

export type InventoryRead = ReadInventory | { readonly kind: 'unread'; readonly why: string };

/** `sha256` is null for a path that has left the tree. */
export type OnRow = (path: string, sha256: string | null) => void;

interface Asking {
  readonly http: HttpClient;
  readonly onRows: (rows: number, of: number) => void;
}

const ROWS = 2000;
/** Of a tree that is told to have so many files there may be so many rows more, of what has left it. */
const MOST_REMOVALS = 50_000_000;
/** The network fails now and then in a thousand pages. */
const RETRIES = 3;

/** Tells every row of the whole inventory. */
export async function readWhole(
  options: InventoryOptions,
  onRow: OnRow,
  asking: Asking,
  signal: AbortSignal,
): Promise<InventoryRead> {
  let first: PageHead | null = null;
  let publicKey: string | null = null;
  let after: string | null = null;
  let rows = 0;
  for (;;) {
    const page = await ask(
      options,
      publicKey,
      { count: String(ROWS), ...(after === null ? {} : { after }) },
      asking,
      signal,
    );
    if (page.kind === 'unread') return page;
    const { head } = page;
    first ??= head;
    if (head.lineage !== first.lineage) return unread('its database was replaced while it was read');
    publicKey ??= page.publicKey;
    for (const { path, sha256 } of page.rows) onRow(path, sha256);
    rows += page.rows.length;
    asking.onRows(rows, head.files);
    if (head.next === null) {
      return { kind: 'read', name: head.name, lineage: head.lineage, generation: head.generation, rows, publicKey };
    }
    if (head.next === after || page.rows.length === 0) return unread('its pages do not go on');
    if (rows > head.files + MOST_REMOVALS) return unread('it has more rows than files');
    after = head.next;
  }
}

/** Asks for these paths one by one: a few requests instead of a whole inventory, to somebody who learns what they are. */
export async function readPaths(
  options: InventoryOptions,
  paths: readonly string[],
  onRow: OnRow,
  asking: Asking,
  signal: AbortSignal,
): Promise<InventoryRead> {
  let last: PageHead | null = null;
  let publicKey: string | null = null;
  for (const [index, path] of paths.entries()) {
    const page = await ask(options, publicKey, { path }, asking, signal);
    if (page.kind === 'unread') return page;
    last = page.head;
    publicKey ??= page.publicKey;
    for (const row of page.rows) {
      if (row.path === path) onRow(path, row.sha256);
    }
    asking.onRows(index + 1, paths.length);
  }
  if (last === null) return unread('there is nothing to ask it for');
  const { name, lineage, generation } = last;
  return { kind: 'read', name, lineage, generation, rows: paths.length, publicKey };
}

interface Page {
  readonly kind: 'page';
  readonly head: PageHead;
  readonly rows: readonly { readonly path: string; readonly sha256: string | null }[];
  readonly publicKey: string | null;
}

async function ask(
  { url, keys, ca }: InventoryOptions,
  publicKey: string | null,
  query: Readonly<Record<string, string>>,
  { http }: Asking,
  signal: AbortSignal,
): Promise<Page | { readonly kind: 'unread'; readonly why: string }> {
  const at = new URL(`/-/inventory?${new URLSearchParams(query)}`, url);
  const outcome = await http.ask(
    { method: 'GET', url: at, ceilingBytes: PAGE_CEILING, keep: true, ca, retries: RETRIES },
    signal,
  );
  const bytes = bodyOf(outcome);
  if (typeof bytes === 'string') return unread(bytes);
  const page = readPage(bytes, keys.length > 0 ? keys : publicKey === null ? [] : [publicKey]);
  if (page.kind === 'bad') return unread(page.why);
  const rows = page.rows.map((row) => ({ path: row.path, sha256: 'removed' in row ? null : row.sha256 }));
  return { kind: 'page', head: page.head, rows, publicKey: page.signedBy?.publicKey ?? null };
}

function bodyOf(outcome: HttpOutcome): Buffer | string {
  if (outcome.kind === 'failure') return outcome.sentence;
  if (outcome.status === 404) return 'it has no /-/inventory: no assay answers there';
  if (outcome.status !== 200) return `it answered ${outcome.status}`;
  return outcome.body.end === 'whole' ? outcome.body.bytes : 'its answer was cut';
}

function unread(why: string): { readonly kind: 'unread'; readonly why: string } {
  return { kind: 'unread', why };
}
