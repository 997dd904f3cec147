// Which names of a bucket or of a web server can become repository paths. Everything here is the origin's choice.

import { pathFault, reservedSegment } from '../../maven/path-grammar.ts';
import type { OddEntry } from './contract.ts';

/** Why a name is not to be listed as a file, or null. `ignored` is not worth a word: it is ours, or the origin makes it anew by itself. */
export function oddName(name: string): OddEntry | null {
  const fault = pathFault(name);
  if (fault !== null) return { name: printable(name), reason: fault, weight: 'unsafe' };
  const reserved = reservedSegment(name);
  // A first segment of one dash would be answered by our own routes: nobody could ever be served from below it.
  if (reserved === '-') return { name, reason: 'first segment - is reserved', weight: 'unsafe' };
  if (reserved !== null) return { name, reason: `first segment ${reserved} is reserved`, weight: 'ignored' };
  return isGenerated(name) ? { name, reason: 'made by the origin from other files', weight: 'ignored' } : null;
}

const FEED = /^(?:all-poms\.txt|all-jars\.clj|feed\.clj)(?:\.gz)?(?:\.(?:md5|sha1))?$/;

/** Directory pages that are stored beside the files (Clojars), and its feeds: they speak of the origin's tree, not of ours. */
export function isGenerated(path: string): boolean {
  return path === 'index.html' || path.endsWith('/index.html') || FEED.test(path);
}

/** Control characters, and what makes text run backwards, in rsync's spelling. */
function printable(name: string): string {
  return name.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\#${byte.toString(8).padStart(3, '0')}`).join(''),
  );
}
