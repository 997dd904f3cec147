// A mirror that tells what it has: an assay installation by its signed inventory, a bucket by its listing. All of its claims are compared at the price
// of a few requests; what contradicts us is asked for by its body.

import { DAY } from '../../host/clock.ts';
import { PAGE_CEILING, type PageRow, readPage } from '../../mirror/inventory/page.ts';
import { parseBucketPage } from '../../mirror/source/http/http.ts';
import type { Courteous } from './courtesy.ts';
import type { Expected } from './judge.ts';
import type { Probe, ProbeRequest } from './probe.ts';
import type { Reference } from './reference.ts';

/** Where the comparison stands; kept with the mirror. */
export interface ListingState {
  kind: 'unknown' | 'inventory' | 'bucket' | 'none';
  /** Of the last page that was compared. */
  cursor: string | null;
  /** The key that its pages were signed with first, where the configuration names none. */
  publicKey: string | null;
  /** When it is asked again whether it tells what it has. */
  askAgainAt: number;
}

export interface Listed {
  /** Rows that were compared. */
  readonly compared: number;
  /** Paths of which it says something else than the reference. */
  readonly suspects: readonly string[];
  /** Why a page was not believed, for people; null when all was well. */
  readonly fault: string | null;
}

export interface ListingOptions {
  /** With a slash at its end. */
  readonly url: string;
  readonly publicKeys: readonly string[];
  readonly wants: (path: string) => boolean;
  /** When our own newest good pass began: what is younger may be unknown to us. */
  readonly freshAt: number;
  readonly mostPages: number;
  readonly now: number;
}

export const NO_LISTING: ListingState = { kind: 'unknown', cursor: null, publicKey: null, askAgainAt: 0 };

const ROWS = 2000;
const BUCKET_ROWS = 1000;
const MOST_SUSPECTS = 200;
const ASK_AGAIN_MS = 7 * DAY;

/** Compares the next pages, and remembers in `state` where it stands. */
export async function compareListing(
  mirror: Pick<Courteous, 'ask' | 'askAt'>,
  state: ListingState,
  reference: Pick<Reference, 'find'>,
  options: ListingOptions,
  signal: AbortSignal,
): Promise<Listed> {
  if (state.kind === 'none' && options.now < state.askAgainAt) return NOTHING;
  const suspects: string[] = [];
  let compared = 0;
  for (let pages = 0; pages < options.mostPages && suspects.length < MOST_SUSPECTS; pages += 1) {
    const page = await nextPage(mirror, state, options, signal);
    if (page.kind === 'none') return settledWithout(state, options.now);
    if (page.kind === 'bad') return { compared, suspects, fault: page.why };
    compared += page.rows.length;
    suspects.push(...page.rows.filter((row) => isSuspect(row, reference, options)).map(({ path }) => path));
    state.cursor = page.cursor;
    if (page.isLast) break;
  }
  return { compared, suspects: suspects.slice(0, MOST_SUSPECTS), fault: null };
}

const NOTHING: Listed = { compared: 0, suspects: [], fault: null };

function settledWithout(state: ListingState, now: number): Listed {
  state.kind = 'none';
  state.askAgainAt = now + ASK_AGAIN_MS;
  return NOTHING;
}

/** What a listing says of one file. */
interface Said {
  readonly path: string;
  readonly size: number;
  readonly sha256: string | null;
  readonly md5: string | null;
  /** Epoch milliseconds. */
  readonly mtime: number;
}

type Page =
  | { readonly kind: 'page'; readonly rows: readonly Said[]; readonly cursor: string | null; readonly isLast: boolean }
  | { readonly kind: 'bad'; readonly why: string }
  | { readonly kind: 'none' };

async function nextPage(
  mirror: Pick<Courteous, 'ask' | 'askAt'>,
  state: ListingState,
  options: ListingOptions,
  signal: AbortSignal,
): Promise<Page> {
  if (state.kind !== 'bucket') {
    const page = await inventoryPage(mirror, state, options, signal);
    if (page.kind !== 'none' || state.kind === 'inventory') return page;
  }
  return await bucketPage(mirror, state, signal);
}

