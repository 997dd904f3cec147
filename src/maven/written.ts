// Coordinates as people have them at hand: out of a build file of any tool, out of an error message, out of a browser. Whoever looks for an artifact
// pastes what is there; what cannot be read as coordinates is words.

import { pathFault } from './path-grammar.ts';

export type Written =
  | { readonly kind: 'artifact'; readonly group: string; readonly artifact: string; readonly version: string | null }
  /** A repository path or the beginning of one, without a slash before it. */
  | { readonly kind: 'path'; readonly path: string }
  /** In lower case; at most eight, none empty. */
  | { readonly kind: 'words'; readonly words: readonly string[] };

const MOST_CHARACTERS = 1000;
const MOST_WORDS = 8;

/** What was typed is untrusted and may be anything; more than a thousand characters are not read. */
export function readWritten(typed: string): Written {
  const text = typed.slice(0, MOST_CHARACTERS).trim();
  for (const read of [fromXml, fromUrl, fromVectors, fromColons, fromSlashes]) {
    const written = read(text);
    if (written !== null) return written;
  }
  const words = text.toLowerCase().split(/[\s,;"'`()[\]{}]+/);
  return { kind: 'words', words: words.filter((word) => word !== '').slice(0, MOST_WORDS) };
}

/** A `<dependency>` of Maven, or of Ivy's or SBT's relatives that write the same elements. */
function fromXml(text: string): Written | null {
  const element = (name: string) => new RegExp(`<${name}>\\s*([^<\\s]+)\\s*</${name}>`).exec(text)?.[1];
  const [group, artifact] = [element('groupId'), element('artifactId')];
  return group === undefined || artifact === undefined ? null : artifactOf(group, artifact, element('version'));
}

/** Where a file or a page of it is: whatever stands before the repository path cannot be told, so only ours is cut off. Package URLs, too. */
function fromUrl(text: string): Written | null {
  const purl = /^pkg:maven\/([^/@?#\s]+)\/([^/@?#\s]+)(?:@([^?#\s]+))?/.exec(text);
  if (purl !== null) return artifactOf(decoded(purl[1]), decoded(purl[2]), decoded(purl[3]));
  const path = /^https?:\/\/[^/\s]+\/([^?#\s]*)/.exec(text)?.[1];
  return path === undefined ? null : pathOf(decoded(path) ?? path);
}

/** `[org.example/tool "1.0"]` of Leiningen and Boot, `org.example/tool {:mvn/version "1.0"}` of tools.deps; `ring` alone is `ring/ring`. */
function fromVectors(text: string): Written | null {
  const found = /^[\s['(]*([^\s"'[\](){}/]+)(?:\/([^\s"'[\](){}/]+))?\s+(?:\{[^"]*:mvn\/version\s+)?"([^"\s]+)"/.exec(
    text,
  );
  if (found === null) return null;
  const [, first = '', second, version] = found;
  return artifactOf(first, second ?? first, version);
}

const COLONS = /(?:^|[\s"'(])([^\s:"'()/]+(?::[^\s:"'()/]+){1,4})/;

/** `g:a`, `g:a:v`, `g:a:v@jar`, `g:a:jar:v`, `g:a:jar:sources:v`, wherever in a line it stands: `implementation("g:a:v")`, or what a build said. */
function fromColons(text: string): Written | null {
  const parts =
    COLONS.exec(text)?.[1]
      ?.replace(/@[a-z.]+$/, '')
      .split(':') ?? [];
  return artifactOf(parts[0], parts[1], parts.length === 2 ? undefined : parts.at(-1));
}

/** With one slash it may be Clojure's way to write an artifact, and is the beginning of a path as well: both mean the same folder. */
function fromSlashes(text: string): Written | null {
  if (!text.includes('/')) return null;
  const symbol = /^([^\s/]+)\/([^\s/]+)$/.exec(text);
  return symbol === null ? pathOf(text) : artifactOf(symbol[1], symbol[2], undefined);
}

function artifactOf(
  group: string | undefined,
  artifact: string | undefined,
  version: string | undefined,
): Written | null {
  if (group === undefined || artifact === undefined || version === '') return null;
  const folder = [group.replaceAll('.', '/'), artifact, ...(version === undefined ? [] : [version])];
  if ([artifact, version ?? ''].some((part) => part.includes('/')) || pathFault(folder.join('/')) !== null) return null;
  return { kind: 'artifact', group, artifact, version: version ?? null };
}

function pathOf(text: string): Written | null {
  const path = text.replace(/^\/+/, '');
  return path === '' || pathFault(path.replace(/\/$/, '')) !== null ? null : { kind: 'path', path };
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    // A percent sign that begins no escape: it is meant as it stands.
    return text;
  }
}
