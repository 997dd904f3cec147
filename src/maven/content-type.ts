// The types that Clojars sets at upload (facts of its deployment code), the rule for the rest included: answers can then be compared with it header by header.

const UNKNOWN = 'application/unknown';

const BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ['jar', 'application/x-java-archive'],
  ['pom', 'application/xml'],
  ['xml', 'application/xml'],
  ['md5', 'text/plain'],
  ['sha1', 'text/plain'],
  ['asc', 'text/plain'],
  ['clj', 'text/plain'],
  ['properties', 'text/plain'],
  ['txt', 'text/plain'],
  ['gz', 'application/gzip'],
  ['html', 'text/html'],
  ['zip', 'application/zip'],
]);

/** Content-Type of a repository path, by its last extension; `.sha256`, `.sig`, `.module` and everything else are `application/unknown`. */
export function contentTypeOf(path: string): string {
  const dot = path.lastIndexOf('.');
  if (dot < path.lastIndexOf('/')) return UNKNOWN;
  return BY_EXTENSION.get(path.slice(dot + 1)) ?? UNKNOWN;
}
