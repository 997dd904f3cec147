// Which of several answers a conditional request gets: the order of RFC 9110 13.2.2, as values.

import type { IncomingHttpHeaders } from 'node:http';
import { parseHttpDate } from './http-date.ts';
import { type RangeRead, readRange } from './range.ts';

/** What a representation is compared by. */
export interface Validators {
  /** Strong, quotes included. */
  readonly etag: string;
  /** As it is sent. */
  readonly lastModified: string;
  /** The same in milliseconds, whole seconds. */
  readonly modifiedAt: number;
}

export type Selection = RangeRead | { readonly kind: 'not-modified' } | { readonly kind: 'precondition-failed' };

const WHOLE: Selection = { kind: 'whole' };
const NOT_MODIFIED: Selection = { kind: 'not-modified' };
const PRECONDITION_FAILED: Selection = { kind: 'precondition-failed' };

/** Decides for a GET or HEAD of a representation that exists, `size` bytes long. */
export function select(
  method: string,
  headers: IncomingHttpHeaders,
  validators: Validators,
  size: number,
  now: number,
): Selection {
  if (isPreconditionFailed(headers, validators, now)) return PRECONDITION_FAILED;
  if (isNotModified(headers, validators, now)) return NOT_MODIFIED;
  // Range means something for GET alone (RFC 9110 14.2).
  if (method !== 'GET' || headers.range === undefined) return WHOLE;
  if (!isRangeWanted(headers['if-range'], validators)) return WHOLE;
  return readRange(headers.range, size);
}

/** Steps 1 and 2: If-Match, and If-Unmodified-Since only without it. */
function isPreconditionFailed(headers: IncomingHttpHeaders, validators: Validators, now: number): boolean {
  const match = headers['if-match'];
  if (match !== undefined) return !namesTag(match, validators.etag, 'strong');
  const unmodifiedSince = headers['if-unmodified-since'];
  if (unmodifiedSince === undefined || unmodifiedSince === validators.lastModified) return false;
  const since = parseHttpDate(unmodifiedSince, now);
  return since !== null && validators.modifiedAt > since;
}

/** Steps 3 and 4: If-None-Match, and If-Modified-Since only without it. */
function isNotModified(headers: IncomingHttpHeaders, validators: Validators, now: number): boolean {
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined) return namesTag(noneMatch, validators.etag, 'weak');
  const modifiedSince = headers['if-modified-since'];
  if (modifiedSince === undefined) return false;
  if (modifiedSince === validators.lastModified) return true;
  const since = parseHttpDate(modifiedSince, now);
  return since !== null && validators.modifiedAt <= since;
}

/** Step 5. A date counts only when it is the very one that was sent; a weak tag never (RFC 9110 13.1.5). */
function isRangeWanted(ifRange: string | string[] | undefined, validators: Validators): boolean {
  return ifRange === undefined || ifRange === validators.etag || ifRange === validators.lastModified;
}

/** Whether a list of entity tags (RFC 9110 8.8.3) or `*` names `etag`, which is strong. Stops at the first thing that is no tag. */
function namesTag(list: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (list === etag || list.trim() === '*') return true;
  for (let at = 0; at < list.length; ) {
    const code = list.charCodeAt(at);
    if (code === 0x2c || code === 0x20 || code === 0x09) {
      at += 1;
      continue;
    }
    const isWeak = list.startsWith('W/', at);
    const open = isWeak ? at + 2 : at;
    const close = list.indexOf('"', open + 1);
    if (list.charCodeAt(open) !== 0x22 || close === -1) return false;
    const isSame = close + 1 - open === etag.length && list.startsWith(etag, open);
    if (isSame && !(isWeak && comparison === 'strong')) return true;
    at = close + 1;
  }
  return false;
}
