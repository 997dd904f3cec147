// From the request target to a repository path. Everything here was chosen by whoever sent the request.

/** No repository path is longer (path grammar: 1024 bytes of UTF-8), each byte at most three characters long on the wire. */
const TARGET_CEILING = 3 * 1024;

/**
 * `path` is decoded once and has no leading slash; it is only ever a key for look-ups. `malformed` never reaches a look-up: a decoded slash
 * would make two spellings of one path, and `%2e%2e` means a climb to somebody.
 */
export type RequestPath =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'too-long' };

/**
 * Reads a request target (RFC 9112 3.2, origin-form or absolute-form). The query is no part of the path; `+` is itself, as `%2B` is. `alsoAt` are
 * prefixes (`/repo/`) under which the repository is served as well: what follows one is the path.
 */
export function readTarget(target: string, alsoAt: readonly string[] = []): RequestPath {
  const read = readPath(target);
  if (read.kind !== 'path' || alsoAt.length === 0) return read;
  const prefix = alsoAt.find((each) => `/${read.path}`.startsWith(each));
  return prefix === undefined ? read : { kind: 'path', path: read.path.slice(prefix.length - 1) };
}

function readPath(target: string): RequestPath {
  const start = target.charCodeAt(0) === 0x2f ? 1 : afterAuthority(target);
  if (start === -1) return malformed('the request target is no path');
  const query = target.indexOf('?', start);
  const raw = query === -1 ? target.slice(start) : target.slice(start, query);
  if (raw.length > TARGET_CEILING) return { kind: 'too-long' };
  if (!isPlainAscii(raw)) return malformed('a character that must be percent-encoded');
  if (raw.indexOf('%') === -1) return hasDotSegment(raw) ? malformed('a dot segment') : { kind: 'path', path: raw };
  return decode(raw);
}

/** The path as it was asked for, still encoded, for people and for `instance`: without the query, which may hold what is not ours to repeat. */
export function shownTarget(target: string): string {
  const query = target.indexOf('?');
  return (query === -1 ? target : target.slice(0, query)).slice(0, TARGET_CEILING);
}

const ABSOLUTE_FORM = /^https?:\/\/[^/?#]*/i;

function afterAuthority(target: string): number {
  const authority = ABSOLUTE_FORM.exec(target)?.[0];
  if (authority === undefined) return -1;
  return target.charCodeAt(authority.length) === 0x2f ? authority.length + 1 : authority.length;
}

/** Node.js hands raw bytes above 0x7f through as Latin-1: such a target is not a URI (RFC 3986 2.1), and would be looked up under a wrong name. */
function isPlainAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f || code === 0x23) return false;
  }
  return true;
}

const ENCODED_SEPARATOR = /%(?:2f|5c|[01][0-9a-f]|7f)/i;

function decode(raw: string): RequestPath {
  if (ENCODED_SEPARATOR.test(raw)) return malformed('an encoded slash, backslash or control character');
  try {
    // Refuses lone `%`, bad hex, and UTF-8 that is over-long, cut or a surrogate.
    const path = decodeURIComponent(raw);
    return hasDotSegment(path) ? malformed('a dot segment') : { kind: 'path', path };
  } catch (error) {
    if (error instanceof URIError) return malformed('a percent-encoding that is no UTF-8');
    throw error;
  }
}

function hasDotSegment(path: string): boolean {
  for (let at = path.indexOf('.'); at !== -1; at = path.indexOf('.', at + 1)) {
    if (at > 0 && path.charCodeAt(at - 1) !== 0x2f) continue;
    const end = path.charCodeAt(at + 1) === 0x2e ? at + 2 : at + 1;
    if (end === path.length || path.charCodeAt(end) === 0x2f) return true;
  }
  return false;
}

function malformed(reason: string): RequestPath {
  return { kind: 'malformed', reason };
}
