// What the demo's canonical repository holds: groups and artifacts of our own invention, named and built as real ones are.

export type Packaging = 'jar' | 'pom' | 'maven-plugin';

export interface Group {
  readonly group: string;
  readonly language: 'clojure' | 'java';
  /** Which of the repository's keys signs here, or null. */
  readonly signer: number | null;
  /** With `.sha256` and `.sha512` beside `.md5` and `.sha1`. */
  readonly strongSums: boolean;
  /** `bare`: hex and nothing else, as Clojars writes them; `named`: `hex  name` and a newline, as sha1sum does. */
  readonly sumShape: 'bare' | 'named';
  readonly artifacts: readonly string[];
}

export interface PlantedVersion {
  readonly version: string;
  /** Epoch milliseconds, whole seconds. */
  readonly releasedAt: number;
  /** Timestamped builds of a SNAPSHOT, oldest first; empty for a release. */
  readonly builds: readonly number[];
}

export interface PlantedArtifact {
  readonly group: Group;
  readonly artifact: string;
  readonly packaging: Packaging;
  /** Ascending. A change at the origin adds to it. */
  readonly versions: PlantedVersion[];
  readonly parent: PlantedArtifact | null;
  readonly dependencies: readonly PlantedArtifact[];
}

export const GROUPS: readonly Group[] = [
  java('org.lanternlight', 0, true, ['lantern-parent', 'lantern-core', 'lantern-json', 'lantern-http', 'lantern-bom']),
  clojure('tidewheel', null, ['tidewheel', 'tidewheel-async', 'tidewheel-jdbc', 'tidewheel-spec', 'lein-tidewheel']),
  clojure('org.clojars.marlow', null, ['ferry', 'ferry-router', 'inkwell', 'inkwell.markdown', 'pocket-knife']),
  java('io.brackwater', 1, false, [
    'brackwater-io',
    'brackwater-tls',
    'brackwater-metrics',
    'brackwater-cache',
    'brackwater-dns',
  ]),
  {
    ...java('net.kestrelparse', 2, true, [
      'kestrel-lexer',
      'kestrel-grammar',
      'kestrel-parser',
      'kestrel-ast',
      'kestrel-maven-plugin',
    ]),
    sumShape: 'named',
  },
  clojure('hazelnut', null, ['hazelnut', 'hazelnut-ui', 'hazelnut-forms', 'hazelnut-i18n', 'hazelnut-devtools']),
  clojure('com.github.osterlund', null, ['RiverMap', 'rivermap-tiles', 'rivermap-geojson', 'delta-plot', 'sounding']),
  java('org.quarrybuild.plugins', 0, true, [
    'quarry-parent',
    'quarry-maven-plugin',
    'quarry-archiver',
    'quarry-scanner',
    'quarry-report',
  ]),
  java('dev.saltmarsh', null, false, [
    'saltmarsh-events',
    'saltmarsh-store',
    'saltmarsh-replay',
    'saltmarsh-cli',
    'saltmarsh-bom',
  ]),
  clojure('copperplate', 1, [
    'copperplate',
    'copperplate-pdf',
    'copperplate-svg',
    'copperplate-fonts',
    'copperplate-server',
  ]),
  java('org.nightferry.logging', null, true, [
    'nightferry-api',
    'nightferry-json',
    'nightferry-syslog',
    'nightferry-bridge',
    'nightferry-test',
  ]),
  clojure('me.thornfield', null, ['thorn', 'thorn-http', 'thorn.test', 'briar', 'hedge']),
];

/** The newest version of `artifact` that was there at `at`, or its first: what somebody who built then depended on. */
export function versionAt(artifact: PlantedArtifact, at: number): string {
  const releases = artifact.versions.filter((version) => version.builds.length === 0);
  return (releases.findLast((version) => version.releasedAt <= at) ?? releases[0])?.version ?? '1.0.0';
}

/** Slashes for dots in the group, as the Maven layout has it: `org/lanternlight/lantern-core`. */
export function artifactFolder(artifact: PlantedArtifact): string {
  return `${artifact.group.group.replaceAll('.', '/')}/${artifact.artifact}`;
}

/** `1.4.2` after `1.4.1`; what stands after the numbers is dropped. */
export function nextVersion(version: string): string {
  const [major = 1, minor = 0, patch = 0] = (version.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  return `${major}.${minor}.${patch + 1}`;
}

function java(group: string, signer: number | null, strongSums: boolean, artifacts: readonly string[]): Group {
  return { group, language: 'java', signer, strongSums, sumShape: 'bare', artifacts };
}

function clojure(group: string, signer: number | null, artifacts: readonly string[]): Group {
  return { group, language: 'clojure', signer, strongSums: false, sumShape: 'bare', artifacts };
}
