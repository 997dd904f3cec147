// What a repository path is, by its name alone. One pass asks this for every listed path, so nothing here backtracks.

export type Kind = 'pom' | 'artifact' | 'signature' | 'checksum' | 'metadata' | 'loose';

export type SumAlgorithm = 'md5' | 'sha1' | 'sha256' | 'sha512';

const SUM_SUFFIXES: readonly (readonly [string, SumAlgorithm])[] = [
  ['.md5', 'md5'],
  ['.sha1', 'sha1'],
  ['.sha256', 'sha256'],
  ['.sha512', 'sha512'],
];

// The longer one first: `.sigstore.json` would otherwise be a stranger's `.json`.
const SIGNATURE_SUFFIXES: readonly string[] = ['.sigstore.json', '.sigstore', '.asc', '.sig'];

/** Which sum a checksum file holds, or null for any other path. */
export function sumAlgorithmOf(path: string): SumAlgorithm | null {
  for (const [suffix, algorithm] of SUM_SUFFIXES) if (path.endsWith(suffix)) return algorithm;
  return null;
}

export function isSignature(path: string): boolean {
  return SIGNATURE_SUFFIXES.some((suffix) => path.endsWith(suffix));
}

/** One sidecar or signature suffix off: `x.jar.asc.md5` is about `x.jar.asc`. A path without such a suffix is its own base. */
export function baseOf(path: string): string {
  for (const [suffix] of SUM_SUFFIXES) if (path.endsWith(suffix)) return withoutSuffix(path, suffix);
  for (const suffix of SIGNATURE_SUFFIXES) if (path.endsWith(suffix)) return withoutSuffix(path, suffix);
  return path;
}

/** All suffixes off: `x.jar.asc.md5` hangs on `x.jar`. */
export function rootOf(path: string): string {
  for (let root = path; ; ) {
    const base = baseOf(root);
    if (base === root) return root;
    root = base;
  }
}

/** A file whose whole name is a suffix (`.md5`) hangs on nothing. */
function withoutSuffix(path: string, suffix: string): string {
  const base = path.slice(0, -suffix.length);
  return base === '' || base.endsWith('/') ? path : base;
}

/** `maven-metadata.xml`, or `maven-metadata-ID.xml` as repository managers keep it per remote. */
export function isMetadataName(name: string): boolean {
  return name === 'maven-metadata.xml' || (name.startsWith('maven-metadata-') && name.endsWith('.xml'));
}

/** Last segment of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Maven's repository layout: an artifact's name begins with the names of the two folders it lies in, `.../ARTIFACT/VERSION/ARTIFACT-VERSION`. */
export function kindOf(path: string): Kind {
  if (sumAlgorithmOf(path) !== null && baseOf(path) !== path) return 'checksum';
  if (isSignature(path) && baseOf(path) !== path) return 'signature';
  if (isMetadataName(nameOf(path))) return 'metadata';
  if (versionFolderOf(path) === null) return 'loose';
  return path.endsWith('.pom') ? 'pom' : 'artifact';
}

/**
 * `g/a/v` when `path`, which must be a root, is a file of that version, else null. In a SNAPSHOT folder the name carries the base version and a
 * timestamp instead.
 */
export function versionFolderOf(path: string): string | null {
  const last = path.lastIndexOf('/');
  const middle = path.lastIndexOf('/', last - 1);
  if (last <= 0 || middle <= 0) return null;
  const first = path.lastIndexOf('/', middle - 1);
  if (first < 0) return null;
  const artifact = path.slice(first + 1, middle);
  const version = path.slice(middle + 1, last);
  const name = path.slice(last + 1);
  if (!name.startsWith(artifact) || name[artifact.length] !== '-') return null;
  const rest = name.slice(artifact.length + 1);
  if (begins(rest, version)) return path.slice(0, last);
  if (!version.endsWith('-SNAPSHOT')) return null;
  return rest.startsWith(version.slice(0, -'SNAPSHOT'.length)) ? path.slice(0, last) : null;
}

function begins(rest: string, version: string): boolean {
  const after = rest[version.length];
  return rest.startsWith(version) && (after === '.' || after === '-');
}
