import { locate } from './layout.ts';

/** What a file is called in a build: the words in which people write down who may sign it. */
export interface ArtifactName {
  readonly group: string;
  readonly artifact: string;
  /** `1.0-SNAPSHOT` for every build of it. */
  readonly version: string;
  readonly classifier: string | null;
  /** `jar`, `pom`, `tar.gz`. */
  readonly extension: string;
  /** What a build may call this kind of file; the extension first. */
  readonly types: readonly string[];
}

const DOUBLE = /\.(tar\.[a-z0-9]+)$/;
const BUILD = /^\d{8}\.\d{6}-\d+/;
/** Types under which Maven knows a jar besides its own name (its artifact handlers, and the plugins' own). */
const JAR_TYPES = ['maven-plugin', 'ejb', 'bundle', 'maven-archetype', 'eclipse-plugin', 'par'];
const BY_CLASSIFIER: Readonly<Record<string, string>> = {
  sources: 'java-source',
  javadoc: 'javadoc',
  tests: 'test-jar',
  client: 'ejb-client',
};

/** Null for what is no file of a version. `path` is a root: neither a checksum nor a signature. */
export function artifactAt(path: string): ArtifactName | null {
  const { unitKind, artifactFolder, version, root } = locate(path);
  if (unitKind !== 'version' || artifactFolder === null || version === null) return null;
  const cut = artifactFolder.lastIndexOf('/');
  const artifact = artifactFolder.slice(cut + 1);
  const rest = afterVersion(root.slice(root.lastIndexOf('/') + artifact.length + 2), version);
  const double = DOUBLE.exec(rest);
  const dot = double === null ? rest.lastIndexOf('.') : double.index;
  const extension = dot < 0 ? '' : rest.slice(dot + 1);
  const classifier = rest.startsWith('-') ? rest.slice(1, dot < 0 ? undefined : dot) : null;
  const types = [extension, ...typesOf(extension, classifier)];
  return {
    group: artifactFolder.slice(0, Math.max(0, cut)).replaceAll('/', '.'),
    artifact,
    version,
    classifier,
    extension,
    types,
  };
}

/** `-sources.jar` of `1.0-sources.jar`, and of `1.0-20260101.000000-1-sources.jar` where the version is a SNAPSHOT. */
function afterVersion(name: string, version: string): string {
  if (name.startsWith(version)) return name.slice(version.length);
  const rest = name.slice(version.length - 'SNAPSHOT'.length);
  return rest.slice(BUILD.exec(rest)?.[0].length ?? 0);
}

function typesOf(extension: string, classifier: string | null): string[] {
  if (extension !== 'jar') return [];
  if (classifier === null) return JAR_TYPES;
  const type = BY_CLASSIFIER[classifier];
  return type === undefined ? [] : [type];
}
