// An inventory row as an object: its key and what is said of its bytes. Pure.

import { createHash } from 'node:crypto';
import { cachingOf } from '../../maven/caching.ts';
import { contentTypeOf } from '../../maven/content-type.ts';
import type { InventoryRow } from '../inventory/row.ts';

export interface Told {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The sums go into user metadata, `x-amz-meta-checksum-sha1` on the wire: a CDN copies them to `X-Checksum-SHA1`, the crawler reads them as they
 * are. Where the origin's own sum contradicts the bytes they are left out, as in `serve`: a client would believe them and never see the fault.
 * `mtime` is in seconds, as rclone has it. `md5`: of the bytes, where it was made on the way.
 */
export function toldOf(row: InventoryRow, md5: Buffer | null = row.md5): Told {
  const sums: Record<string, string> = {};
  if (row.upstreamSum !== 'mismatched') {
    sums['checksum-sha1'] = row.sha1.toString('hex');
    sums['checksum-sha256'] = row.sha256.toString('hex');
    if (md5 !== null) sums['checksum-md5'] = md5.toString('hex');
    if (row.sha512 !== null) sums['checksum-sha512'] = row.sha512.toString('hex');
  }
  return {
    contentType: contentTypeOf(row.path),
    cacheControl: cachingOf(row.path),
    metadata: { ...sums, mtime: String(Math.floor(row.originMtime / 1000)) },
  };
}

/**
 * By which a change of what is said is noticed. The time is left out: a file that was touched at the origin is not worth an upload. So are sums
 * that were learned later.
 */
export function digestOfTold(told: Told): Buffer {
  const { contentType, cacheControl, metadata } = told;
  const hasSums = metadata['checksum-sha1'] !== undefined;
  return createHash('sha256')
    .update(JSON.stringify([contentType, cacheControl, hasSums]))
    .digest()
    .subarray(0, 8);
}
