// Which artifacts a made-up repository has, how old they are and what they depend on.

import { DAY, SECOND } from '../../host/clock.ts';
import { GROUPS, type Group, type Packaging, type PlantedArtifact, type PlantedVersion } from './catalogue.ts';
import { type Random, seededRandom } from './random.ts';

const YEARS_BACK_MS = 6 * 365 * DAY;
const YOUNGEST_MS = 3 * DAY;

/**
 * Chooses `count` artifacts (one of each group, then a second of each, and so on; beyond the invented ones the groups come again under further
 * names) with their versions, ages and dependencies. A dependency always stands earlier in its group or in an earlier group: no circles.
 */
export function chooseArtifacts(seed: number, now: number, count: number): PlantedArtifact[] {
  const chosen: PlantedArtifact[] = [];
  for (const { group, artifact } of inGroupOrder(count)) {
    const random = seededRandom(`${seed}:${group.group}:${artifact}`);
    const family = chosen.filter((other) => other.group === group);
    chosen.push({
      group,
      artifact,
      packaging: packagingOf(artifact),
      versions: chooseVersions(random, now, artifact),
      parent: family.find((other) => other.artifact.endsWith('-parent')) ?? null,
      dependencies: chooseDependencies(random, artifact, family, chosen),
    });
  }
  return chosen;
}

function inGroupOrder(count: number): { group: Group; artifact: string }[] {
  const picked: { group: Group; artifact: string; place: number }[] = [];
  for (let lap = 0; picked.length < count; lap += 1) {
    const groups = lap === 0 ? GROUPS : GROUPS.map((group) => ({ ...group, group: `${group.group}.more${lap}` }));
    for (let turn = 0; turn < 5; turn += 1) {
      for (const [index, group] of groups.entries()) {
        const artifact = group.artifacts[turn];
        const place = (lap * groups.length + index) * 5 + turn;
        if (artifact !== undefined && picked.length < count) picked.push({ group, artifact, place });
      }
    }
  }
  return picked.sort((a, b) => a.place - b.place);
}

function chooseVersions(random: Random, now: number, artifact: string): PlantedVersion[] {
  const count = 2 + random.below(4);
  const times = Array.from({ length: count }, () => now - YOUNGEST_MS - random.below(YEARS_BACK_MS)).sort(
    (a, b) => a - b,
  );
  let numbers = [random.below(3), random.below(8), random.below(4)] as const;
  const versions: PlantedVersion[] = times.map((time, index) => {
    if (index > 0) numbers = step(random, numbers);
    return {
      version: numbers.join('.') + qualifier(random, index, count),
      releasedAt: wholeSecond(time + index * SECOND),
      builds: [],
    };
  });
  if (packagingOf(artifact) === 'jar' && random.below(5) === 0)
    versions.push(snapshot(random, now, step(random, numbers)));
  return versions;
}

function snapshot(random: Random, now: number, numbers: readonly number[]): PlantedVersion {
  const builds = [9, 5, 2].map((days) => wholeSecond(now - days * DAY - random.below(DAY)));
  return { version: `${numbers.join('.')}-SNAPSHOT`, releasedAt: builds[0] ?? now, builds };
}

type Numbers = readonly [number, number, number];

function step(random: Random, [major, minor, patch]: Numbers): Numbers {
  const kind = random.below(10);
  if (kind === 0) return [major + 1, 0, 0];
  return kind < 4 ? [major, minor + 1, 0] : [major, minor, patch + 1];
}

/** A few versions are not plain numbers; `+` is legal in one and must survive every URL. The newest is always plain. */
function qualifier(random: Random, index: number, count: number): string {
  if (index === count - 1) return '';
  return random.pick(['', '', '', '', '', '', '-alpha1', '-RC1', '+build.7', '.Final']);
}

function chooseDependencies(
  random: Random,
  artifact: string,
  family: readonly PlantedArtifact[],
  earlier: readonly PlantedArtifact[],
): PlantedArtifact[] {
  if (artifact.endsWith('-parent')) return [];
  const jars = (list: readonly PlantedArtifact[]) => list.filter((other) => other.packaging === 'jar');
  const own = jars(family);
  if (artifact.endsWith('-bom')) return own;
  const nearest = own.at(-1);
  const others = jars(earlier).filter((other) => !own.includes(other));
  const stranger = random.below(3) === 0 ? others[random.below(others.length)] : undefined;
  return [nearest, stranger].filter((other) => other !== undefined);
}

function packagingOf(artifact: string): Packaging {
  if (artifact.endsWith('-parent') || artifact.endsWith('-bom')) return 'pom';
  return artifact.endsWith('-maven-plugin') ? 'maven-plugin' : 'jar';
}

function wholeSecond(time: number): number {
  return time - (time % SECOND);
}
