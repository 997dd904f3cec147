// What is fetched when a client asks for a file that is not here: the file with its sums, and the POM of its version with it.

import { rootOf } from '../../../maven/kind.ts';
import { locate } from '../../../maven/layout.ts';
import { oddName } from '../listed-name.ts';

export interface Wish {
  /** One at a time is fetched of these: the same key is the same work. */
  readonly key: string;
  readonly paths: readonly string[];
}

/** The sums that build tools ask for; stronger ones come when somebody asks for them by name. */
const SUMS = ['.sha1', '.md5'];

/**
 * Null for what has no place in a Maven repository: strangers ask web servers for anything, and none of that is passed on. With a jar that is
 * there and a POM that is not, build tools succeed with the dependencies silently gone: the POM comes first, or with it.
 */
export function wishFor(path: string, isHere: (path: string) => boolean): Wish | null {
  if (oddName(path) !== null) return null;
  const root = rootOf(path);
  const { unit, unitKind } = locate(path);
  if (unitKind === 'loose') return null;
  const pom = unitKind === 'version' ? pomOf(root, unit) : null;
  const roots = pom === null || pom === root || isHere(pom) ? [root] : [pom, root];
  const paths = new Set(roots.flatMap((each) => [each, ...SUMS.map((sum) => each + sum)]));
  return { key: root, paths: [...paths.add(path)].filter((each) => each === path || !isHere(each)) };
}

/** `g/a/1.0/a-1.0.pom` for any file of that version; of a SNAPSHOT the POM of the same build. */
function pomOf(root: string, folder: string): string {
  const [version = '', artifact = ''] = folder.split('/').toReversed();
  const stem = `${folder}/${artifact}-`;
  const build = /^\d{8}\.\d{6}-\d+/.exec(root.slice(stem.length + version.length - 'SNAPSHOT'.length))?.[0];
  const base = version.slice(0, -'SNAPSHOT'.length);
  return `${stem}${version.endsWith('-SNAPSHOT') && build !== undefined ? base + build : version}.pom`;
}
