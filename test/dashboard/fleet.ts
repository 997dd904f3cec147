// Installations as pages see them: one that has not begun, one that is well, one that burns.

import type {
  IncidentJson,
  MirrorStanding,
  PassSummary,
  RoundSummary,
  StatusSummary,
  Summaries,
} from '../../src/dashboard/summaries.ts';
import { DAY, HOUR, isoTime, MINUTE } from '../../src/host/clock.ts';
import { NO_ARTIFACTS, SOME_ARTIFACTS } from './artifact-fleet.ts';

export const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const ago = (ms: number) => isoTime(NOW - ms);

export const FRESH_STATUS: StatusSummary = {
  ...{ generation: 0, files: 0, bytes: 0, last_success_at: null, last_attempt: null, running: null, paused: null },
  sources: [{ url: 'rsync://origin.example.org/repo/', reachable: null, since: null, sentence: null }],
  scrub: { last_ended_at: null, unfinished: null, withheld: 0 },
  signatures: { mode: 'observe', classes: {} },
  ...{ deferred: 0, absent: 0, takedowns: 0, push: [], origin: null, report: null },
  quarantine: { entries: 0, newest: [] },
};

export const HEALTHY_STATUS: StatusSummary = {
  ...FRESH_STATUS,
  ...{ generation: 4711, files: 2_903_117, bytes: 214_600_000_000, last_success_at: ago(12 * MINUTE), takedowns: 3 },
  last_attempt: { started_at: ago(12 * MINUTE), ended_at: ago(9 * MINUTE), outcome: 'clean', sentence: '' },
  sources: [{ url: 'rsync://origin.example.org/repo/', reachable: true, since: ago(40 * DAY), sentence: null }],
  scrub: { last_ended_at: ago(3 * DAY), unfinished: null, withheld: 0 },
  signatures: { mode: 'require', classes: { good: 81_220, unsigned: 1_902_003, 'no-key': 3120 } },
  origin: { state: 'up', since: ago(40 * DAY), seen_by: 41, of: 43 },
  push: [{ name: 'main', generation: 4711, last_success_at: ago(8 * MINUTE), last_attempt: null, owed: 0 }],
};

export const BURNING_STATUS: StatusSummary = {
  ...HEALTHY_STATUS,
  last_success_at: ago(7 * HOUR),
  last_attempt: {
    started_at: ago(11 * MINUTE),
    ended_at: ago(10 * MINUTE),
    outcome: 'could-not',
    sentence: 'the origin did not answer within 120 s',
  },
  sources: [
    {
      url: 'rsync://origin.example.org/repo/',
      reachable: false,
      since: ago(6 * HOUR),
      sentence: 'connect: timed out after 120 s',
    },
  ],
  origin: { state: 'down', since: ago(6 * HOUR), seen_by: 39, of: 43 },
  scrub: { last_ended_at: ago(9 * DAY), unfinished: { began_at: ago(DAY), files: 120_000 }, withheld: 2 },
  deferred: 14,
  absent: 220,
  push: [{ name: 'main', generation: 4699, last_success_at: ago(2 * DAY), last_attempt: null, owed: 5 }],
  report: { waiting: 2, refused: 1 },
  quarantine: {
    entries: 31,
    newest: Array.from({ length: 12 }, (_, at) => ({
      id: `q${at}`.padEnd(12, '0'),
      path: `org/example/group-${at}/artifact-${at}/1.${at}.0/artifact-${at}-1.${at}.0.jar`,
      verdict: ['immutable-changed', 'checksum-mismatch', 'signature-bad'][at % 3] ?? '',
      sentence: 'a released file changed at the origin; the old bytes stay served',
      size: 12_345 * (at + 1),
      since: ago(at * HOUR),
      expected_sha256: 'ab'.repeat(32),
      observed_sha256: 'cd'.repeat(32),
    })),
  },
};

const VERDICTS = [
  ['divergent', 'critical', 'The bytes are others than were published.'],
  ['truncated', 'warning', 'The body ends before it should.'],
  ['unreachable', 'warning', 'No answer: connect timed out after 10 s.'],
  ['missing', 'warning', 'What was published two days ago is not there.'],
  ['signature-stripped', 'warning', 'The signature that belongs to it is not there.'],
] as const;

