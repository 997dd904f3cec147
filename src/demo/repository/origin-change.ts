// What can happen to an origin overnight. Each function makes one such change in the repository's folder and says what an honest mirror does with it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MINUTE, SECOND } from '../../host/clock.ts';
import { nextVersion, type PlantedArtifact, type PlantedVersion } from './catalogue.ts';
import { depositSafely, type Parcel, withSums } from './deposit.ts';
import { makeJar } from './jar.ts';
import { metadataPath } from './metadata.ts';
import { jarOptions, jarPath, releaseParcels } from './release.ts';
import { metadataParcels, type PlantedRepository } from './repository.ts';
import { chooseArtifact, name, newestRelease } from './untouched.ts';

/** What a mirror must answer for a path after its next pass. */
export type Answer =
  | { readonly kind: 'bytes'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'held-back'; readonly path: string; readonly verdict: string | null };

export interface Plant {
  readonly kind: 'new-release' | 'rewritten-release' | 'wrong-sum' | 'metadata-ahead' | 'forged-signature';
  /** For people: `a new release: org.lanternlight:lantern-json 1.4.1`. */
  readonly title: string;
  /** The repository path that the verdict is about. */
  readonly path: string;
  readonly verdict: 'accepted' | 'immutable-changed' | 'checksum-mismatch' | 'incomplete-version' | 'signature-bad';
  /** Paths beginning so are held back along with it, under whatever verdict. */
  readonly dragsAlong: readonly string[];
  readonly answers: readonly Answer[];
}

export interface ChangeOptions {
  /** Epoch milliseconds. What changes is dated 40 minutes earlier: old enough not to be taken for a deployment under way. */
  readonly now: number;
}

const AGO_MS = 40 * MINUTE;

/** A release comes, complete, signed where its group signs, and its metadata names it: all of it must be served, byte for byte. */
export async function publishRelease(repository: PlantedRepository, options: ChangeOptions): Promise<Plant> {
  const artifact = chooseArtifact(repository, 'org.lanternlight:lantern-json');
  const version = addVersion(artifact, options.now);
  const parcels = [
    ...(await releaseParcels(artifact, version, repository)),
    ...metadataParcels(artifact, version.releasedAt),
  ];
  depositSafely(repository.folder, parcels);
  return {
    kind: 'new-release',
    title: `a new release: ${name(artifact)} ${version.version}`,
    path: jarPath(artifact, version.version),
    verdict: 'accepted',
    dragsAlong: [],
    answers: parcels.map(({ path, bytes }) => ({ kind: 'bytes', path, bytes })),
  };
}

/**
 * The newest release of an artifact gets another jar, with sums to match, as an origin in strange hands would do it; a signature stays as it
 * was. The old bytes must go on being served. `inSecret` keeps size and modification times: only a comparison by content finds that.
 */
export async function rewriteRelease(
  repository: PlantedRepository,
  options: ChangeOptions & { readonly inSecret?: boolean },
): Promise<Plant> {
  const artifact = chooseArtifact(repository, 'io.brackwater:brackwater-tls');
  const version = newestRelease(artifact);
  const path = jarPath(artifact, version.version);
  const mtime = options.inSecret === true ? version.releasedAt : dateOf(options.now);
  const bytes = makeJar({ ...jarOptions(artifact, version, repository.seed), tampered: true });
  const parcels = withSums({ path, bytes, mtime }, artifact.group);
  const answers = parcels.map((parcel) => keptAnswer(repository, parcel.path));
  depositSafely(repository.folder, parcels);
  return {
    kind: 'rewritten-release',
    title: `a released jar is rewritten, its sums with it: ${name(artifact)} ${version.version}`,
    path,
    verdict: 'immutable-changed',
    dragsAlong: [path],
    answers,
  };
}

