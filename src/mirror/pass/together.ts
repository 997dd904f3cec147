import { rootOf } from '../../maven/kind.ts';
import { signaturesWith } from './signing.ts';

/**
 * A file and the signatures that come with it are read together, whichever arrives last: told of each path as it arrives, gives those that may be
 * read now. `names` are all that will come; those that never do are left to whoever waits for the end.
 */
export function gatherSigned(names: ReadonlySet<string>): (path: string) => readonly string[] {
  const arrived = new Map<string, Set<string>>();
  return (path) => {
    const root = rootOf(path);
    const signatures = signaturesWith(root, names);
    const isOfGroup = path === root || signatures.includes(path);
    if (!isOfGroup || signatures.length === 0) return [path];
    const group = [root, ...signatures].filter((each) => names.has(each));
    const here = (arrived.get(root) ?? new Set()).add(path);
    arrived.set(root, here);
    if (here.size < group.length) return [];
    arrived.delete(root);
    return group;
  };
}
