// The inventory for other machines: pages of JSON Lines, in the order of generation and path, signed over the very bytes before the signature. A page
// that was saved to a file is proof of what the installation said, without anything around it.

import { z } from 'zod';
import { isoTime } from '../../host/clock.ts';
import { pathFault } from '../../maven/path-grammar.ts';
import { type InstallationKey, keyIdOf, verifyBytes } from '../../operator/key.ts';
import type { Removal } from './change.ts';
import type { InventoryRow } from './row.ts';
import type { Inventory } from './store.ts';

const digest = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`));
const count = z.int().min(0);
const instant = z.iso.datetime({ precision: 3 });

/** The first line. */
export const pageHeadShape = z.strictObject({
  assay_inventory: z.literal(1).describe('Version of this shape.'),
  name: z.string().max(253).describe('Of the installation.'),
  lineage: z.string().max(64).describe('Of its database: a cursor of another one is void.'),
  generation: count.describe('Of the tree when the page was made.'),
  is_open: z
    .boolean()
    .describe('This generation still grows: its rows are told once more to whoever goes on from here.'),
  files: count,
  bytes: count,
  made_at: instant,
  rows: count.describe('Lines that follow, the signature not counted.'),
  next: z
    .string()
    .max(4096)
    .nullable()
    .describe('`after` of the next page; null: there is no more now, ask again with the same cursor later.'),
  cursor: z
    .string()
    .max(4096)
    .nullable()
    .describe('After the last row of this page; null: of an empty one without a cursor.'),
});

/** A published file, or one that left the tree in a generation. */
export const pageRowShape = z.union([
  z.strictObject({
    path: z.string(),
    kind: z.enum(['pom', 'artifact', 'signature', 'checksum', 'metadata', 'loose']),
    size: count,
    sha256: digest(64),
    sha1: digest(40),
    md5: digest(32).optional(),
    sha512: digest(128).optional(),
    origin_mtime: instant,
    upstream_sum: z.enum(['matched', 'absent', 'mismatched', 'unchecked']),
    first_seen: instant,
    last_verified: instant,
    generation: count,
    absent_since: instant.nullable().describe('Since when complete listings of the source lack it.'),
    signature: z
      .string()
      .max(32)
      .optional()
      .describe('What the installation makes of its signature, as it knows now; left out where it has judged none.'),
  }),
  z.strictObject({ path: z.string(), removed: z.literal(true), generation: count }),
]);

/** The last line, where the installation has a key. */
export const pageSignatureShape = z.strictObject({
  signature: z
    .strictObject({
      algorithm: z.literal('ed25519'),
      key_id: z.string().max(64),
      public_key: z.string().max(64).describe('Raw, base64.'),
      value: z.string().max(128).describe('Base64.'),
    })
    .describe('Over all bytes before this line.'),
});

export type PageHead = z.infer<typeof pageHeadShape>;
export type PageRow = z.infer<typeof pageRowShape>;

export interface PageRequest {
  readonly name: string;
  /** The cursor of an earlier page, or null: from the beginning. */
  readonly after: string | null;
  /** Only this path; there is no cursor then. */
  readonly path: string | null;
  /** Only paths that begin so, in their order; there is a cursor only while there is more. Wins over `path`. */
  readonly prefix: string | null;
  readonly count: number;
  readonly now: number;
  /** The class of the signature of a file, null where none was judged. Another room knows. */
  readonly signatureOf?: (path: string) => string | null;
}

export type MadePage = { readonly kind: 'page'; readonly body: Buffer } | { readonly kind: 'void' };

export const MOST_ROWS = 2000;
/** Rows of the longest paths, and room for a signature. */
export const PAGE_CEILING = 8 * 1024 * 1024;

/** One page. `void`: the cursor is of another lineage, or none; whoever has it begins anew. */
export function makePage(inventory: Inventory, request: PageRequest, key: InstallationKey | null): MadePage {
  return inventory.consistently(() => {
    const { lineage, generation, settled, files, bytes } = inventory.current();
    const from = request.after === null ? START : readCursor(request.after, lineage);
    if (from === null) return { kind: 'void' };
    const rows = rowsFor(inventory, request, from);
    const isChosen = request.path !== null || request.prefix !== null;
    const isFull = (request.path === null || request.prefix !== null) && rows.length === request.count;
    const isNothing = isChosen ? !isFull : request.after === null && rows.length === 0;
    const cursor = isNothing ? null : writeCursor(goOnFrom(from, rows.at(-1) ?? from, isFull, settled), lineage);
    const head: PageHead = {
      assay_inventory: 1,
      ...{ name: request.name, lineage, generation, is_open: settled < generation, files, bytes },
      made_at: isoTime(request.now),
      rows: rows.length,
      next: isFull ? cursor : null,
      cursor,
    };
    const text = `${[head, ...rows].map((line) => JSON.stringify(line)).join('\n')}\n`;
    return { kind: 'page', body: Buffer.from(key === null ? text : text + signatureLine(text, key), 'utf8') };
  });
}

interface Position {
  readonly generation: number;
  readonly path: string;
  /** This generation was open when its rows were told: at the end it is told from its beginning once more. 0: none was. */
  readonly openFrom: number;
}

const START: Position = { generation: 0, path: '', openFrom: 0 };

/** What is published does not come in the order of paths: of an open generation more may come before its last row. */
function goOnFrom(
  from: Position,
  last: Pick<Position, 'generation' | 'path'>,
  isFull: boolean,
  settled: number,
): Position {
  const openFrom = from.openFrom > 0 ? from.openFrom : last.generation > settled ? settled + 1 : 0;
  if (isFull || openFrom === 0) return { generation: last.generation, path: last.path, openFrom };
  return { generation: openFrom, path: '', openFrom: 0 };
}

function rowsFor(inventory: Inventory, request: PageRequest, from: Position): PageRow[] {
  const { path, prefix, count, signatureOf } = request;
  const rows = prefix === null ? null : inventory.startingWith(prefix, from.path, count).map(rowLine);
  const chosen = rows ?? (path === null ? pageRows(inventory, from, count) : single(inventory, path));
  return signatureOf === undefined ? chosen : chosen.map((row) => withSignature(row, signatureOf));
}

function withSignature(row: PageRow, signatureOf: (path: string) => string | null): PageRow {
  const signature = 'removed' in row ? null : signatureOf(row.path);
  return signature === null ? row : { ...row, signature };
}

function pageRows(inventory: Inventory, from: Position, count: number): PageRow[] {
  const rows = inventory.changedAfter(from, count).map(rowLine);
  const removals = inventory.removedAfter(from, count).map(removalLine);
  return [...rows, ...removals].sort(byGeneration).slice(0, count);
}

function byGeneration(one: PageRow, other: PageRow): number {
  if (one.generation !== other.generation) return one.generation - other.generation;
  // In the order of the database, which is that of the bytes: a cursor must not pass over a path.
  return Buffer.compare(Buffer.from(one.path), Buffer.from(other.path));
}

function single(inventory: Inventory, path: string): PageRow[] {
  const row = inventory.row(path);
  return row === null ? [] : [rowLine(row)];
}

function rowLine(row: InventoryRow): PageRow {
  return {
    path: row.path,
    kind: row.kind,
    size: row.size,
    sha256: row.sha256.toString('hex'),
    sha1: row.sha1.toString('hex'),
    ...(row.md5 === null ? {} : { md5: row.md5.toString('hex') }),
    ...(row.sha512 === null ? {} : { sha512: row.sha512.toString('hex') }),
    origin_mtime: isoTime(row.originMtime),
    upstream_sum: row.upstreamSum,
    first_seen: isoTime(row.firstSeen),
    last_verified: isoTime(row.lastVerified),
    generation: row.generation,
    absent_since: row.absentSince === null ? null : isoTime(row.absentSince),
  };
}

function removalLine({ path, generation }: Removal): PageRow {
  return { path, removed: true, generation };
}

function signatureLine(text: string, key: InstallationKey): string {
  const value = key.sign(Buffer.from(text, 'utf8')).toString('base64');
  const signature = { algorithm: 'ed25519', key_id: key.id, public_key: key.publicKey, value };
  return `${JSON.stringify({ signature })}\n`;
}

/** Readable by whoever debugs, and nothing to build upon. */
function writeCursor({ generation, path, openFrom }: Position, lineage: string): string {
  return `${lineage}.${generation}.${Buffer.from(path, 'utf8').toString('base64url')}.${openFrom}`;
}

function readCursor(text: string, lineage: string): Position | null {
  const [, of, generation, path, openFrom] =
    /^([0-9a-f-]{36})\.(\d{1,15})\.([A-Za-z0-9_-]*)\.(\d{1,15})$/.exec(text) ?? [];
  if (of !== lineage || generation === undefined || path === undefined) return null;
  return {
    generation: Number(generation),
    path: Buffer.from(path, 'base64url').toString('utf8'),
    openFrom: Number(openFrom),
  };
}

export type ReadPage =
  | {
      readonly kind: 'page';
      readonly head: PageHead;
      readonly rows: readonly PageRow[];
      /** The key that the signature names and verifies with, or null: unsigned. Whose key that is, is for the caller to know. */
      readonly signedBy: { readonly keyId: string; readonly publicKey: string } | null;
    }
  | { readonly kind: 'bad'; readonly why: string };

/**
 * Reads a page that came from somewhere. `pinned`: public keys of the installation; with any, a page that is not signed by one of them is bad. A
 * signature that does not verify is bad in any case.
 */
export function readPage(bytes: Buffer, pinned: readonly string[]): ReadPage {
  if (bytes.length > PAGE_CEILING) return bad(`more than ${PAGE_CEILING} bytes`);
  const end = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
  const lines = bytes.toString('utf8').split('\n');
  if (lines.pop() !== '') return bad('its last line is not whole');
  const values = lines.map(jsonOf);
  const head = pageHeadShape.safeParse(values[0]);
  if (!head.success) return bad('its first line is not that of an inventory');
  const last = pageSignatureShape.safeParse(values.at(-1));
  const signedBy = last.success ? signerOf(bytes.subarray(0, end), last.data.signature) : null;
  if (last.success && signedBy === null) return bad('its signature does not verify');
  if (pinned.length > 0 && (signedBy === null || !pinned.includes(signedBy.publicKey)))
    return bad('it is not signed with a key of that installation');
  const rows: PageRow[] = [];
  for (const value of values.slice(1, last.success ? -1 : undefined)) {
    const row = pageRowShape.safeParse(value);
    if (!row.success || pathFault(row.data.path) !== null) return bad(`line ${rows.length + 2} is no row`);
    rows.push(row.data);
  }
  if (rows.length !== head.data.rows) return bad('it has another number of rows than it says');
  return { kind: 'page', head: head.data, rows, signedBy };
}

function signerOf(
  bytes: Buffer,
  signature: z.infer<typeof pageSignatureShape>['signature'],
): { readonly keyId: string; readonly publicKey: string } | null {
  const { public_key: publicKey, value } = signature;
  return verifyBytes(publicKey, bytes, Buffer.from(value, 'base64')) ? { keyId: keyIdOf(publicKey), publicKey } : null;
}

function bad(why: string): ReadPage {
  return { kind: 'bad', why };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
