// What counts as a download: the rule by which Clojars counts its own, and nothing else. A GET that was answered 200 in full, of a `.jar` whose
// path reads as `[/repo]/GROUP.../ARTIFACT/VERSION/FILE`; so 206, 304, HEAD and whatever has a query do not count, and jars with a classifier do.
// Two things are ours: percent-encoding is taken off, so that `1.0%2B1` and `1.0+1` are one version, and a path that can be no repository path is none.

import { pathFault } from '../maven/path-grammar.ts';

/** Travels with every count: counts of two rules are never added up. A change of the rule is a new number. */
export const COUNTING_RULE = 1;

export interface Download {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  readonly extension: 'jar' | 'pom';
}

const NAMED = /[^/]\.(jar|pom)$/;
/** Group, artifact, version, file. */
const FEWEST_SEGMENTS = 4;

/**
 * Which version's jar or POM a request was for, or null when it was for neither. `target` is as a log has it, a character a byte;
 * `also` are further places where the repository is served, `/maven/`.
 */
export function downloadOf(target: string, also: readonly string[] = []): Download | null {
  const extension = NAMED.exec(target)?.[1] as Download['extension'] | undefined;
  if (extension === undefined || !target.startsWith('/') || /[?\s"]/.test(target)) return null;
  const place = also.find((prefix) => target.startsWith(prefix));
  const segments = segmentsOf(place === undefined ? target : target.slice(place.length));
  if (segments === null) return null;
  if (segments[0] === 'repo' && segments.length > FEWEST_SEGMENTS) segments.shift();
  if (segments.length < FEWEST_SEGMENTS || pathFault(segments.join('/')) !== null) return null;
  const [version = '', artifact = ''] = [segments.at(-2), segments.at(-3)];
  return { group: segments.slice(0, -3).join('.'), artifact, version, extension };
}

/** Doubled slashes are one. Null when the encoding is none, or hides a separator. */
function segmentsOf(target: string): string[] | null {
  const segments = target.split('/').filter((segment) => segment !== '');
  if (!/[%\x80-\xff]/.test(target)) return segments;
  const decoded = segments.map(decode);
  return decoded.some((segment) => segment === null || segment === '' || segment.includes('/'))
    ? null
    : (decoded as string[]);
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(Buffer.from(segment, 'latin1').toString('utf8'));
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
