// What a repository path is, by its name alone. One pass asks this for every listed path, so nothing here backtracks.

export type Kind = 'pom' | 'artifact' | 'signature' | 'checksum' | 'metadata' | 'loose';

export type SumAlgorithm = 'md5' | 'sha1' | 'sha256' | 'sha512';

const SUM_SUFFIXES: readonly (readonly [string, SumAlgorithm])[] = [
  ['.sha1', 'sha1'],
  ['.md5', 'md5'],
  ['.sha256', 'sha256'],
  ['.sha512', 'sha512'],
];

export const SIGNATURE_SUFFIXES: readonly string[] = ['.asc', '.sig', '.sigstore', '.sigstore.json'];

/** Maven's repository layout: an artifact's name begins with the names of the two folders it lies in, `.../ARTIFACT/VERSION/ARTIFACT-VERSION`. */
export function kindOf(path: string): Kind {
  return kindOfSidecar(path) ?? kindOfRoot(path, versionFolderOf(path));
}

/** Null when the path is its own root. */
export function kindOfSidecar(path: string): 'checksum' | 'signature' | null {
  if (sumAlgorithmOf(path) !== null) return 'checksum';
  return isSignature(path) ? 'signature' : null;
}

/** The kind of a root whose `versionFolderOf` is known already. */
export function kindOfRoot(root: string, versionFolder: string | null): Exclude<Kind, 'checksum' | 'signature'> {
  if (isMetadata(root, versionFolder)) return 'metadata';
  if (versionFolder === null) return 'loose';
  return root.endsWith('.pom') ? 'pom' : 'artifact';
}

/** Which sum a checksum file holds, or null for any other path. */
export function sumAlgorithmOf(path: string): SumAlgorithm | null {
  for (const [suffix, algorithm] of SUM_SUFFIXES) if (hangsBy(path, suffix)) return algorithm;
  return null;
}

/** A signature of anything: `x.jar.asc`, `maven-metadata.xml.asc`, `x.pom.sigstore.json`. */
export function isSignature(path: string): boolean {
  for (const suffix of SIGNATURE_SUFFIXES) if (hangsBy(path, suffix)) return true;
  return false;
}

/** One sidecar or signature suffix off: `x.jar.asc.md5` is about `x.jar.asc`. A path without such a suffix is its own base. */
export function baseOf(path: string): string {
  for (const [suffix] of SUM_SUFFIXES) if (hangsBy(path, suffix)) return path.slice(0, -suffix.length);
  for (const suffix of SIGNATURE_SUFFIXES) if (hangsBy(path, suffix)) return path.slice(0, -suffix.length);
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

/** Last segment of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * `g/a/v` when `root`, a path that is its own root, is a file of that version, else null. In a SNAPSHOT folder the name carries the base version
 * and a timestamp instead.
 */
export function versionFolderOf(root: string): string | null {
  const last = root.lastIndexOf('/');
  const middle = last <= 0 ? -1 : root.lastIndexOf('/', last - 1);
  const first = middle <= 0 ? -1 : root.lastIndexOf('/', middle - 1);
  if (first < 0) return null;
  const stem = `${root.slice(first + 1, middle)}-`;
  const at = last + 1;
  if (!root.startsWith(stem, at)) return null;
  const version = root.slice(middle + 1, last);
  if (beginsWhole(root, version, at + stem.length)) return root.slice(0, last);
  if (!version.endsWith('-SNAPSHOT')) return null;
  return root.startsWith(version.slice(0, -'SNAPSHOT'.length), at + stem.length) ? root.slice(0, last) : null;
}

/** Whether a name ends with the suffix and is more than that: a file called `.md5` hangs on nothing. */
function hangsBy(path: string, suffix: string): boolean {
  if (!path.endsWith(suffix)) return false;
  const before = path[path.length - suffix.length - 1];
  return before !== undefined && before !== '/';
}

/** The version and then nothing, `.` or `-`: `1.1` is not the version of `a-1.10.jar`. */
function beginsWhole(root: string, version: string, at: number): boolean {
  if (!root.startsWith(version, at)) return false;
  const after = root[at + version.length];
  return after === undefined || after === '.' || after === '-';
}

/** `maven-metadata.xml`, or `maven-metadata-ID.xml` as repository managers keep it per remote, unless an artifact of that name has this version. */
function isMetadata(root: string, versionFolder: string | null): boolean {
  const name = nameOf(root);
  if (!name.startsWith('maven-metadata')) return false;
  if (name === 'maven-metadata.xml') return true;
  return versionFolder === null && name.startsWith('maven-metadata-') && name.endsWith('.xml');
}
