import { pathFault } from './path-grammar.ts';

/** What an operator may name: a group's artifact (`org.example:tool`), one version of it (`org.example:tool:1.0`), or a repository path. */
export type Named =
  | { readonly kind: 'coordinates'; readonly group: string; readonly artifact: string; readonly version: string | null }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'fault'; readonly expected: string };

const EXPECTED =
  'GROUP:ARTIFACT, GROUP:ARTIFACT:VERSION, or a repository path such as org/example/tool/1.0/tool-1.0.jar';

export function parseCoordinates(text: string): Named {
  if (!text.includes(':')) {
    const path = text.replace(/\/+$/, '');
    return pathFault(path) === null ? { kind: 'path', path } : { kind: 'fault', expected: EXPECTED };
  }
  const [group = '', artifact = '', version, ...rest] = text.split(':');
  const isFine = [group, artifact, version ?? 'x'].every(
    (part) => part !== '' && !part.includes('/') && pathFault(part) === null,
  );
  if (!isFine || rest.length > 0 || group.split('.').includes('')) return { kind: 'fault', expected: EXPECTED };
  return { kind: 'coordinates', group, artifact, version: version ?? null };
}

/** The repository path that stands for all of it: `org/example/tool`, `org/example/tool/1.0`. */
export function prefixOf(named: Exclude<Named, { kind: 'fault' }>): string {
  if (named.kind === 'path') return named.path;
  const folder = `${named.group.replaceAll('.', '/')}/${named.artifact}`;
  return named.version === null ? folder : `${folder}/${named.version}`;
}
