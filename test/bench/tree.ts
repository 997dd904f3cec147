// Repositories of the sizes that are measured. Their jars are random bytes: nothing here is ever unpacked, and nothing can be compressed.

import { createHash, randomFillSync } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VERSIONS_OF_ARTIFACT = 10;
const ARTIFACTS_OF_GROUP = 10;
const FILES_OF_VERSION = 4;
const FILES_OF_METADATA = 2;
/** Brings a POM to 2 KB. */
const DEPENDENCIES = 10;
const LARGE_BYTES = 10_000_000;
/** 2026-11-01: older than anything that the gate waits for. */
const WRITTEN_AT = Date.UTC(2026, 10, 1) / 1000;

const noise = randomFillSync(Buffer.alloc(LARGE_BYTES + 64 * 1024));

/** Versions with a jar of 4 to 20 KB, a POM of 2 KB and their sums, ten to an artifact, which has metadata and its sum. Returns the files made. */
export function growSmall(folder: string, files: number): number {
  const artifacts = Math.ceil(files / (VERSIONS_OF_ARTIFACT * FILES_OF_VERSION + FILES_OF_METADATA));
  for (let artifact = 0; artifact < artifacts; artifact += 1) growArtifact(folder, artifact, VERSIONS_OF_ARTIFACT, 0);
  return artifacts * (VERSIONS_OF_ARTIFACT * FILES_OF_VERSION + FILES_OF_METADATA);
}

/** `files` jars of 10 MB, each with its POM, and their sums. Returns the files made. */
export function growLarge(folder: string, files: number): number {
  for (let version = 0; version < files; version += 1) {
    const unit = `org/example/large${version % 20}/1.${version}`;
    growVersion(folder, unit, `large${version % 20}-1.${version}`, LARGE_BYTES, version, WRITTEN_AT);
  }
  return files * FILES_OF_VERSION;
}

/** New versions of existing artifacts, whose metadata changes with them, as a day of deployments does. `round` from 1 on. Returns the files touched. */
export function changeSome(folder: string, files: number, round: number): number {
  const more = 7;
  const perArtifact = more * FILES_OF_VERSION + FILES_OF_METADATA;
  const artifacts = Math.ceil(files / perArtifact);
  for (let artifact = 0; artifact < artifacts; artifact += 1) {
    growArtifact(
      folder,
      artifact,
      VERSIONS_OF_ARTIFACT + more * round,
      VERSIONS_OF_ARTIFACT + more * (round - 1),
      round,
    );
  }
  return artifacts * perArtifact;
}

function growArtifact(folder: string, number: number, versions: number, from: number, round = 0): void {
  const name = `artifact${number}`;
  const home = `org/example/group${Math.floor(number / ARTIFACTS_OF_GROUP)}/${name}`;
  const writtenAt = WRITTEN_AT + round * 3600;
  for (let version = from; version < versions; version += 1) {
    const seed = number * 131 + version;
    const bytes = 4096 + ((seed * 7919) % 16384);
    growVersion(folder, `${home}/1.${version}`, `${name}-1.${version}`, bytes, seed, writtenAt);
  }
  const metadata = metadataOf(home, name, versions, round);
  put(join(folder, home), 'maven-metadata.xml', Buffer.from(metadata), writtenAt);
}

function growVersion(folder: string, unit: string, name: string, bytes: number, seed: number, writtenAt: number): void {
  const home = join(folder, unit);
  mkdirSync(home, { recursive: true });
  const at = (seed * 61) % (64 * 1024);
  const jar = Buffer.from(noise.subarray(at, at + bytes));
  jar.write(`${unit}\n`);
  put(home, `${name}.jar`, jar, writtenAt);
  put(home, `${name}.pom`, Buffer.from(pomOf(unit, name)), writtenAt);
}

/** As dense as the POMs that people write: what reads XML has its work with it. */
function pomOf(unit: string, name: string): string {
  const [artifact = '', version = ''] = name.split(/-(?=[^-]*$)/);
  const head = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId>
  <artifactId>${artifact}</artifactId>
  <version>${version}</version>
  <description>Made for a measurement: ${unit}</description>
  <dependencies>\n`;
  const dependency = (number: number) => `    <dependency>
      <groupId>org.example.needed</groupId>
      <artifactId>dependency-${number}</artifactId>
      <version>${number}.0.1</version>
    </dependency>\n`;
  const dependencies = Array.from({ length: DEPENDENCIES }, (_, number) => dependency(number)).join('');
  return `${head}${dependencies}  </dependencies>\n</project>\n`;
}

function put(folder: string, name: string, bytes: Buffer, writtenAt: number): void {
  const sum = createHash('sha1').update(bytes).digest('hex');
  for (const [path, content] of [
    [join(folder, name), bytes],
    [join(folder, `${name}.sha1`), sum],
  ] as const) {
    writeFileSync(path, content);
    utimesSync(path, writtenAt, writtenAt);
  }
}

function metadataOf(home: string, name: string, versions: number, round: number): string {
  const list = Array.from({ length: versions }, (_, version) => `<version>1.${version}</version>`).join('');
  const group = home.slice(0, home.lastIndexOf('/')).replaceAll('/', '.');
  const updated = `2026110${1 + (round % 9)}000000`;
  return `<metadata><groupId>${group}</groupId><artifactId>${name}</artifactId><versioning><versions>${list}</versions><lastUpdated>${updated}</lastUpdated></versioning></metadata>`;
}
