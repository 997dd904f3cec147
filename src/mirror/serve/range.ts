/** Both ends are counted, as in `Content-Range`. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export type RangeRead =
  | { readonly kind: 'parts'; readonly parts: readonly ByteRange[] }
  | { readonly kind: 'whole' }
  | { readonly kind: 'unsatisfiable' };

const UNIT = /^bytes=/i;
const SPEC = /^[ \t]*(\d*)-(\d*)[ \t]*$/;
const WHOLE: RangeRead = { kind: 'whole' };
const UNSATISFIABLE: RangeRead = { kind: 'unsatisfiable' };

/** More are no resumed download but a storm. */
const SPECS_CEILING = 64;
const PARTS_CEILING = 16;
/** What the head of one more part costs: a gap up to this is cheaper sent than left out. */
const GAP_BYTES = 100;

/**
 * Reads a Range field over `size` bytes. Another unit, what is no range at all, and more ranges than anybody needs are answered with the whole:
 * a server may ignore the field (RFC 9110 14.2). Ranges that overlap, or nearly touch, become one, and all together never name a byte twice: no
 * field makes an answer larger than the file by more than a few heads (RFC 9110 17.15).
 */
export function readRange(field: string, size: number): RangeRead {
  if (!UNIT.test(field)) return WHOLE;
  const specs = field.slice('bytes='.length).split(',', SPECS_CEILING + 1);
  if (specs.length > SPECS_CEILING) return WHOLE;
  const parts: ByteRange[] = [];
  for (const spec of specs) {
    const read = readSpec(spec, size);
    if (read === 'whole') return WHOLE;
    if (read !== null) parts.push(read);
  }
  if (parts.length === 0) return UNSATISFIABLE;
  const joined = join(parts);
  return joined.length > PARTS_CEILING ? WHOLE : { kind: 'parts', parts: joined };
}

/** Null: it lies outside. `whole`: it is no range, or one of an empty file, of which no part can be named. */
function readSpec(spec: string, size: number): ByteRange | 'whole' | null {
  const [, first, last] = SPEC.exec(spec) ?? [];
  if (first === undefined || last === undefined) return 'whole';
  if (first === '') return readSuffix(last, size);
  const from = Number(first);
  const to = last === '' ? Number.POSITIVE_INFINITY : Number(last);
  if (to < from) return 'whole';
  return from >= size ? null : { first: from, last: Math.min(to, size - 1) };
}

function readSuffix(length: string, size: number): ByteRange | 'whole' | null {
  if (length === '') return 'whole';
  const wanted = Number(length);
  if (wanted === 0) return null;
  return size === 0 ? 'whole' : { first: Math.max(0, size - wanted), last: size - 1 };
}

/** In the order that was asked for, as long as no two of them come together; else in the order of the file. */
function join(parts: readonly ByteRange[]): readonly ByteRange[] {
  const joined: ByteRange[] = [];
  for (const part of parts.toSorted((a, b) => a.first - b.first)) {
    const before = joined.at(-1);
    if (before === undefined || part.first - before.last - 1 > GAP_BYTES) joined.push(part);
    else joined[joined.length - 1] = { first: before.first, last: Math.max(before.last, part.last) };
  }
  return joined.length === parts.length ? parts : joined;
}
