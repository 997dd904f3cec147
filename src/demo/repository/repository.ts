// A canonical repository made from nothing: what a mirror can be tried on without asking anybody's server.

import type { Group, PlantedArtifact } from './catalogue.ts';
import { chooseArtifacts } from './choose.ts';
import { deposit, type Parcel, withSums } from './deposit.ts';
import { artifactMetadata, groupMetadata, metadataPath } from './metadata.ts';
import { type ReleaseOptions, releaseParcels, snapshotParcels } from './release.ts';
import { makeSigners, type Signer } from './signer.ts';

export interface RepositoryOptions {
  /** The same seed and time give the same artifacts byte for byte; only keys and signatures are fresh. */
  readonly seed: number;
  /** Epoch milliseconds; everything is at least days older. */
  readonly now: number;
  /** At least 12 for all of the variety; 60 if not said. */
  readonly artifacts?: number;
  /** Those of another repository, to save the time of making keys. */
  readonly signers?: readonly Signer[];
}

export interface PlantedRepository {
  readonly folder: string;
  readonly seed: number;
  readonly artifacts: readonly PlantedArtifact[];
  readonly signers: readonly Signer[];
  readonly groups: number;
  readonly versions: number;
  readonly files: number;
  readonly bytes: number;
  /** Artifacts that a change at the origin has already touched, `group:artifact`: the next one takes another. */
  readonly touched: Set<string>;
}

/**
 * Fills `folder` with a Maven repository: jars, POMs with dependencies and parents, SNAPSHOTs, metadata at all three levels, sums of all four
 * kinds, detached signatures of some groups. Nothing of it is durable, and nobody may read the folder meanwhile.
 */
export async function makeRepository(folder: string, options: RepositoryOptions): Promise<PlantedRepository> {
  const signers = options.signers ?? (await makeSigners(options.now));
  const artifacts = chooseArtifacts(options.seed, options.now, options.artifacts ?? 60);
  const count = { files: 0, bytes: 0 };
  const put = (parcels: readonly Parcel[]): void => {
    deposit(folder, parcels);
    count.files += parcels.length;
    for (const parcel of parcels) count.bytes += parcel.bytes.length;
  };
  for (const artifact of artifacts) put(await artifactParcels(artifact, { seed: options.seed, signers }));
  const groups = new Set(artifacts.map(({ group }) => group));
  for (const group of groups) put(groupParcels(group, artifacts));
  const versions = artifacts.reduce((sum, artifact) => sum + artifact.versions.length, 0);
  return {
    folder,
    seed: options.seed,
    artifacts,
    signers,
    groups: groups.size,
    versions,
    ...count,
    touched: new Set(),
  };
}

/** An artifact's metadata with its sums, naming every version there is and those in `ahead`. */
export function metadataParcels(artifact: PlantedArtifact, updatedAt: number, ahead: readonly string[] = []): Parcel[] {
  const versions = [...artifact.versions.map(({ version }) => version), ...ahead];
  const bytes = Buffer.from(artifactMetadata(artifact, versions, updatedAt));
  return withSums({ path: metadataPath(artifact), bytes, mtime: updatedAt }, artifact.group);
}

async function artifactParcels(artifact: PlantedArtifact, options: ReleaseOptions): Promise<Parcel[]> {
  const parcels: Parcel[] = [];
  for (const version of artifact.versions) {
    const make = version.builds.length > 0 ? snapshotParcels : releaseParcels;
    parcels.push(...(await make(artifact, version, options)));
  }
  const newest = Math.max(...artifact.versions.map(({ releasedAt, builds }) => builds.at(-1) ?? releasedAt));
  return [...parcels, ...metadataParcels(artifact, newest)];
}

function groupParcels(group: Group, artifacts: readonly PlantedArtifact[]): Parcel[] {
  const plugins = artifacts.filter((artifact) => artifact.group === group && artifact.packaging === 'maven-plugin');
  if (plugins.length === 0) return [];
  const mtime = Math.max(...plugins.flatMap(({ versions }) => versions.map(({ releasedAt }) => releasedAt)));
  const path = `${group.group.replaceAll('.', '/')}/maven-metadata.xml`;
  return withSums({ path, bytes: Buffer.from(groupMetadata(plugins)), mtime }, group);
}
