// Links are never copied and never followed on a disk: where one leads is worked out over the listing's own names.

/** `inside` names a path of the tree; whether a regular file is listed there the caller looks up. */
export type LinkFate =
  | { readonly kind: 'inside'; readonly path: string }
  | { readonly kind: 'unsafe'; readonly reason: string };

/** As many as Linux follows (`ELOOP`). */
const HOPS = 40;

/** Where the link at `path` leads, through other links of the tree too. `links` maps each link's path to its target as written. */
export function resolveLink(path: string, links: ReadonlyMap<string, string>): LinkFate {
  const written = links.get(path) ?? '';
  const place = path.split('/');
  const ahead = [place.pop() ?? ''];
  let hops = 0;
  while (ahead.length > 0) {
    const segment = ahead.shift() ?? '';
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (place.pop() === undefined) return unsafe('link out of the tree', written);
      continue;
    }
    place.push(segment);
    const target = links.get(place.join('/'));
    if (target === undefined) continue;
    hops += 1;
    if (hops > HOPS) return unsafe('link in a loop', written);
    if (target.startsWith('/')) return unsafe('link out of the tree', written);
    place.pop();
    ahead.unshift(...target.split('/'));
  }
  return { kind: 'inside', path: place.join('/') };
}

export function unsafe(what: string, target: string): LinkFate & { readonly kind: 'unsafe' } {
  return { kind: 'unsafe', reason: `${what} -> ${target}` };
}
