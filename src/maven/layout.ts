import { type Kind, kindOfRoot, kindOfSidecar, nameOf, rootOf, versionFolderOf } from './kind.ts';

/** Where a path stands in the repository layout: what it hangs on, and what it is published together with. */
export interface Location {
  readonly kind: Kind;
  /** The path without sidecar and signature suffixes. */
  readonly root: string;
  /** What is published or withheld together: a version folder `g/a/v`, a metadata file's path, or a loose file's path. */
  readonly unit: string;
  readonly unitKind: 'version' | 'metadata' | 'loose';
  readonly snapshot: boolean;
  /** May change its bytes at the origin: metadata, SNAPSHOTs, checksum files, loose files. */
  readonly mutable: boolean;
  /** The file without classifier that a version is named for (`a-1.0.jar`, `a-1.0.tar.gz`), never the POM, a sidecar or a signature. */
  readonly isMain: boolean;
  readonly artifactFolder: string | null;
  readonly version: string | null;
}

/** By the name alone: a stranger in a version folder (`g/a/1.0/notes.txt`) is loose. `path` has passed the path grammar. */
export function locate(path: string): Location {
  const root = rootOf(path);
  const folder = versionFolderOf(root);
  const rootKind = kindOfRoot(root, folder);
  const kind = kindOfSidecar(path) ?? rootKind;
  if (rootKind === 'metadata') return metadataLocation(root, kind);
  if (folder === null) return looseLocation(root, kind);
  const cut = folder.lastIndexOf('/');
  const version = folder.slice(cut + 1);
  const snapshot = version.endsWith('-SNAPSHOT');
  return {
    kind,
    root,
    unit: folder,
    unitKind: 'version',
    snapshot,
    mutable: snapshot || kind === 'checksum',
    isMain: kind === 'artifact' && isWithoutClassifier(root, cut, version),
    artifactFolder: folder.slice(0, cut),
    version,
  };
}

/** Version-level metadata lies in a SNAPSHOT folder, artifact-level beside the versions, group-level above; a name does not tell the last two apart. */
function metadataLocation(root: string, kind: Kind): Location {
  const folder = folderOf(root);
  const snapshot = folder.endsWith('-SNAPSHOT');
  const artifactFolder = snapshot ? folderOf(folder) : folder;
  return {
    kind,
    root,
    unit: root,
    unitKind: 'metadata',
    snapshot,
    mutable: true,
    isMain: false,
    artifactFolder: artifactFolder === '' ? null : artifactFolder,
    version: snapshot ? nameOf(folder) : null,
  };
}

function looseLocation(root: string, kind: Kind): Location {
  return {
    kind,
    root,
    unit: root,
    unitKind: 'loose',
    snapshot: false,
    mutable: true,
    isMain: false,
    artifactFolder: null,
    version: null,
  };
}

/** The folder that a path lies in, `''` at the top. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

const BUILD = /^\d{8}\.\d{6}-\d+\./;

/** `cut` is where the artifact's folder ends in `root`. */
function isWithoutClassifier(root: string, cut: number, version: string): boolean {
  const artifactLength = cut - root.lastIndexOf('/', cut - 1) - 1;
  const rest = root.slice(root.lastIndexOf('/') + 1 + artifactLength + 1);
  if (rest.startsWith(version)) return rest[version.length] === '.';
  const base = version.slice(0, -'SNAPSHOT'.length);
  return version.endsWith('-SNAPSHOT') && rest.startsWith(base) && BUILD.test(rest.slice(base.length));
}
