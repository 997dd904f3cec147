// The header side of what is served: validators, sums, type, caching.

import { cachingOf } from '../../maven/caching.ts';
import { contentTypeOf } from '../../maven/content-type.ts';
import type { InventoryRow } from '../inventory/row.ts';
import type { AnswerHeaders } from './answer.ts';
import { httpDate } from './http-date.ts';
import type { Validators } from './precondition.ts';

export interface Representation extends Validators {
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Those of a 304 as well: a cache must be able to freshen what it has (RFC 9110 15.4.5). */
  readonly cacheHeaders: AnswerHeaders;
  /** Those that go with bytes only. */
  readonly contentHeaders: AnswerHeaders;
  /** All of a 200: made once, since most answers are that. */
  readonly wholeHeaders: AnswerHeaders;
}

/**
 * Describes a published file. Last-Modified is the origin's mtime, the same on every mirror, but never later than `now` (RFC 9110 8.8.2.1).
 */
export function describeRow(row: InventoryRow, now: number): Representation {
  const sha256 = row.sha256.toString('hex');
  const contentType = contentTypeOf(row.path);
  const contentHeaders: Record<string, string> = {
    'content-type': contentType,
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
  };
  // A stranger's page must not act in this host's name.
  if (contentType === 'text/html') contentHeaders['content-security-policy'] = 'sandbox';
  addSums(contentHeaders, row, sha256);
  return represent(sha256, row.originMtime, row.size, cachingOf(row.path), contentHeaders, now);
}

/** Describes bytes that are not in the inventory, by their own digest. */
export function represent(
  sha256: string,
  mtime: number,
  size: number,
  caching: string,
  contentHeaders: AnswerHeaders,
  now: number,
): Representation {
  const modifiedAt = Math.floor(Math.min(mtime, now) / 1000) * 1000;
  const etag = `"${sha256}"`;
  const lastModified = httpDate(modifiedAt);
  const cacheHeaders: AnswerHeaders = {
    etag,
    'last-modified': lastModified,
    'cache-control': caching,
    'access-control-allow-origin': '*',
  };
  const wholeHeaders = { ...cacheHeaders, ...contentHeaders, 'content-length': String(size) };
  return { etag, lastModified, modifiedAt, size, sha256, cacheHeaders, contentHeaders, wholeHeaders };
}

/**
 * Clients that read these never ask for the sidecar. Where the origin's own sum contradicts the bytes that would hide the fault from them, so
 * nothing is sent and they meet it in the sidecar.
 */
function addSums(headers: Record<string, string>, row: InventoryRow, sha256: string): void {
  if (row.upstreamSum === 'mismatched') return;
  headers['x-checksum-sha1'] = row.sha1.toString('hex');
  headers['x-checksum-sha256'] = sha256;
  if (row.md5 !== null) headers['x-checksum-md5'] = row.md5.toString('hex');
  if (row.sha512 !== null) headers['x-checksum-sha512'] = row.sha512.toString('hex');
}
