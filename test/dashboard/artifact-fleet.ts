// Artifacts, downloads and refusals as pages see them.

import type {
  ArtifactDetail,
  ArtifactSummaries,
  FileDetail,
  Place,
  Standing,
  Statistics,
  VersionDetail,
} from '../../src/dashboard/artifact-summaries.ts';
import { DAY, HOUR, isoTime, MINUTE } from '../../src/host/clock.ts';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const ago = (ms: number) => isoTime(NOW - ms);

export const PLACES: readonly Place[] = [
  ...[
    {
      standing: 'trouble',
      troubles: [
        {
          verdict: 'divergent',
          severity: 'critical',
          path: 'org/example/tool/1.0/tool-1.0.jar',
          incident: '00000000aa',
        },
        {
          verdict: 'signature-stripped',
          severity: 'warning',
          path: 'org/example/tool/1.0/tool-1.0.jar',
          incident: null,
        },
      ],
    } as const,
    { standing: 'behind', troubles: [] } as const,
    { standing: 'nothing-wrong', troubles: [] } as const,
  ].map((each, at) => ({
    ...each,
    mirror: `mirror-${at}.example.org`,
    asked_at: ago((at + 1) * 9 * MINUTE),
    behind_seconds: at * 340,
  })),
  { mirror: 'new.example.org', standing: 'not-visited', troubles: [], asked_at: null, behind_seconds: null },
];

const STANDING: Standing = {
  takedown: null,
  held: [
    {
      path: 'org/example/tool/2.1/tool-2.1.jar',
      kind: 'rejected',
      verdict: 'checksum-mismatch',
      sentence: 'its sha1 says e3b0c442, the bytes say 9f86d081',
      since: ago(3 * HOUR),
      incident: '00000000bb',
    },
    {
      path: 'org/example/tool/2.1/tool-2.1.pom',
      kind: 'deferred',
      verdict: 'incomplete-version',
      sentence: 'waits for tool-2.1.jar',
      since: ago(3 * HOUR),
      incident: null,
    },
  ],
  mirrors: PLACES,
};

export const ARTIFACT: ArtifactDetail = {
  ...{ group: 'org.example', artifact: 'tool', folder: 'org/example/tool' },
  ...{ versions: 61, next: '0.9.1', downloads: 1_204_331 },
  shown: ['2.1', '2.0', '1.9', '1.8-SNAPSHOT', '1.7', '1.0'].map((version, at) => ({
    version,
    state: (['held-back', 'served', 'damaged', 'served', 'taken-down', 'served'] as const)[at] ?? 'served',
    published_at: at === 0 ? null : ago(at * 40 * DAY),
    files: at === 0 ? 0 : 12 + at,
    bytes: at === 0 ? 0 : 1_234_567 * at,
    signature: [null, 'good', 'bad', 'unsigned', 'no-key', 'revoked-later'][at] ?? null,
    absent_since: at === 5 ? ago(2 * DAY) : null,
    downloads: at * 9213,
  })),
  ...STANDING,
};

function file(name: string, changes: Partial<FileDetail> = {}): FileDetail {
  return {
    path: `org/example/tool/2.0/${name}`,
    kind: 'artifact',
    size: 51_234,
    ...{ sha256: 'ab'.repeat(32), sha1: 'cd'.repeat(20), md5: null, sha512: null, upstream_sum: 'matched' },
    ...{ published_at: ago(40 * DAY), verified_at: ago(3 * DAY), absent_since: null, damaged: null, signature: null },
    ...changes,
  };
}

const SIGNED: FileDetail['signature'] = {
  class: 'good',
  ...{ weak: false, trusted: true, continuity: 'same', certificate: '5E'.repeat(20), issuer: null },
  signed_at: ago(41 * DAY),
};

