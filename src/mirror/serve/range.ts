/** Both ends are counted, as in `Content-Range`. */
export interface ByteRange {
  readonly kind: 'part';
  readonly first: number;
  readonly last: number;
}

export type RangeRead = ByteRange | { readonly kind: 'whole' } | { readonly kind: 'unsatisfiable' };

const SINGLE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;
const WHOLE: RangeRead = { kind: 'whole' };
const UNSATISFIABLE: RangeRead = { kind: 'unsatisfiable' };

/**
 * Reads a Range field over `size` bytes. Another unit, several ranges and what is no range at all are answered with the whole: a server may
 * ignore the field (RFC 9110 14.2), and a storm of overlapping ranges then costs one plain answer.
 */
export function readRange(field: string, size: number): RangeRead {
  const [, first, last] = SINGLE.exec(field) ?? [];
  if (first === undefined || last === undefined) return WHOLE;
  if (first === '') return readSuffix(last, size);
  const from = Number(first);
  const to = last === '' ? Number.POSITIVE_INFINITY : Number(last);
  if (to < from) return WHOLE;
  if (from >= size) return UNSATISFIABLE;
  return { kind: 'part', first: from, last: Math.min(to, size - 1) };
}

/** The last bytes. Of an empty file no part can be named in Content-Range, so all of it is sent. */
function readSuffix(length: string, size: number): RangeRead {
  if (length === '') return WHOLE;
  const wanted = Number(length);
  if (wanted === 0) return UNSATISFIABLE;
  if (size === 0) return WHOLE;
  return { kind: 'part', first: Math.max(0, size - wanted), last: size - 1 };
}
