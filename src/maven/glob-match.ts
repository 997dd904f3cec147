// One glob without alternatives against one path. Both levels match with a single point to go back to: after a later wildcard an earlier one
// never needs to take more, so there is nothing to explore and the time is at most pattern times path.

/** One item for each segment of the pattern. */
export type Glob = readonly Segment[];

type Segment =
  /** `**`: any number of segments, none too. */
  | { readonly kind: 'segments' }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'pattern'; readonly characters: readonly Character[] };

type Character =
  /** `*`: any number of characters, none too. */
  | { readonly kind: 'any' }
  | { readonly kind: 'exactly'; readonly character: string }
  | { readonly kind: 'one'; readonly is: (character: string) => boolean };

/** `a/**` is what lies below `a`, not a file of that name. A character is a UTF-16 unit. */
export function compileGlob(glob: string): Glob {
  const segments = glob.split('/').map(compileSegment);
  return segments.at(-1)?.kind === 'segments' ? [...segments, compileSegment('*')] : segments;
}

export function matches(glob: Glob, path: readonly string[]): boolean {
  return endsAlike(glob, path) && matchesFromStart(glob, path);
}

/** Most globs fail by the name of the file: asked first, it spares the walk over the folders. */
function endsAlike(glob: Glob, path: readonly string[]): boolean {
  const last = glob.at(-1);
  return last === undefined || last.kind === 'segments' || matchesSegment(last, path.at(-1) ?? '');
}

function matchesFromStart(glob: Glob, path: readonly string[]): boolean {
  let wildcardAt = -1;
  let resumeAt = 0;
  let g = 0;
  let p = 0;
  while (p < path.length) {
    const segment = glob[g];
    if (segment?.kind === 'segments') {
      wildcardAt = g;
      resumeAt = p;
      g += 1;
    } else if (segment !== undefined && matchesSegment(segment, path[p] ?? '')) {
      g += 1;
      p += 1;
    } else if (wildcardAt !== -1) {
      resumeAt += 1;
      g = wildcardAt + 1;
      p = resumeAt;
    } else return false;
  }
  while (glob[g]?.kind === 'segments') g += 1;
  return g === glob.length;
}

function matchesSegment(segment: Exclude<Segment, { kind: 'segments' }>, text: string): boolean {
  return segment.kind === 'literal' ? segment.text === text : matchesCharacters(segment.characters, text);
}

function matchesCharacters(pattern: readonly Character[], text: string): boolean {
  let wildcardAt = -1;
  let resumeAt = 0;
  let c = 0;
  let t = 0;
  while (t < text.length) {
    const character = pattern[c];
    if (character?.kind === 'any') {
      wildcardAt = c;
      resumeAt = t;
      c += 1;
    } else if (character !== undefined && matchesOne(character, text[t] ?? '')) {
      c += 1;
      t += 1;
    } else if (wildcardAt !== -1) {
      resumeAt += 1;
      c = wildcardAt + 1;
      t = resumeAt;
    } else return false;
  }
  while (pattern[c]?.kind === 'any') c += 1;
  return c === pattern.length;
}

function matchesOne(pattern: Exclude<Character, { kind: 'any' }>, character: string): boolean {
  return pattern.kind === 'exactly' ? pattern.character === character : pattern.is(character);
}

function compileSegment(segment: string): Segment {
  if (segment === '**') return { kind: 'segments' };
  if (!/[*?[]/.test(segment)) return { kind: 'literal', text: segment };
  const characters: Character[] = [];
  for (let at = 0; at < segment.length; at += 1) {
    const character = segment[at] ?? '';
    const close = character === '[' ? segment.indexOf(']', at) : -1;
    if (character === '*') characters.push({ kind: 'any' });
    else if (character === '?') characters.push({ kind: 'one', is: () => true });
    else if (close !== -1) {
      characters.push({ kind: 'one', is: memberOf(segment.slice(at + 1, close)) });
      at = close;
    } else characters.push({ kind: 'exactly', character });
  }
  return { kind: 'pattern', characters };
}

/** `ab`, `a-z`, `!a-z`; a dash at either end is itself. */
function memberOf(set: string): (character: string) => boolean {
  const isNegated = set.startsWith('!') || set.startsWith('^');
  const members = isNegated ? set.slice(1) : set;
  return (character) => {
    let isMember = false;
    for (let at = 0; at < members.length; at += 1) {
      const from = members[at] ?? '';
      const isRange = members[at + 1] === '-' && at + 2 < members.length;
      const to = isRange ? (members[at + 2] ?? '') : from;
      if (character >= from && character <= to) isMember = true;
      if (isRange) at += 2;
    }
    return isMember !== isNegated;
  };
}
