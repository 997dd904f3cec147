// The left side of a keysmap line. Upper and lower case are the same to it.

import type { ArtifactName } from '../../../maven/artifact-name.ts';
import { parseVersionRange } from '../../../maven/version-order.ts';
import { compileVersionPattern } from './version-pattern.ts';

export interface ArtifactPattern {
  /** In lower case, when the group is written out; null when it has a star. */
  readonly exactGroup: string | null;
  matches(name: ArtifactName): boolean;
}

const PACKAGING = /^[a-z]+$/;

/** Or why it is none. */
export function parsePattern(text: string): ArtifactPattern | string {
  const parts = splitParts(text);
  if (parts.length > 5) return `${JSON.stringify(text)} has more than five parts`;
  const [group = '', artifact = '', third = '', ...others] = parts;
  if (group === '') return 'it names no group';
  const isPackaging = others.length > 0 || PACKAGING.test(third);
  const packaging = isPackaging ? third : '';
  // Five parts are in no manual and in the public map: `org.example:tool:jar:sources:1.0`.
  const classifier = others.length === 2 ? (others[0] ?? '') : null;
  const version = parseVersion(others.at(-1) ?? (isPackaging ? '' : third));
  if (typeof version === 'string') return version;
  return {
    exactGroup: group.includes('*') ? null : group,
    matches: (name) =>
      matchesStars(group, name.group.toLowerCase()) &&
      matchesStars(artifact, name.artifact.toLowerCase()) &&
      name.types.some((type) => matchesStars(packaging, type.toLowerCase())) &&
      (classifier === null || matchesStars(classifier, name.classifier?.toLowerCase() ?? '')) &&
      version(name.version.toLowerCase()),
  };
}

/** A regular expression may hold colons: what follows its tilde is one part. */
function splitParts(text: string): string[] {
  const tilde = /:\s*!?~/.exec(text);
  const head = tilde === null ? text : text.slice(0, tilde.index);
  const parts = head
    .toLowerCase()
    .split(':')
    .map((part) => part.trim());
  return tilde === null ? parts : [...parts, text.slice(tilde.index + 1).trim()];
}

/** Or why it is none. */
function parseVersion(text: string): ((version: string) => boolean) | string {
  if (text === '' || text === '*') return () => true;
  if (text.startsWith('~') || text.startsWith('!~')) {
    const isNegated = text.startsWith('!');
    const matches = compileVersionPattern(text.slice(isNegated ? 2 : 1));
    if (typeof matches === 'string') return matches;
    // What takes too long says neither yes nor no, and allows nothing.
    return (version) => matches(version) === (isNegated ? 'differs' : 'matches');
  }
  if (text.startsWith('[') || text.startsWith('(')) return parseVersionRange(text) ?? `${text} is no range of versions`;
  return text.includes('*')
    ? `${text} is no version: stars stand for groups and artifacts only`
    : (version) => version === text;
}

/** `x.*` is `x` and all below it; elsewhere a star is any text. Nothing written: anything. */
function matchesStars(pattern: string, text: string): boolean {
  if (pattern === '' || pattern === '*') return true;
  if (!pattern.endsWith('.*')) return isLike(pattern, text);
  const stem = pattern.slice(0, -2);
  return isLike(stem, text) || (isLike(`${stem}.*`, text) && !text.endsWith('.'));
}

/** In time that grows with the product of the two lengths at most. */
function isLike(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text;
  const pieces = pattern.split('*');
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)];
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
