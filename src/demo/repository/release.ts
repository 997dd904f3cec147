// The files of one version, as its author deployed them.

import { artifactFolder, type PlantedArtifact, type PlantedVersion } from './catalogue.ts';
import { type Parcel, withSums } from './deposit.ts';
import { type JarOptions, makeJar } from './jar.ts';
import { buildVersion, snapshotMetadata } from './metadata.ts';
import { pomText } from './pom.ts';
import type { Signer } from './signer.ts';

export interface ReleaseOptions {
  readonly seed: number;
  readonly signers: readonly Signer[];
  /** Bytes that the main file's sums are made of instead of its own: the sums are then wrong. */
  readonly summed?: Uint8Array;
}

/** Every file of a release: signatures and sums before what they are of, the POM last. */
export async function releaseParcels(
  artifact: PlantedArtifact,
  version: PlantedVersion,
  options: ReleaseOptions,
): Promise<Parcel[]> {
  return buildParcels(artifact, version.version, version.version, version.releasedAt, options);
}

/** Every build of a SNAPSHOT that is kept, and the metadata that names the newest. */
export async function snapshotParcels(
  artifact: PlantedArtifact,
  version: PlantedVersion,
  options: ReleaseOptions,
): Promise<Parcel[]> {
  const parcels: Parcel[] = [];
  for (const [index, at] of version.builds.entries()) {
    parcels.push(...(await buildParcels(artifact, version.version, buildVersion(version, index), at, options)));
  }
  const files = [...classifiers(artifact).map((classifier) => ({ classifier, extension: 'jar' })), POM_FILE];
  const mtime = version.builds.at(-1) ?? version.releasedAt;
  const path = `${artifactFolder(artifact)}/${version.version}/maven-metadata.xml`;
  const bytes = Buffer.from(snapshotMetadata(artifact, version, files));
  return [...parcels, ...withSums({ path, bytes, mtime }, artifact.group)];
}

const POM_FILE = { classifier: '', extension: 'pom' };

/** The repository path of a version's main jar. */
export function jarPath(artifact: PlantedArtifact, version: string): string {
  return `${artifactFolder(artifact)}/${version}/${artifact.artifact}-${version}.jar`;
}

/** What a version's main jar is made from; the same every time. */
export function jarOptions(artifact: PlantedArtifact, version: PlantedVersion, seed: number): JarOptions {
  const pom = pomText(artifact, version.version, version.releasedAt);
  return { artifact, version: version.version, pom, at: version.releasedAt, seed, classifier: null };
}

async function buildParcels(
  artifact: PlantedArtifact,
  version: string,
  fileVersion: string,
  at: number,
  options: ReleaseOptions,
): Promise<Parcel[]> {
  const stem = `${artifactFolder(artifact)}/${version}/${artifact.artifact}-${fileVersion}`;
  const pom = pomText(artifact, version, at);
  const signer = artifact.group.signer === null ? null : (options.signers[artifact.group.signer] ?? null);
  const parcels: Parcel[] = [];
  for (const classifier of classifiers(artifact)) {
    const path = classifier === '' ? `${stem}.jar` : `${stem}-${classifier}.jar`;
    const named = classifier === '' ? null : classifier;
    const bytes = makeJar({ artifact, version: fileVersion, pom, at, seed: options.seed, classifier: named });
    parcels.push(
      ...(await signed({ path, bytes, mtime: at }, artifact, signer, named === null ? options.summed : undefined)),
    );
  }
  parcels.push(...(await signed({ path: `${stem}.pom`, bytes: Buffer.from(pom), mtime: at }, artifact, signer)));
  return parcels;
}

async function signed(
  parcel: Parcel,
  artifact: PlantedArtifact,
  signer: Signer | null,
  summed?: Uint8Array,
): Promise<Parcel[]> {
  const own = withSums(parcel, artifact.group, summed);
  if (signer === null) return own;
  const armored = await signer.sign(parcel.bytes, parcel.mtime);
  const signature = { path: `${parcel.path}.asc`, bytes: Buffer.from(armored), mtime: parcel.mtime };
  return [...withSums(signature, artifact.group), ...own];
}

/** `''` is the main jar. Signed Java libraries carry their sources and documentation, as a repository with rules demands. */
function classifiers(artifact: PlantedArtifact): string[] {
  if (artifact.packaging === 'pom') return [];
  if (artifact.group.language === 'java' && artifact.group.signer !== null) return ['', 'sources', 'javadoc'];
  return [''];
}
