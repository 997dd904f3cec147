// What nothing has happened to yet: no two plants of a story are about the same artifact.

import { CodedError } from '../../host/error.ts';
import type { PlantedArtifact, PlantedVersion } from './catalogue.ts';
import type { PlantedRepository } from './repository.ts';

/** The one named, or the first untouched jar of a repository that has it not. Throws `demo-repository-too-small` when none is left. */
export function chooseArtifact(repository: PlantedRepository, wanted: string): PlantedArtifact {
  const free = repository.artifacts.filter(
    (artifact) => artifact.packaging === 'jar' && !repository.touched.has(name(artifact)),
  );
  const chosen = free.find((artifact) => name(artifact) === wanted) ?? free[0];
  if (chosen === undefined) {
    throw new CodedError('demo-repository-too-small', 'The demo repository has no artifact left that could change.', {
      remedy: 'Make it with more artifacts.',
    });
  }
  repository.touched.add(name(chosen));
  return chosen;
}

export function newestRelease(artifact: PlantedArtifact): PlantedVersion {
  const newest = artifact.versions.findLast(({ builds }) => builds.length === 0);
  if (newest === undefined) throw new Error(`${name(artifact)} has no release`);
  return newest;
}

/** `org.lanternlight:lantern-json` */
export function name(artifact: PlantedArtifact): string {
  return `${artifact.group.group}:${artifact.artifact}`;
}
