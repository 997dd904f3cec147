// Where a bucket's keys are cut, so that its parts can be listed side by side.

/** Keys behind `after` up to and with `upTo`; null: to the end. */
export interface KeyRange {
  readonly after: string;
  readonly upTo: string | null;
}

const OUT_OF_ORDER = /[\ud800-\uffff]/;

/** Stores sort keys by their UTF-8 bytes, which is the order of UTF-16 only as long as no half of a surrogate pair meets what comes behind them. */
export function compareKeys(left: string, right: string): number {
  if (OUT_OF_ORDER.test(left) || OUT_OF_ORDER.test(right)) return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

const LAST_CHARACTER = '\u{10ffff}';

/** All keys that begin with a prefix, and are more than it. */
export function rangeOf(prefix: string): KeyRange {
  return prefix === '' ? { after: '', upTo: null } : { after: prefix, upTo: `${prefix}${LAST_CHARACTER}` };
}

/** A key and all that begin with it. No key that anybody gives a file comes between the one before the range and its first. */
export function rangeFrom(key: string): KeyRange {
  const before = String.fromCharCode(key.charCodeAt(key.length - 1) - 1);
  return { after: `${key.slice(0, -1)}${before}${LAST_CHARACTER}`, upTo: `${key}${LAST_CHARACTER}` };
}

export function isWithin(key: string, upTo: string | null): boolean {
  return upTo === null || compareKeys(key, upTo) <= 0;
}

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';
const MOST_CUTS = 8;

/**
 * Where a range may be cut in the middle of its names, the widest cut first: after `org/b`, between `org/c` and the end of `org/`, is `org/n`. How
 * many keys lie on either side nobody knows before they are listed.
 */
export function cutsBetween(after: string, upTo: string | null): string[] {
  const cuts: string[] = [];
  let shared = 0;
  while (upTo !== null && shared < after.length && after[shared] === upTo[shared]) shared += 1;
  for (let at = shared; at <= after.length && cuts.length < MOST_CUTS; at += 1) {
    const low = after[at] ?? '';
    const high = at === shared && upTo !== null ? (upTo[at] ?? '') : LAST_CHARACTER;
    const between = [...LETTERS].filter((letter) => letter > low && letter < high);
    const middle = between[Math.floor(between.length / 2)];
    if (middle !== undefined) cuts.push(after.slice(0, at) + middle);
  }
  return cuts;
}
