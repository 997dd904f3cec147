// Globs over repository paths: `*` and `?` within a segment, `**` over segments, `[ab]`, `{a,b}`. Matched by our own code over listed paths, so
// that every source filters alike; the time is at most pattern times path, whatever an operator writes.

import { compileGlob, type Glob, matches } from './glob-match.ts';
import { baseOf } from './kind.ts';

export interface PathFilter {
  /** Sidecars and signatures follow the file that they hang on, unless they are excluded themselves. */
  wants(path: string): boolean;
  /** Folders that are excluded whole: a source need not even list them. */
  readonly excludedPrefixes: readonly string[];
  /** Folders that hold all that is wanted, none below another; null when nothing narrows it down. */
  readonly includedPrefixes: readonly string[] | null;
}

const GLOB_CEILING = 1024;
const ALTERNATIVES_CEILING = 100;

/** Exclude wins; no include means everything. Globs must have passed `globFault`; of others it only promises to end. */
export function compileFilter(globs: {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}): PathFilter {
  const include = globs.include.flatMap(expand).map(compileGlob);
  const exclude = globs.exclude.flatMap(expand).map(compileGlob);
  return {
    wants(path) {
      if (include.length === 0 && exclude.length === 0) return true;
      // What a path hangs on, link by link: without `x.jar.asc` nobody wants `x.jar.asc.md5`.
      const chain = [path.split('/')];
      for (let each = path, base = baseOf(each); base !== each; each = base, base = baseOf(each)) {
        chain.push(base.split('/'));
      }
      if (chain.some((each) => isIn(exclude, each))) return false;
      return include.length === 0 || chain.some((each) => isIn(include, each));
    },
    excludedPrefixes: globs.exclude.flatMap(expand).flatMap(wholePrefix),
    includedPrefixes: includedPrefixes(globs.include.flatMap(expand)),
  };
}

function isIn(globs: readonly Glob[], segments: readonly string[]): boolean {
  for (const glob of globs) if (matches(glob, segments)) return true;
  return false;
}

/** What is wrong with a glob, for people, or null. */
export function globFault(glob: string): string | null {
  if (glob === '') return 'an empty glob matches nothing';
  if (glob.length > GLOB_CEILING) return `longer than ${GLOB_CEILING} characters`;
  if (glob.startsWith('/')) return 'globs are relative to the repository: no leading /';
  if (glob.includes('\\')) return 'there is no escaping: use [ ] for a special character';
  const bracketFault = setFault(glob) ?? braceFault(glob);
  if (bracketFault !== null) return bracketFault;
  const alternatives = expand(glob);
  if (alternatives.length > ALTERNATIVES_CEILING) return `more than ${ALTERNATIVES_CEILING} alternatives`;
  for (const segment of alternatives.flatMap((each) => each.split('/'))) {
    if (segment === '') return 'an empty segment never occurs';
    if (segment === '.' || segment === '..') return 'segments . and .. never occur';
    if (segment !== '**' && segment.includes('**')) return '** stands alone between slashes';
  }
  return null;
}

function setFault(glob: string): string | null {
  for (let open = glob.indexOf('['); open !== -1; ) {
    const close = glob.indexOf(']', open);
    if (close === -1) return '[ without ]';
    const members = glob.slice(open + 1, close);
    if (/[/{},]/.test(members)) return 'no / , { or } between [ and ]';
    if (/^[!^]?$/.test(members)) return 'nothing between [ and ]';
    open = glob.indexOf('[', close);
  }
  return glob.replace(/\[[^\]]*\]/g, '').includes(']') ? '] without [' : null;
}

function braceFault(glob: string): string | null {
  let isOpen = false;
  for (const character of glob) {
    if (character === (isOpen ? '{' : '}')) return isOpen ? 'one { inside another' : '} without {';
    if (character === '{' || character === '}') isOpen = character === '{';
  }
  return isOpen ? '{ without }' : null;
}

/** `a/{b,c}/d` is `a/b/d` and `a/c/d`; a folder (`a/`) is everything below it. Stops soon after the ceiling. */
function expand(glob: string): string[] {
  const open = glob.indexOf('{');
  const close = glob.indexOf('}', open);
  if (open === -1 || close === -1) return [glob.endsWith('/') ? `${glob}**` : glob];
  const alternatives: string[] = [];
  for (const part of glob.slice(open + 1, close).split(',')) {
    alternatives.push(...expand(glob.slice(0, open) + part + glob.slice(close + 1)));
    if (alternatives.length > ALTERNATIVES_CEILING) return alternatives;
  }
  return alternatives;
}

function includedPrefixes(globs: readonly string[]): readonly string[] | null {
  const prefixes = globs.map(literalPrefix).sort();
  if (globs.length === 0 || prefixes.includes('')) return null;
  return prefixes.filter((prefix, at) => {
    const before = prefixes.slice(0, at);
    return !before.some((other) => prefix === other || prefix.startsWith(`${other}/`));
  });
}

/** The folder before the first segment that is more than a name, or that a single file lies in. */
function literalPrefix(glob: string): string {
  const segments = glob.split('/');
  const end = segments.findIndex((segment) => /[*?[\]]/.test(segment));
  return segments.slice(0, end === -1 ? -1 : end).join('/');
}

function wholePrefix(glob: string): string[] {
  if (!glob.endsWith('/**')) return [];
  const prefix = glob.slice(0, -'/**'.length);
  return /[*?[\]]/.test(prefix) ? [] : [prefix];
}