async function inventoryPage(
  mirror: Pick<Courteous, 'askAt'>,
  state: ListingState,
  options: ListingOptions,
  signal: AbortSignal,
): Promise<Page> {
  const query = new URLSearchParams({ count: String(ROWS), ...(state.cursor === null ? {} : { after: state.cursor }) });
  const asked = await mirror.askAt(rootOf(options.url), requestFor('-/inventory', query), signal);
  if (statusOf(asked) === 410 && state.cursor !== null) {
    // Another database than the one that we read: from the beginning, next time.
    state.cursor = null;
    return { kind: 'page', rows: [], cursor: null, isLast: true };
  }
  const bytes = bodyOf(asked);
  if (bytes === null) return { kind: 'none' };
  const pinned = options.publicKeys.length > 0 ? options.publicKeys : state.publicKey === null ? [] : [state.publicKey];
  const page = readPage(bytes, pinned);
  if (page.kind === 'bad') return state.kind === 'inventory' ? page : { kind: 'none' };
  state.kind = 'inventory';
  state.publicKey ??= page.signedBy?.publicKey ?? null;
  const { next, cursor } = page.head;
  return { kind: 'page', rows: page.rows.flatMap(saidOf), cursor, isLast: next === null };
}

function saidOf(row: PageRow): Said[] {
  if ('removed' in row) return [];
  return [
    { path: row.path, size: row.size, sha256: row.sha256, md5: row.md5 ?? null, mtime: Date.parse(row.origin_mtime) },
  ];
}

/** ListObjectsV2 without credentials, as public buckets and the stores that speak like them answer it. Goes round from the last key. */
async function bucketPage(mirror: Pick<Courteous, 'ask'>, state: ListingState, signal: AbortSignal): Promise<Page> {
  const query = new URLSearchParams({
    'list-type': '2',
    'max-keys': String(BUCKET_ROWS),
    ...(state.cursor === null ? {} : { 'start-after': state.cursor }),
  });
  const bytes = bodyOf(await mirror.ask(requestFor('', query), signal));
  const page = bytes === null ? null : parseBucketPage(bytes);
  if (page === null) return { kind: 'none' };
  state.kind = 'bucket';
  const rows = page.entries.map(({ key, size, modifiedAt, etag }): Said => {
    // The ETag of a simple upload is the MD5 of the object, of one in parts it is not; of an encrypted one it may be anything.
    const md5 = /^"?([0-9a-f]{32})"?$/.exec(etag)?.[1] ?? null;
    return { path: key, size, sha256: null, md5, mtime: modifiedAt };
  });
  const cursor = page.isLast ? null : (rows.at(-1)?.path ?? null);
  return { kind: 'page', rows, cursor, isLast: page.isLast };
}

function requestFor(path: string, query: URLSearchParams): ProbeRequest {
  const whole = { method: 'GET', sizeBytes: PAGE_CEILING, keep: true, digests: [], isFresh: false } as const;
  return { path, query: query.toString(), ...whole };
}

function statusOf({ observation }: Probe): number | null {
  return observation.kind === 'answered' ? observation.status : null;
}

function bodyOf({ observation }: Probe): Buffer | null {
  const proof = observation.kind === 'answered' && observation.status === 200 ? observation.proof : null;
  return proof?.end === 'whole' && proof.bytes !== null ? Buffer.from(proof.bytes) : null;
}

function rootOf(url: string): string {
  return new URL('/', url).href;
}

/** Says something else than we know. What is late says so by a digest that the path had, and what is new may be unknown to us. */
function isSuspect(row: Said, reference: Pick<Reference, 'find'>, { wants, freshAt }: ListingOptions): boolean {
  if (!wants(row.path)) return false;
  const expected = reference.find(row.path);
  if (expected?.file == null) return expected?.removal != null || (expected !== null && row.mtime <= freshAt);
  return differs(row, expected);
}

function differs(row: Said, { file, former }: Expected): boolean {
  if (file === null) return true;
  if (row.sha256 !== null) {
    return row.sha256 !== file.sha256 && !former.some(({ sha256 }) => sha256 === row.sha256);
  }
  const md5 = file.sums.md5;
  return row.size !== file.size || (row.md5 !== null && md5 !== undefined && row.md5 !== md5);
}

/** What the mirror's own inventory says of one path now: beside a body that says otherwise it convicts. */
export async function ownWordOf(
  mirror: Pick<Courteous, 'askAt'>,
  state: ListingState,
  options: Pick<ListingOptions, 'url' | 'publicKeys'>,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly sha256: string; readonly isSigned: boolean } | null> {
  if (state.kind !== 'inventory') return null;
  const asked = await mirror.askAt(
    rootOf(options.url),
    requestFor('-/inventory', new URLSearchParams({ path })),
    signal,
  );
  const bytes = bodyOf(asked);
  const page = bytes === null ? null : readPage(bytes, options.publicKeys);
  if (page?.kind !== 'page') return null;
  const row = page.rows.find((each) => each.path === path);
  return row === undefined || 'removed' in row ? null : { sha256: row.sha256, isSigned: page.signedBy !== null };
}