export function incidentsOf(count: number): IncidentJson[] {
  return Array.from({ length: count }, (_, at) => incident(at));
}

export function incident(at: number, changes: Partial<IncidentJson> = {}): IncidentJson {
  const [verdict, severity, why] = VERDICTS[at % VERDICTS.length] ?? VERDICTS[0];
  const isBytes = verdict === 'divergent';
  return {
    id: at.toString(16).padStart(10, '0'),
    state: at % 3 === 0 ? 'open' : 'confirmed',
    ...{ severity, verdict, why, blame: 'mirror', mirror: mirrorName(at % 200) },
    path: verdict === 'unreachable' ? null : `org/example/lib-${at}/2.${at}.1/lib-${at}-2.${at}.1.jar`,
    expected_sha256: isBytes ? 'a1'.repeat(32) : null,
    observed_sha256: isBytes ? '9f'.repeat(32) : null,
    opened_at: ago((at + 1) * 7 * MINUTE),
    confirmed_at: at % 3 === 0 ? null : ago(at * 5 * MINUTE),
    last_seen_at: ago((at % 7) * MINUTE),
    resolved_at: null,
    ...{ sightings: 1 + (at % 9), findings: 1 + (at % 40) },
    ...(at % 11 === 5
      ? { acknowledged_at: ago(HOUR), acknowledged_by: 'ada', note: 'asked its operator' }
      : { acknowledged_at: null, acknowledged_by: null, note: null }),
    ...changes,
  };
}

export function mirrorName(at: number): string {
  return `mirror-${String(at).padStart(3, '0')}.example.org`;
}

/** The pages of an installation, none of whose rooms is there. */
export function fakeSummaries(changes: Partial<Summaries> = {}): Summaries {
  return {
    name: 'mirror.example.org',
    version: '0.1.0',
    roles: { mirrors: true, crawls: true, counts: true },
    cannotSee: 'A crawl cannot see a mirror that lies only to chosen addresses.',
    status: () => HEALTHY_STATUS,
    incidents: () => [],
    incident: () => null,
    mirrors: () => mirrors(12, () => null),
    hasList: () => true,
    mirror: () => null,
    passes: () => passes(60, false),
    rounds: () => rounds(40, 0),
    used: () => ({
      downloads: 1_240_331,
      measuredDays: 30,
      top: Array.from({ length: 20 }, (_, at) => ({
        group: `org.example.group${at}`,
        artifact: `artifact-${at}`,
        downloads: Math.round(90_000 / (at + 1)),
      })),
    }),
    promise: () => 'Every path is asked within 3.1 days, every body read within 61 days.',
    ...SOME_ARTIFACTS,
    remedy: (verdict) =>
      verdict === 'divergent' ? 'use the mirror for nothing until its operator has explained it.' : null,
    blame: (blame) => `probably the ${blame}`,
    ...changes,
  };
}

export const FRESH = fakeSummaries({
  status: () => FRESH_STATUS,
  mirrors: () => [],
  passes: () => [],
  rounds: () => [],
  used: () => null,
  promise: () => null,
  ...NO_ARTIFACTS,
});
export const HEALTHY = fakeSummaries();
export const BURNING = burning();

function burning(): Summaries {
  const incidents = incidentsOf(1000);
  const fleet = mirrors(200, (at) => VERDICTS[at % VERDICTS.length]?.[0] ?? null);
  const standing = ({ name }: MirrorStanding) => incidents.filter(({ mirror }) => mirror === name);
  return fakeSummaries({
    status: () => BURNING_STATUS,
    incidents: () => incidents,
    mirrors: () => fleet,
    mirror(name) {
      const found = fleet.find((each) => each.name === name);
      return found === undefined ? null : { mirror: found, visits: visitsOf(found), incidents: standing(found) };
    },
    passes: () => passes(200, true),
    rounds: () => rounds(200, 43),
    incident(id) {
      const found = incidents.find((each) => each.id === id);
      return found === undefined ? null : detailOf(found);
    },
  });
}

