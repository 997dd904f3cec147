// The few fields of maven-metadata.xml that a mirror relies on (Maven repository metadata 1.1.0). What a file does not say is null, never guessed.

import { readXml, XML_CEILING } from './xml.ts';

export { looksLikePage } from './page.ts';
export { wellFormedness } from './xml.ts';

export interface Metadata {
  readonly kind: 'metadata';
  readonly groupId: string | null;
  readonly artifactId: string | null;
  readonly version: string | null;
  readonly versions: readonly string[];
  readonly latest: string | null;
  readonly release: string | null;
  /** `yyyyMMddHHmmss` UTC; a form with a dot is folded into it, and any other counts as absent. */
  readonly lastUpdated: string | null;
  readonly snapshot: { readonly timestamp: string; readonly buildNumber: number } | null;
  readonly snapshotVersions: readonly SnapshotVersion[];
  /** Plugin prefixes of group-level metadata. */
  readonly plugins: readonly string[];
}

interface SnapshotVersion {
  readonly classifier: string;
  readonly extension: string;
  readonly value: string;
}

export type ParsedMetadata =
  | Metadata
  | { readonly kind: 'not-well-formed'; readonly reason: string }
  | { readonly kind: 'too-large' };

export const METADATA_CEILING = XML_CEILING;

/**
 * Reads any bytes; never throws. Well-formed XML with another root element is metadata that names nothing, so that it counts as
 * shrinking where there was some before.
 */
export function parseMetadata(bytes: Uint8Array): ParsedMetadata {
  if (bytes.length > METADATA_CEILING) return { kind: 'too-large' };
  const found = new Map<string, string>();
  const versions: string[] = [];
  const plugins: string[] = [];
  const builds = collectBuilds();
  const reason = readXml(bytes, (path, text) => {
    if (builds.take(path, text) || text === '') return;
    if (path === 'metadata/versioning/versions/version') versions.push(text);
    else if (path === 'metadata/plugins/plugin/prefix') plugins.push(text);
    // Said twice: the first counts.
    else if (SCALARS.has(path) && !found.has(path)) found.set(path, text);
  });
  if (reason !== null) return { kind: 'not-well-formed', reason };
  const scalar = (path: string) => found.get(path) ?? null;
  return {
    kind: 'metadata',
    groupId: scalar('metadata/groupId'),
    artifactId: scalar('metadata/artifactId'),
    version: scalar('metadata/version'),
    versions,
    latest: scalar('metadata/versioning/latest'),
    release: scalar('metadata/versioning/release'),
    lastUpdated: instant(scalar('metadata/versioning/lastUpdated')),
    snapshot: snapshot(scalar('metadata/versioning/snapshot/timestamp'), scalar(BUILD_NUMBER)),
    snapshotVersions: builds.all,
    plugins,
  };
}

const BUILD_NUMBER = 'metadata/versioning/snapshot/buildNumber';

const SCALARS: ReadonlySet<string> = new Set([
  'metadata/groupId',
  'metadata/artifactId',
  'metadata/version',
  'metadata/versioning/latest',
  'metadata/versioning/release',
  'metadata/versioning/lastUpdated',
  'metadata/versioning/snapshot/timestamp',
  BUILD_NUMBER,
]);

const SNAPSHOT_VERSION = 'metadata/versioning/snapshotVersions/snapshotVersion';

function collectBuilds() {
  const all: SnapshotVersion[] = [];
  let open: { classifier?: string; extension?: string; value?: string } = {};
  const take = (path: string, text: string): boolean => {
    if (!path.startsWith(SNAPSHOT_VERSION)) return false;
    switch (path.slice(SNAPSHOT_VERSION.length)) {
      case '/classifier':
        open.classifier ??= text;
        break;
      case '/extension':
        open.extension ??= text;
        break;
      case '/value':
        open.value ??= text;
        break;
      case '': {
        const { classifier = '', extension = '', value = '' } = open;
        if (extension !== '' && value !== '') all.push({ classifier, extension, value });
        open = {};
      }
    }
    return true;
  };
  return { all, take };
}

function instant(text: string | null): string | null {
  const digits = text?.replace('.', '') ?? '';
  return /^\d{14}$/.test(digits) ? digits : null;
}

function snapshot(timestamp: string | null, buildNumber: string | null): Metadata['snapshot'] {
  if (timestamp === null || buildNumber === null || !/^\d{1,9}$/.test(buildNumber)) return null;
  return { timestamp, buildNumber: Number(buildNumber) };
}
