// Globs over repository paths: `*` and `?` within a segment, `**` over segments, `[ab]`, `{a,b}`. Matched by our own code over listed paths, so
// that every source filters alike; the time is linear in pattern times path, whatever an operator writes.

import { rootOf } from './kind.ts';

export interface PathFilter {
  /** Sidecars and signatures follow the file that they hang on, unless they are excluded themselves. */
  wants(path: string): boolean;
  /** Folders that are excluded whole: a source need not even list them. */
  readonly excludedPrefixes: readonly string[];
}

const ALTERNATIVES_CEILING = 100;

/** Exclude wins; no include means everything. Globs must have passed `globFault`. */
export function compileFilter(globs: {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}): PathFilter {
  const include = globs.include.flatMap(expand).map(compile);
  const exclude = globs.exclude.flatMap(expand).map(compile);
  const isIn = (patterns: readonly Pattern[], path: string) => {
    const segments = path.split('/');
    return patterns.some((pattern) => matchesFrom(pattern, 0, segments, 0));
  };
  return {
    wants(path) {
      if (include.length === 0 && exclude.length === 0) return true;
      const root = rootOf(path);
      if (exclude.length > 0 && (isIn(exclude, path) || (root !== path && isIn(exclude, root)))) return false;
      return include.length === 0 || isIn(include, root) || (root !== path && isIn(include, path));
    },
    excludedPrefixes: globs.exclude.flatMap(expand).flatMap(wholePrefix),
  };
}

/** What is wrong with a glob, for people, or null. */
export function globFault(glob: string): string | null {
  if (glob === '') return 'an empty glob matches nothing';
  if (glob.startsWith('/')) return 'globs are relative to the repository: no leading /';
  if (glob.split('/').some((segment) => segment === '..' || segment === '.')) return 'segments . and .. never occur';
  if (glob.includes('\\')) return 'there is no escaping: use [ ] for a special character';
  if (hasUnclosed(glob, '[', ']')) return '[ without ]';
  if (hasUnclosed(glob, '{', '}')) return '{ without }, or one { inside another';
  return expand(glob).length > ALTERNATIVES_CEILING ? `more than ${ALTERNATIVES_CEILING} alternatives` : null;
}

function hasUnclosed(glob: string, open: string, close: string): boolean {
  let isOpen = false;
  for (const character of glob) {
    if (character === open && isOpen) return open === '{';
    if (character === open) isOpen = true;
    if (character === close && !isOpen) return true;
    if (character === close) isOpen = false;
  }
  return isOpen;
}

/** `a/{b,c}/d` is `a/b/d` and `a/c/d`; a folder (`a/`) is everything below it. */
function expand(glob: string): string[] {
  const whole = glob.endsWith('/') ? `${glob}**` : glob;
  const open = whole.indexOf('{');
  const close = whole.indexOf('}', open);
  if (open === -1 || close === -1) return [whole];
  const alternatives: string[] = [];
  for (const part of whole.slice(open + 1, close).split(',')) {
    alternatives.push(...expand(whole.slice(0, open) + part + whole.slice(close + 1)));
    if (alternatives.length > ALTERNATIVES_CEILING) return alternatives;
  }
  return alternatives;
}

function wholePrefix(glob: string): string[] {
  if (!glob.endsWith('/**')) return [];
  const prefix = glob.slice(0, -'/**'.length);
  return /[*?[\]]/.test(prefix) ? [] : [prefix];
}

type Character = { readonly kind: 'one'; readonly is: (character: string) => boolean } | { readonly kind: 'any' };
type Segment = { readonly kind: 'segments' } | { readonly kind: 'segment'; readonly characters: readonly Character[] };
type Pattern = readonly Segment[];

function compile(glob: string): Pattern {
  return glob
    .split('/')
    .map(
      (segment): Segment =>
        segment === '**' ? { kind: 'segments' } : { kind: 'segment', characters: compileSegment(segment) },
    );
}

function compileSegment(segment: string): Character[] {
  const characters: Character[] = [];
  for (let at = 0; at < segment.length; at += 1) {
    const character = segment[at] ?? '';
    if (character === '*') characters.push({ kind: 'any' });
    else if (character === '?') characters.push({ kind: 'one', is: () => true });
    else if (character === '[') {
      const close = segment.indexOf(']', at + 1);
      characters.push({ kind: 'one', is: setOf(segment.slice(at + 1, close)) });
      at = close;
    } else characters.push({ kind: 'one', is: (other) => other === character });
  }
  return characters;
}

function setOf(set: string): (character: string) => boolean {
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

/** Wildcard matching with one point to go back to: after a later `**` an earlier one never needs to take more. */
function matchesFrom(pattern: Pattern, patternAt: number, segments: readonly string[], segmentAt: number): boolean {
  let backTo: [number, number] | null = null;
  let p = patternAt;
  let s = segmentAt;
  while (s < segments.length) {
    const each = pattern[p];
    if (each?.kind === 'segments') {
      backTo = [p, s];
      p += 1;
    } else if (each?.kind === 'segment' && matchesSegment(each.characters, segments[s] ?? '')) {
      p += 1;
      s += 1;
    } else if (backTo !== null) {
      backTo = [backTo[0], backTo[1] + 1];
      p = backTo[0] + 1;
      s = backTo[1];
    } else return false;
  }
  while (pattern[p]?.kind === 'segments') p += 1;
  return p === pattern.length;
}

function matchesSegment(characters: readonly Character[], segment: string): boolean {
  let backTo: [number, number] | null = null;
  let p = 0;
  let s = 0;
  while (s < segment.length) {
    const each = characters[p];
    if (each?.kind === 'any') {
      backTo = [p, s];
      p += 1;
    } else if (each?.kind === 'one' && each.is(segment[s] ?? '')) {
      p += 1;
      s += 1;
    } else if (backTo !== null) {
      backTo = [backTo[0], backTo[1] + 1];
      p = backTo[0] + 1;
      s = backTo[1];
    } else return false;
  }
  while (characters[p]?.kind === 'any') p += 1;
  return p === characters.length;
}
