// maven-metadata.xml at its three levels: artifact, SNAPSHOT version, plugin group.

import { artifactFolder, type PlantedArtifact, type PlantedVersion } from './catalogue.ts';
import { pluginPrefix } from './jar.ts';

/** Which versions there are. `updatedAt` in epoch milliseconds. */
export function artifactMetadata(artifact: PlantedArtifact, versions: readonly string[], updatedAt: number): string {
  const release = versions.findLast((version) => !version.endsWith('-SNAPSHOT'));
  return document([
    `  <groupId>${artifact.group.group}</groupId>`,
    `  <artifactId>${artifact.artifact}</artifactId>`,
    '  <versioning>',
    `    <latest>${versions.at(-1)}</latest>`,
    ...(release === undefined ? [] : [`    <release>${release}</release>`]),
    '    <versions>',
    ...versions.map((version) => `      <version>${version}</version>`),
    '    </versions>',
    `    <lastUpdated>${compactTime(updatedAt)}</lastUpdated>`,
    '  </versioning>',
  ]);
}

/** Which build of a SNAPSHOT is the newest, and which files it has (`classifier` empty for the main ones). */
export function snapshotMetadata(
  artifact: PlantedArtifact,
  version: PlantedVersion,
  files: readonly { readonly classifier: string; readonly extension: string }[],
): string {
  const updatedAt = version.builds.at(-1) ?? version.releasedAt;
  const value = buildVersion(version, version.builds.length - 1);
  return document(
    [
      `  <groupId>${artifact.group.group}</groupId>`,
      `  <artifactId>${artifact.artifact}</artifactId>`,
      `  <version>${version.version}</version>`,
      '  <versioning>',
      '    <snapshot>',
      `      <timestamp>${dottedTime(updatedAt)}</timestamp>`,
      `      <buildNumber>${version.builds.length}</buildNumber>`,
      '    </snapshot>',
      `    <lastUpdated>${compactTime(updatedAt)}</lastUpdated>`,
      '    <snapshotVersions>',
      ...files.flatMap(({ classifier, extension }) => [
        '      <snapshotVersion>',
        ...(classifier === '' ? [] : [`        <classifier>${classifier}</classifier>`]),
        `        <extension>${extension}</extension>`,
        `        <value>${value}</value>`,
        `        <updated>${compactTime(updatedAt)}</updated>`,
        '      </snapshotVersion>',
      ]),
      '    </snapshotVersions>',
      '  </versioning>',
    ],
    ' modelVersion="1.1.0"',
  );
}

/** Which plugins a group has, so that people can type `quarry:report`. */
export function groupMetadata(plugins: readonly PlantedArtifact[]): string {
  return document([
    '  <plugins>',
    ...plugins.flatMap(({ artifact }) => [
      '    <plugin>',
      `      <name>${artifact}</name>`,
      `      <prefix>${pluginPrefix(artifact)}</prefix>`,
      `      <artifactId>${artifact}</artifactId>`,
      '    </plugin>',
    ]),
    '  </plugins>',
  ]);
}

/** `1.3.0-20261118.093012-4`: what stands in the file names of the fourth build of `1.3.0-SNAPSHOT`. */
export function buildVersion(version: PlantedVersion, index: number): string {
  const base = version.version.replace(/-SNAPSHOT$/, '');
  return `${base}-${dottedTime(version.builds[index] ?? version.releasedAt)}-${index + 1}`;
}

/** The repository path of an artifact's metadata. */
export function metadataPath(artifact: PlantedArtifact): string {
  return `${artifactFolder(artifact)}/maven-metadata.xml`;
}

function document(lines: readonly string[], attributes = ''): string {
  return `${['<?xml version="1.0" encoding="UTF-8"?>', `<metadata${attributes}>`, ...lines, '</metadata>'].join('\n')}\n`;
}

/** `yyyyMMddHHmmss`, UTC. */
function compactTime(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
}

/** `yyyyMMdd.HHmmss`, UTC. */
function dottedTime(at: number): string {
  return `${compactTime(at).slice(0, 8)}.${compactTime(at).slice(8)}`;
}
