// An origin with everything in it that a pass has to do with, and one night in which all of it changes at once.

import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  makeRepository,
  type PlantedRepository,
  publishRelease,
  publishWithWrongSums,
  rewriteRelease,
  runMetadataAhead,
} from '../../src/demo/world.ts';
import { DAY, HOUR } from '../../src/host/clock.ts';

export interface ChangingOrigin {
  readonly folder: string;
  /** New, rewritten, wrongly summed, named ahead, rebuilt under the same name, dropped and removed: all between two passes. */
  change(): Promise<void>;
}

const LEFT = 'org/harbour/pilot';
const ROLLING = 'org/harbour/rolling/2.0-SNAPSHOT/rolling-2.0-SNAPSHOT';

/** The same `seed` and `now` (epoch milliseconds) give the same files but for signatures. */
export async function makeChangingOrigin(folder: string, seed: number, now: number): Promise<ChangingOrigin> {
  mkdirSync(folder, { recursive: true });
  const repository = await makeRepository(folder, { seed, now, artifacts: 12 });
  const write = (path: string, text: string, at: number) => deposit(folder, path, text, at);
  for (const version of ['1.0', '1.1', '1.2']) release(write, version, now - 9 * DAY);
  write(`${LEFT}/maven-metadata.xml`, pilotMetadata(['1.0', '1.1', '1.2'], '20261101000000'), now - 9 * DAY);
  write(`${ROLLING}.jar`, 'first build', now - 8 * DAY);
  write(`${ROLLING}-sources.jar`, 'sources of the first build', now - 8 * DAY);
  write(`${ROLLING}.pom`, '<project><name>first</name></project>', now - 8 * DAY);
  write('archetype-catalog.xml', '<archetype-catalog/>', now - 8 * DAY);
  return { folder, change: () => changeAll(repository, write, now) };
}

type Write = (path: string, text: string, at: number) => void;

async function changeAll(repository: PlantedRepository, write: Write, now: number): Promise<void> {
  await publishRelease(repository, { now });
  await rewriteRelease(repository, { now });
  await publishWithWrongSums(repository, { now });
  await runMetadataAhead(repository, { now });
  // Of the same length as the first: nothing but its time and its digest tells it from the old one.
  write(`${ROLLING}.jar`, 'other build', now - HOUR);
  write(`${ROLLING}-sources.jar`, 'sources of the second build, longer', now - HOUR);
  write(`${ROLLING}.pom`, '<project><name>second</name></project>', now - HOUR);
  write('archetype-catalog.xml', '<archetype-catalog></archetype-catalog>', now - HOUR);
  // A release goes: first out of the metadata, then out of the tree.
  write(`${LEFT}/maven-metadata.xml`, pilotMetadata(['1.0', '1.2'], '20261120000000'), now - HOUR);
  rmSync(join(repository.folder, LEFT, '1.1'), { recursive: true });
}

function release(write: Write, version: string, at: number): void {
  const stem = `${LEFT}/${version}/pilot-${version}`;
  write(`${stem}.jar`, `jar of pilot ${version}`, at);
  write(`${stem}.pom`, `<project><version>${version}</version></project>`, at);
}

function pilotMetadata(versions: readonly string[], lastUpdated: string): string {
  const named = versions.map((version) => `<version>${version}</version>`).join('');
  return `<metadata><groupId>org.harbour</groupId><artifactId>pilot</artifactId><versioning><versions>${named}</versions><lastUpdated>${lastUpdated}</lastUpdated></versioning></metadata>`;
}

/** The file with its two sums, each whole under its name or not there. */
function deposit(folder: string, path: string, text: string, at: number): void {
  const sums = ['md5', 'sha1'].map((name) => [`${path}.${name}`, createHash(name).update(text).digest('hex')] as const);
  for (const [name, content] of [...sums, [path, text] as const]) {
    const target = join(folder, name);
    const incoming = `${folder}.one`;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(incoming, content);
    utimesSync(incoming, Math.floor(at / 1000), Math.floor(at / 1000));
    renameSync(incoming, target);
  }
}
