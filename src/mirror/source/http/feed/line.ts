// Lines of Clojars' feeds. A line is a stranger's text; what names no version of an artifact is no line to us.

import { parseEDNString } from 'edn-data';
import { parseCoordinates, prefixOf } from '../../../../maven/coordinates.ts';
import { locate } from '../../../../maven/layout.ts';
import { pathFault, reservedSegment } from '../../../../maven/path-grammar.ts';

/** A version as a feed names it. */
export interface NamedVersion {
  /** `g/a` */
  readonly artifactFolder: string;
  /** `g/a/1.0` */
  readonly folder: string;
  /** Its POM without the suffix, `g/a/1.0/a-1.0`; of a SNAPSHOT one build, with its timestamp. */
  readonly stem: string;
}

const EDN_CEILING = 1024 * 1024;

/** `./g/a/1.0/a-1.0.pom` of all-poms.txt: the key of an object in the bucket. */
export function parsePomLine(line: string): NamedVersion[] {
  const path = line.startsWith('./') ? line.slice(2) : line;
  if (!path.endsWith('.pom') || pathFault(path) !== null || reservedSegment(path) !== null) return [];
  const { unit, unitKind, artifactFolder } = locate(path);
  if (unitKind !== 'version' || artifactFolder === null) return [];
  return [{ artifactFolder, folder: unit, stem: path.slice(0, -'.pom'.length) }];
}

/** One EDN map of feed.clj: an artifact with all of its versions. SNAPSHOTs are named without their builds there. */
export function parseFeedLine(line: string): NamedVersion[] {
  const map = line.length > EDN_CEILING ? null : readMap(line);
  const group = map?.get('group-id');
  const artifact = map?.get('artifact-id');
  const versions = map?.get('versions');
  if (typeof group !== 'string' || typeof artifact !== 'string' || !Array.isArray(versions)) return [];
  return versions.flatMap((version) => (typeof version === 'string' ? namedVersion(group, artifact, version) : []));
}

/** `org.example`, `tool`, `1.0` as a feed or an API gives them; nothing when they make no path. */
export function namedVersion(group: string, artifact: string, version: string): NamedVersion[] {
  const named = parseCoordinates(`${group}:${artifact}:${version}`);
  if (named.kind !== 'coordinates') return [];
  const folder = prefixOf(named);
  const artifactFolder = folder.slice(0, folder.lastIndexOf('/'));
  return [{ artifactFolder, folder, stem: `${folder}/${artifact}-${version}` }];
}

function readMap(line: string): Map<unknown, unknown> | null {
  try {
    const value = parseEDNString(line, { mapAs: 'map', keywordAs: 'string', listAs: 'array', setAs: 'array' });
    return value instanceof Map ? value : null;
  } catch {
    // Not EDN: a line that was cut, or something else altogether.
    return null;
  }
}