/** A release comes whose jar matches none of its sums. Nothing of that version may be served, and the metadata must stay as it was. */
export async function publishWithWrongSums(repository: PlantedRepository, options: ChangeOptions): Promise<Plant> {
  const artifact = chooseArtifact(repository, 'copperplate:copperplate-pdf');
  const kept = metadataAnswers(repository, artifact);
  const version = addVersion(artifact, options.now);
  const summed = makeJar({ ...jarOptions(artifact, version, repository.seed), tampered: true });
  const parcels = await releaseParcels(artifact, version, { ...repository, summed });
  depositSafely(repository.folder, [...parcels, ...metadataParcels(artifact, version.releasedAt)]);
  const path = jarPath(artifact, version.version);
  const withheld = parcels.filter((parcel) => !parcel.path.startsWith(path));
  return {
    kind: 'wrong-sum',
    title: `a release comes with wrong sums: ${name(artifact)} ${version.version}`,
    path,
    verdict: 'checksum-mismatch',
    dragsAlong: [path.slice(0, path.lastIndexOf('/') + 1), metadataPath(artifact)],
    answers: [
      { kind: 'held-back', path, verdict: 'checksum-mismatch' },
      ...withheld.map((parcel): Answer => ({ kind: 'held-back', path: parcel.path, verdict: null })),
      ...kept,
    ],
  };
}

/** The metadata names a version of which there is no file. It must not be published before that version is. */
export async function runMetadataAhead(repository: PlantedRepository, options: ChangeOptions): Promise<Plant> {
  const artifact = chooseArtifact(repository, 'hazelnut:hazelnut-ui');
  const answers = metadataAnswers(repository, artifact);
  const version = nextVersion(newestRelease(artifact).version);
  depositSafely(repository.folder, metadataParcels(artifact, dateOf(options.now), [version]));
  return {
    kind: 'metadata-ahead',
    title: `a metadata file runs ahead: it names ${name(artifact)} ${version}, which is not there`,
    path: metadataPath(artifact),
    verdict: 'incomplete-version',
    dragsAlong: [metadataPath(artifact)],
    answers,
  };
}

/** A release comes whose sums are all right, and whose jar bears a signature that its author made over something else. */
export async function forgeSignature(repository: PlantedRepository, options: ChangeOptions): Promise<Plant> {
  const artifact = chooseArtifact(repository, 'net.kestrelparse:kestrel-parser');
  const kept = metadataAnswers(repository, artifact);
  const version = addVersion(artifact, options.now);
  const path = jarPath(artifact, version.version);
  const others = await releaseParcels(artifact, version, repository);
  const parcels = [
    ...(await forgedParcels(artifact, version, repository)),
    ...others.filter((each) => !each.path.startsWith(`${path}.asc`)),
  ];
  depositSafely(repository.folder, [...parcels, ...metadataParcels(artifact, version.releasedAt)]);
  return {
    kind: 'forged-signature',
    title: `a release comes with a forged signature: ${name(artifact)} ${version.version}`,
    path,
    verdict: 'signature-bad',
    dragsAlong: [path.slice(0, path.lastIndexOf('/') + 1), metadataPath(artifact)],
    answers: [
      { kind: 'held-back', path, verdict: 'signature-bad' },
      ...parcels
        .filter((each) => each.path !== path)
        .map((each): Answer => ({ kind: 'held-back', path: each.path, verdict: null })),
      ...kept,
    ],
  };
}

/** A true signature by the true key, of another jar: what is left when somebody exchanges the jar and cannot sign. */
async function forgedParcels(
  artifact: PlantedArtifact,
  version: PlantedVersion,
  { seed, signers }: PlantedRepository,
): Promise<Parcel[]> {
  const other = makeJar({ ...jarOptions(artifact, version, seed), tampered: true });
  const signature = (await signers[artifact.group.signer ?? 0]?.sign(other, version.releasedAt)) ?? '';
  const path = `${jarPath(artifact, version.version)}.asc`;
  return withSums({ path, bytes: Buffer.from(signature), mtime: version.releasedAt }, artifact.group);
}

/** After a SNAPSHOT of 1.3.0 comes 1.3.1: a release never takes a version that is being worked on. */
function addVersion(artifact: PlantedArtifact, now: number): PlantedVersion {
  const version = {
    version: nextVersion(artifact.versions.at(-1)?.version ?? '1.0.0'),
    releasedAt: dateOf(now),
    builds: [],
  };
  artifact.versions.push(version);
  return version;
}

function metadataAnswers(repository: PlantedRepository, artifact: PlantedArtifact): Answer[] {
  return metadataParcels(artifact, 0).map(({ path }) => keptAnswer(repository, path));
}

/** What stands there now is what must be served later. */
function keptAnswer(repository: PlantedRepository, path: string): Answer {
  return { kind: 'bytes', path, bytes: readFileSync(join(repository.folder, path)) };
}

function dateOf(now: number): number {
  const then = now - AGO_MS;
  return then - (then % SECOND);
}
