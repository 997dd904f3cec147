// The mirror that build tools are tried on: the demo's repository, and in it artifacts that need others, one of them withheld.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { serve } from '../../src/compose/serve-process.ts';
import { loadConfig } from '../../src/config/load.ts';
import { makeRepository, type PlantedRepository } from '../../src/demo/world.ts';
import { systemClock } from '../../src/host/clock.ts';
import { type Mirror, pomText, startMirror } from '../support/mirror.ts';

export interface Coordinates {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

/** The demo's repository as an origin, and what every Maven 3.8 asks for besides. */
export async function mirrorOfDemo(t: TestContext): Promise<{ mirror: Mirror; repository: PlantedRepository }> {
  const mirror = await startMirror(t);
  const folder = mirror.origin.folder;
  const repository = await makeRepository(folder, { seed: 7, now: systemClock.now(), artifacts: 24 });
  put(mirror, { group: 'org.codehaus.plexus', artifact: 'plexus-utils', version: '1.1' }, [], someJar(repository));
  return { mirror, repository };
}

/** Over plain HTTP, which build tools take on loopback. */
export async function serveHttp(t: TestContext, mirror: Mirror): Promise<string> {
  const loaded = loadConfig(mirror.configFile, {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  const task = {
    config: loaded.config,
    listen: ['127.0.0.1:0'],
    tls: null,
    reusePort: false,
    logLevel: 'error' as const,
  };
  const server = await serve(task, new AbortController().signal);
  t.after(() => server.stop(0));
  return server.url;
}

export interface Needy {
  readonly wanted: Coordinates;
  readonly needed: readonly Coordinates[];
}

/** The newest release of an artifact with dependencies, and these as its POM has them. */
export function needy(repository: PlantedRepository): Needy {
  for (const { group, artifact, packaging, dependencies, versions } of repository.artifacts) {
    const version = versions.findLast(({ builds }) => builds.length === 0)?.version;
    if (packaging !== 'jar' || dependencies.length === 0 || version === undefined) continue;
    const wanted = { group: group.group, artifact, version };
    const needed = dependenciesOf(readFileSync(join(repository.folder, fileOf(wanted, 'pom')), 'utf8'));
    if (needed.length > 0) return { wanted, needed };
  }
  throw new Error('the demo has no artifact with dependencies');
}

function dependenciesOf(pom: string): Coordinates[] {
  const element = (text: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  return [...pom.matchAll(/<dependency>(.*?)<\/dependency>/gs)].flatMap(([, text = '']) => {
    const [group, artifact, version] = ['groupId', 'artifactId', 'version'].map((name) => element(text, name));
    const isMeant =
      ['compile', 'runtime', undefined].includes(element(text, 'scope')) && element(text, 'type') === undefined;
    return isMeant && group && artifact && version ? [{ group, artifact, version }] : [];
  });
}

/** An artifact that is right, and needs one whose sum at the origin is wrong. */
export function needyOnWithheld(
  mirror: Mirror,
  repository: PlantedRepository,
): { wanted: Coordinates; needed: Coordinates } {
  const jar = someJar(repository);
  const needed = { group: 'org.example', artifact: 'withheld', version: '1.0' };
  const wanted = { group: 'org.example', artifact: 'builder', version: '2.0' };
  put(mirror, needed, [], jar);
  put(mirror, wanted, [needed], jar);
  mirror.origin.put(`${jarOf(needed)}.sha1`, '0'.repeat(40));
  return { wanted, needed };
}

function put(mirror: Mirror, made: Coordinates, needed: readonly Coordinates[], jar: Buffer): void {
  const dependencies = needed.map(
    ({ group, artifact, version }) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  );
  const pom = pomText(made.artifact, made.version)
    .replace('org.example', made.group)
    .replace('</project>', `<dependencies>${dependencies.join('')}</dependencies></project>`);
  mirror.origin.put(jarOf(made), jar, { sums: ['sha1'] });
  mirror.origin.put(fileOf(made, 'pom'), pom, { sums: ['sha1'] });
}

/** The bytes of any jar of the demo: a real one. */
export function someJar(repository: PlantedRepository): Buffer {
  const names = readdirSync(repository.folder, { recursive: true, encoding: 'utf8' });
  const first =
    names.filter((name) => name.startsWith('org/lanternlight/') && name.endsWith('.jar')).toSorted()[0] ?? '';
  return readFileSync(join(repository.folder, first));
}

export function jarOf(coordinates: Coordinates): string {
  return fileOf(coordinates, 'jar');
}

function fileOf({ group, artifact, version }: Coordinates, extension: string): string {
  return `${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.${extension}`;
}