export function detailOf(found: IncidentJson) {
  const { verdict, mirror, path, why, expected_sha256: expected, observed_sha256: observed } = found;
  const url = `https://${mirror}/${path ?? ''}`;
  return {
    incident: found,
    timeline: [
      { at: found.opened_at, kind: 'opened', detail: why },
      { at: found.last_seen_at, kind: 'confirmed', detail: 'Seen again in the round after it.' },
    ],
    evidence: [
      {
        ...{ found_by: 'crawl', verdict, mirror, path, why },
        expected: { size: 51_234, sha256: expected },
        observed: { size: 51_234, sha256: observed },
        evidence: {
          ...{ url, final_url: url, status: 200, failure: null, asked_at: found.last_seen_at },
          headers: { 'content-length': '51234', etag: '"61-5f2"', server: 'nginx' },
        },
      },
    ],
    told: [{ channel: 'ops', at: found.opened_at, over: false }],
  };
}

/** `verdictAt`: what was found at each; null: nothing. */
export function mirrors(count: number, verdictAt: (at: number) => string | null): MirrorStanding[] {
  return Array.from({ length: count }, (_, at) => {
    const verdict = verdictAt(at);
    const isBad = verdict === 'divergent';
    return {
      ...{
        name: mirrorName(at),
        url: `https://${mirrorName(at)}/`,
        role: 'mirror',
        country: ['DE', 'FR', 'JP', null][at % 4] ?? null,
      },
      ...{
        operated_by: at % 5 === 0 ? 'staff' : 'community',
        state: isBad ? 'bad' : at % 7 === 3 ? 'probation' : 'good',
      },
      ...{ since: ago((at + 1) * DAY), reason: isBad ? 'A released file has other bytes there' : '' },
      ...{ checked_at: ago((at % 50) * MINUTE), answered_at: ago((at % 50) * MINUTE), reported_at: null },
      behind_seconds: at % 9 === 4 ? 40_000 : (at % 3) * 400,
      verdicts: { ok: 1200, ...(verdict === null ? {} : { [verdict]: 1 + (at % 13) }), lagging: at % 6 },
      ...{ claims: 980 + at, proofs: 120 + at, troubles: verdict === null ? 0 : 5, critical: isBad ? 5 : 0 },
      lag: Array.from({ length: 48 }, (__, hour) => ({
        at: ago((48 - hour) * HOUR),
        behind_seconds: hour % 17 === at % 17 ? null : Math.round(1800 * (1 + Math.sin((hour + at) / 5))),
      })),
    };
  });
}

function visitsOf({ verdicts, behind_seconds: behind }: MirrorStanding) {
  return Array.from({ length: 60 }, (_, at) => ({
    ...{ round: 900 - at, at: ago(at * HOUR), ended: at % 13 === 7 ? 'silent' : 'complete', health: 'good' },
    ...{ behind_seconds: behind, claims: 980, proofs: 120, troubles: at % 10 === 0 ? 4 : 0, verdicts },
  }));
}

function passes(count: number, isFailing: boolean): PassSummary[] {
  return Array.from({ length: count }, (_, at) => {
    const isBad = isFailing && at < 12;
    const number = (value: number) => (isBad ? null : value);
    return {
      ...{
        pass: count - at,
        started_at: ago(at * 30 * MINUTE + 12 * MINUTE),
        ended_at: ago(at * 30 * MINUTE + 9 * MINUTE),
      },
      ...{ outcome: isBad ? 'could-not' : 'clean', sentence: isBad ? 'the origin did not answer within 120 s' : '' },
      ...{ generation: 4711 - at, listed: number(2_903_117 - at * 40), added: number((at * 37) % 211) },
      ...{ changed: number((at * 13) % 29), removed: number(0), bytes_fetched: number(((at * 37) % 211) * 91_000) },
    };
  });
}

function rounds(count: number, troubled: number): RoundSummary[] {
  return Array.from({ length: count }, (_, at) => ({
    ...{
      round: count - at,
      started_at: ago((at + 1) * HOUR),
      ended_at: ago((at + 1) * HOUR - 22 * MINUTE),
      outcome: 'complete',
    },
    ...{ depth: at % 24 === 0 ? 'full' : 'sums', generation: 4711 - at * 2, mirrors: 200, troubled },
    ...{ claims: 196_000 + at, proofs: 24_100 - at, troubles: troubled * 3 },
  }));
}
