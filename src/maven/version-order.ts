// The order of versions as Maven has it (maven-artifact, ComparableVersion), and the ranges written with it: `[1.0,2.0)`, `(,1.0],[1.2,)`, `[1.5]`.
// Both are needed to read what people wrote for Maven.

type Item = number | string | Item[];

const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const RELEASE = QUALIFIERS.indexOf('');
const ALIASES: Readonly<Record<string, string>> = { cr: 'rc', ga: '', final: '', release: '' };
const BEFORE_DIGITS: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' };
/** More parts than this no version has; what is longer is cut, so that nothing nests without end. */
const MOST_PARTS = 200;

/** Below zero when `a` comes before `b`; zero for `1` and `1.0`, too. */
export function compareVersions(a: string, b: string): number {
  return compareLists(parse(a), parse(b));
}

/** Each is read once, however often it is compared: some artifacts have thousands. Equal ones in the order of their text, so that it is always the same. */
export function newestFirst(versions: readonly string[]): string[] {
  return versions
    .map((text) => ({ text, items: parse(text) }))
    .sort((a, b) => compareLists(b.items, a.items) || (a.text < b.text ? -1 : 1))
    .map(({ text }) => text);
}

const PART = /(\d+)|([^\d.-]+)|[.-]/g;

/** Numbers and words; a hyphen, or a change between digits and letters, begins a list within the list. */
function parse(version: string): Item[] {
  const lists: Item[][] = [[]];
  const nest = () => {
    const inner: Item[] = [];
    lists.at(-1)?.push(inner);
    lists.push(inner);
  };
  let before: 'separator' | 'digits' | 'letters' = 'separator';
  const parts = [...version.toLowerCase().matchAll(PART)].slice(0, MOST_PARTS);
  for (const [index, [text, digits, letters]] of parts.entries()) {
    if (digits !== undefined) {
      if (before === 'letters') nest();
      lists.at(-1)?.push(numberOf(digits));
      before = 'digits';
    } else if (letters !== undefined) {
      const next = parts[index + 1];
      const isBeforeDigits = next?.[1] !== undefined;
      // A word at the end, or before digits, counts as if a hyphen stood before it: `1.x` is `1-x`.
      const isSetApart = (next === undefined || isBeforeDigits) && lists.at(-1)?.length !== 0;
      if (before === 'digits' || isSetApart) nest();
      lists.at(-1)?.push(qualifier(letters, isBeforeDigits));
      before = 'letters';
    } else {
      if (before === 'separator') lists.at(-1)?.push(0);
      if (text === '-') nest();
      before = 'separator';
    }
  }
  for (const list of lists.toReversed()) trimNothing(list);
  return lists[0] ?? [];
}

/** Beyond 15 digits the order is that of the text padded to one length; a timestamp has 14. */
function numberOf(digits: string): Item {
  const text = digits.replace(/^0+(?=\d)/, '');
  return text.length <= 15 ? Number(text) : Number(text.slice(0, 15)) * 10 ** (text.length - 15);
}

function qualifier(letters: string, isBeforeDigits: boolean): string {
  const word = (isBeforeDigits ? BEFORE_DIGITS[letters] : undefined) ?? letters;
  return ALIASES[word] ?? word;
}

/** `1.0.0` is `1`: zeros, empty words and empty lists at the end say nothing. */
function trimNothing(list: Item[]): void {
  for (let at = list.length - 1; at >= 0; at -= 1) {
    const item = list[at];
    if (item === 0 || item === '' || (Array.isArray(item) && item.length === 0)) list.splice(at, 1);
    else if (!Array.isArray(item)) return;
  }
}

function compareLists(a: readonly Item[], b: readonly Item[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const order = compareItems(a[at], b[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareItems(a: Item | undefined, b: Item | undefined): number {
  if (a === undefined) return b === undefined ? 0 : -compareItems(b, a);
  if (typeof a === 'number') {
    if (b === undefined) return a === 0 ? 0 : 1;
    return typeof b === 'number' ? Math.sign(a - b) : 1;
  }
  if (typeof a === 'string') {
    if (b === undefined) return compareTexts(rank(a), String(RELEASE));
    return typeof b === 'string' ? compareTexts(rank(a), rank(b)) : -1;
  }
  if (b === undefined) return a.map((item) => compareItems(item, undefined)).find((order) => order !== 0) ?? 0;
  if (typeof b === 'number') return -1;
  return typeof b === 'string' ? 1 : compareLists(a, b);
}

/** Words that Maven knows by their place, others after them by the alphabet. */
function rank(word: string): string {
  const place = QUALIFIERS.indexOf(word);
  return place >= 0 ? String(place) : `${QUALIFIERS.length}-${word}`;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a version lies in the range. */
export type VersionRange = (version: string) => boolean;

const INTERVAL = /([[(])([^[\](),]*)(?:(,)([^[\](),]*))?([\])])\s*(?:,\s*|$)/y;

/** Null for what is no range. */
export function parseVersionRange(text: string): VersionRange | null {
  const ranges: VersionRange[] = [];
  INTERVAL.lastIndex = 0;
  for (let at = 0; at < text.length; at = INTERVAL.lastIndex) {
    const interval = INTERVAL.exec(text);
    if (interval === null) return null;
    const [, open, low = '', comma, high = '', close] = interval;
    const bounds = [low.trim(), comma === undefined ? low.trim() : high.trim()] as const;
    if (comma === undefined && (open !== '[' || close !== ']' || bounds[0] === '')) return null;
    ranges.push(between(...bounds, open === '[', close === ']'));
  }
  return ranges.length === 0 ? null : (version) => ranges.some((range) => range(version));
}

function between(low: string, high: string, withLow: boolean, withHigh: boolean): VersionRange {
  return (version) => {
    const above = low === '' ? 1 : compareVersions(version, low);
    const below = high === '' ? -1 : compareVersions(version, high);
    return (above > 0 || (above === 0 && withLow)) && (below < 0 || (below === 0 && withHigh));
  };
}
