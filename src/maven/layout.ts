import {
  isMetadataName,
  isSignature,
  type Kind,
  kindOf,
  nameOf,
  rootOf,
  sumAlgorithmOf,
  versionFolderOf,
} from './kind.ts';

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

export function locate(path: string): Location {
  const root = rootOf(path);
  const kind = kindOf(path);
  if (isMetadataName(nameOf(root))) return metadataLocation(path, root, kind);
  const folder = versionFolderOf(root);
  if (folder === null) {
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
  const cut = folder.lastIndexOf('/');
  const version = folder.slice(cut + 1);
  const snapshot = version.endsWith('-SNAPSHOT');
  return {
    kind,
    root,
    unit: folder,
    unitKind: 'version',
    snapshot,
    mutable: snapshot || sumAlgorithmOf(path) !== null,
    isMain: path === root && kind === 'artifact' && isWithoutClassifier(root, folder, version),
    artifactFolder: folder.slice(0, cut),
    version,
  };
}

/** Version-level metadata lies in a SNAPSHOT folder, artifact-level beside the versions, group-level above; a name does not tell the last two apart. */
function metadataLocation(path: string, root: string, kind: Kind): Location {
  const folder = root.slice(0, Math.max(0, root.lastIndexOf('/')));
  const snapshot = folder.endsWith('-SNAPSHOT');
  const artifactFolder = snapshot ? folder.slice(0, folder.lastIndexOf('/')) : folder;
  return {
    kind: isSignature(path) ? 'signature' : kind,
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

const BUILD = /^\d{8}\.\d{6}-\d+/;

function isWithoutClassifier(root: string, folder: string, version: string): boolean {
  const name = nameOf(root);
  const artifact = folder.slice(
    folder.lastIndexOf('/', folder.length - version.length - 2) + 1,
    folder.length - version.length - 1,
  );
  const rest = name.slice(artifact.length + 1);
  if (rest.startsWith(`${version}.`)) return true;
  const base = version.slice(0, -'SNAPSHOT'.length);
  const build = version.endsWith('-SNAPSHOT') && rest.startsWith(base) ? BUILD.exec(rest.slice(base.length)) : null;
  return build !== null && rest[base.length + build[0].length] === '.';
}