export const VERSION: VersionDetail = {
  ...{ group: 'org.example', artifact: 'tool', version: '2.0', folder: 'org/example/tool/2.0' },
  ...{ state: 'served', more: false, downloads: 9213 },
  files: [
    file('tool-2.0.jar', { signature: SIGNED, md5: 'ef'.repeat(16) }),
    file('tool-2.0.jar.asc', { kind: 'signature', size: 833 }),
    file('tool-2.0.jar.sha1', { kind: 'checksum', size: 40 }),
    file('tool-2.0-sources.jar', {
      damaged: 'checksum-mismatch',
      upstream_sum: 'mismatched',
      signature: { ...SIGNED, class: 'bad', weak: true, trusted: false, continuity: 'changed' },
    }),
    file('tool-2.0.pom', { kind: 'pom', absent_since: ago(2 * DAY), sha512: '01'.repeat(64) }),
  ],
  ...STANDING,
};

export const STATISTICS: Statistics = {
  ...{ from: '2026-10-27', to: '2026-11-25', measured_days: 28, total: 4_120_044 },
  top: Array.from({ length: 100 }, (_, at) => ({
    group: `org.example.group-${at % 7}`,
    artifact: `library-${at}`,
    downloads: Math.round(400_000 / (at + 1)),
  })),
  traffic: {
    requests: 31_004_999,
    bytes: 812_000_000_000,
    families: {
      leiningen: { requests: 9_001_222, bytes: 410_000_000_000, jars: 2_000_111 },
      maven: { requests: 8_001_222, bytes: 210_000_000_000, jars: 1_000_111 },
      'other <b>program</b>': { requests: 12, bytes: 400, jars: 0 },
    },
  },
  days: Array.from({ length: 60 }, (_, at) => {
    const coverage = at === 40 || at === 41 || at < 5 ? 'none' : at === 59 || at === 5 ? 'partial' : 'full';
    const weekend = at % 7 > 4 ? 0.4 : 1;
    const downloads = coverage === 'none' ? null : Math.round((90_000 + 1500 * at) * weekend);
    return { day: isoTime(NOW - (59 - at) * DAY).slice(0, 10), downloads, coverage };
  }),
};

export const NOT_MEASURED: Statistics = {
  ...{ from: '2026-10-27', to: '2026-11-25', measured_days: 0, total: null, top: [], traffic: null },
  days: STATISTICS.days.map(({ day }) => ({ day, downloads: null, coverage: 'none' })),
};

export const NO_ARTIFACTS: ArtifactSummaries = {
  artifacts: (typed) => ({ typed, exact: null, artifacts: [], paths: [], more: false }),
  artifact: () => null,
  artifactVersion: () => null,
  statistics: () => NOT_MEASURED,
  refused: () => ({ entries: [], deferred: [] }),
};

export const SOME_ARTIFACTS: ArtifactSummaries = {
  artifacts: (typed) => ({
    typed,
    exact: typed.includes('tool') ? { group: 'org.example', artifact: 'tool', version: '2.0' } : null,
    artifacts: Array.from({ length: 50 }, (_, at) => ({
      ...{ group: `org.example.g${at % 9}`, artifact: `tool-${at}` },
      folder: `org/example/g${at % 9}/tool-${at}`,
    })),
    paths: ['org/example/tool/2.0/tool-2.0.jar', 'org/example/tool/2.0/tool-2.0.pom', 'org/example/notes.txt'],
    more: true,
  }),
  artifact: (group, artifact) =>
    group === 'org.example' && artifact.startsWith('tool') ? { ...ARTIFACT, artifact } : null,
  artifactVersion: (group, artifact, version) =>
    group === 'org.example' && artifact === 'tool' && version === '2.0' ? VERSION : null,
  statistics: () => STATISTICS,
  refused: () => ({
    entries: Array.from({ length: 31 }, (_, at) => ({
      id: `q${at}`.padEnd(12, '0'),
      path: `org/example/group-${at}/artifact-${at}/1.${at}.0/artifact-${at}-1.${at}.0.jar`,
      verdict: ['immutable-changed', 'checksum-mismatch', 'signature-bad'][at % 3] ?? '',
      sentence: 'a released file changed at the origin; the old bytes stay served',
      size: 12_345 * (at + 1),
      since: ago(at * HOUR),
      expected_sha256: at % 2 === 0 ? 'ab'.repeat(32) : null,
      observed_sha256: 'cd'.repeat(32),
    })),
    deferred: STANDING.held.filter(({ kind }) => kind === 'deferred'),
  }),
};
