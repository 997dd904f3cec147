import { pathFault, reservedSegment } from './path-grammar.ts';

/** What an operator may name: a group's artifact (`org.example:tool`), one version of it (`org.example:tool:1.0`), or a repository path. */
export type Named =
  | { readonly kind: 'coordinates'; readonly group: string; readonly artifact: string; readonly version: string | null }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'fault'; readonly expected: string };

const FAULT: Named = {
  kind: 'fault',
  expected: 'GROUP:ARTIFACT, GROUP:ARTIFACT:VERSION, or a repository path such as org/example/tool/1.0/tool-1.0.jar',
};

/** A path may be a folder's, with or without the slash at its end. What is ours (`.meta/...`) cannot be named. */
export function parseCoordinates(text: string): Named {
  if (text.includes(':')) return coordinates(text.split(':'));
  const path = text.endsWith('/') ? text.slice(0, -1) : text;
  return isNameable(path) ? { kind: 'path', path } : FAULT;
}

/** The repository path that stands for all of it: `org/example/tool`, `org/example/tool/1.0`. */
export function prefixOf(named: Exclude<Named, { kind: 'fault' }>): string {
  if (named.kind === 'path') return named.path;
  const folder = `${named.group.replaceAll('.', '/')}/${named.artifact}`;
  return named.version === null ? folder : `${folder}/${named.version}`;
}

/** `org/example/tool` is `org.example:tool`. */
export function coordinatesOf(artifactFolder: string): string {
  const cut = artifactFolder.lastIndexOf('/');
  return `${artifactFolder.slice(0, Math.max(0, cut)).replaceAll('/', '.')}:${artifactFolder.slice(cut + 1)}`;
}

function coordinates(parts: readonly string[]): Named {
  const [group = '', artifact = '', version = null] = parts;
  if (parts.length > 3 || parts.some((part) => part === '' || part.includes('/'))) return FAULT;
  const named: Named = { kind: 'coordinates', group, artifact, version };
  return isNameable(prefixOf(named)) ? named : FAULT;
}

function isNameable(path: string): boolean {
  return pathFault(path) === null && reservedSegment(path) === null;
}
