import type { Done, Verbs } from '../../src/compose/verbs.ts';
import type { BackupResult, RestoreResult } from '../../src/config/shape/backup.ts';
import type { DoctorResult } from '../../src/config/shape/doctor.ts';
import type { MirrorsResult } from '../../src/config/shape/mirrors.ts';
import type { PlannedPush, Pushed } from '../../src/config/shape/push.ts';
import type { Doubted, EnrollResult } from '../../src/config/shape/report.ts';
import type { SignatureSummary } from '../../src/config/shape/signature.ts';
import type { StatsExportResult, StatsTopResult } from '../../src/config/shape/stats.ts';
import type { QuarantineEntry, StatusResult, Takedown } from '../../src/config/shape/status.ts';
import type { PlanResult, SyncResult } from '../../src/config/shape/sync.ts';
import type { Token } from '../../src/config/shape/token.ts';
import type { RebuildResult, VerifyResult } from '../../src/config/shape/verify.ts';
import { CRAWLED, INCIDENT } from './fake-crawl.ts';

import { fakeKeys } from './fake-keys.ts';

/** An installation that answers what a test says and remembers what it was asked. */
const DRIFT = {
  compared: { bucket: 2, history: 1, cdn: null, poms: null, jars: null },
  counts: {},
  drift: [],
  seconds: 1,
};

export interface FakeVerbs extends Verbs {
  readonly asked: (readonly [string, ...unknown[]])[];
}

export const DIGEST = 'ab'.repeat(32);
export const SINCE = '2026-11-20T22:00:00.000Z';

export const SYNCED: SyncResult = {
  generation: 12,
  listed: 5210,
  added: 3,
  changed: 1,
  removed: 0,
  absent: 2,
  accepted: 4,
  rejected: [],
  deferred: [],
  refused: null,
  bytes_fetched: 35_861_299,
  seconds: 3.25,
};

export const VERIFIED: VerifyResult = {
  files: 5210,
  bytes: 1_234_567,
  seconds: 61.5,
  began_at: SINCE,
  resumed_after: null,
  findings: [],
  repaired: [],
  moved_away: [],
  moved_to: null,
  unrepaired: [],
};

export const REBUILT: RebuildResult = {
  files: 5210,
  bytes: 1_234_567,
  seconds: 61.5,
  lineage: '4d2f6b0e-7a53-4a6b-9d39-0c8f6f0e7a11',
  takedowns: 1,
  known_digests: 5000,
  left_out: [],
  moved_to: null,
  kept_as: 'state.db.before-rebuild-20261121T013000000Z',
};

export const EXAMINED: DoctorResult = {
  checks: [{ name: 'disk', state: 'ok', sentence: '100.0 GiB are free.', remedy: null }],
};

const COPY = { file: '/var/backups/assay.db', made_at: SINCE, generation: 12, files: 5210 };
export const BACKED_UP: BackupResult = { ...COPY, bytes: 1_234_567, lineage: REBUILT.lineage };
export const RESTORED: RestoreResult = { ...COPY, lineage: REBUILT.lineage, kept_as: [] };

export const PLANNED: PlanResult = { additions: [], changes: [], removals: [], violations: [], plan_sha256: DIGEST };

export const ENTRY: QuarantineEntry = {
  id: 'q7',
  path: 'org/example/tool/1.0/tool-1.0.jar',
  verdict: 'immutable-changed',
  sentence: 'The released bytes changed at the origin.',
  size: 2048,
  since: SINCE,
  source: 'rsync://origin.example.org/repo/',
  expected_sha256: DIGEST,
  observed_sha256: 'cd'.repeat(32),
};

export const TAKEDOWN: Takedown = {
  id: 't1',
  what: 'org.example:tool:1.0',
  reason: 'holds a key',
  legal: false,
  at: SINCE,
  by: 'ada',
  files: 6,
};

export const PUSHED: Pushed = {
  name: 'main',
  kind: 's3',
  place: 's3://b/',
  outcome: 'complete',
  generation: 12,
  objects: 3,
  bytes: 4096,
  adopted: 0,
  removed: [],
  refused: null,
  conflicts: [],
  held: [],
  failures: [],
  drift: null,
  store: { conditional: 'honoured', md5: 'honoured', sha256: 'honoured', etag_is_md5: true, absent_status: 404 },
  purge: { stale: 0, everything: false, given_up: 0 },
  seconds: 1.5,
};

export const PLANNED_PUSH: PlannedPush = {
  ...{ name: 'main', kind: 's3', place: 's3://b/', generation: 12 },
  ...{ additions: [], changes: [], removals: [], violations: [], plan_sha256: DIGEST, drift: null },
};

export const EXPORTED: StatsExportResult = {
  day: '2026-11-20',
  scope: 'all',
  coverage: 'full',
  rule: 1,
  total: 3,
  downloads: { 'org.example': { tool: { '1.0': 3 } } },
};

export const TOP: StatsTopResult = {
  from: '2026-10-23',
  to: '2026-11-21',
  scope: 'all',
  measured_days: 0,
  total: null,
  top: [],
  traffic: null,
};

export const TOKEN: Token = {
  id: '0123456789',
  name: 'chat',
  scopes: ['acknowledge'],
  made_at: SINCE,
  made_by: 'ada',
  expires_at: '2027-02-18T22:00:00.000Z',
  revoked_at: null,
  usable: true,
};

export const DOUBTED: Doubted = {
  mirror: 'alpha',
  day: '2026-11-20',
  received_at: SINCE,
  downloads: 50_000,
  doubts: ['50000 downloads, usually 500'],
};

export const ENROLLED: EnrollResult = {
  name: 'mirror.example.org',
  key_id: 'k',
  public_key: `${'A'.repeat(43)}=`,
  key_file: '/etc/assay/report.key',
  made: true,
  lines: '  - name: "mirror.example.org"\n',
  rotation: null,
};

export const LIST: MirrorsResult = {
  primary: 'primary.example.org',
  sequence: 7,
  made_at: SINCE,
  expires_at: '2026-12-04T22:00:00.000Z',
  expired: false,
  source: 'asked',
  key: ENROLLED.public_key,
  minimum: { assay: null, node: null, openssl: null },
  origin: { state: 'down', since: SINCE, seen_by: 7, of: 9 },
  mirrors: [],
};

export const STATUS: StatusResult = {
  name: 'mirror.example.org',
  version: '0.1.0',
  build: { commit: null, built_at: null, node: '24.21.0', openssl: '3.5.8' },
  generation: 12,
  lineage: '4d2f6b0e-7a53-4a6b-9d39-0c8f6f0e7a11',
  files: 5210,
  bytes: 1_234_567,
  last_success_at: SINCE,
  last_attempt: { started_at: SINCE, ended_at: SINCE, outcome: 'clean', sentence: '4 files published.' },
  running: null,
  sources: [{ url: ENTRY.source, reachable: true, asked_at: SINCE, since: SINCE, sentence: null }],
  paused: null,
  scrub: { last_ended_at: SINCE, unfinished: null, withheld: 0 },
  signatures: { mode: 'observe', classes: { good: 30, bad: 1 }, weak: 2, refusable: 1, judged_at: SINCE },
  deferred: 0,
  absent: 2,
  takedowns: 0,
  push: [],
  origin: null,
  report: null,
  incidents: { standing: 0, unacknowledged: 0, critical: 0 },
  crawl: null,
  alerts: null,
  quarantine: { entries: 0, bytes: 0, newest: [] },
};

export const SIGNATURES: SignatureSummary = {
  ...{ files: 3, classes: { good: 2, bad: 1 }, weak: 1, refusable: 1, damaged: [] },
  ...{ certificates: 4, keysmap_lines: 12, seconds: 0.5 },
};

export function done<Result>(result: Result): Done<Result> {
  return { result, problems: [], outcomes: ['clean'] };
}

/** Every verb is clean and has something to say; `answers` replaces single verbs. */
export function fakeVerbs(answers: Partial<Verbs> = {}): FakeVerbs {
  const asked: [string, ...unknown[]][] = [];
  const told =
    <Result>(verb: string, result: Result) =>
    async (_config: unknown, ...rest: unknown[]): Promise<Done<Result>> => {
      asked.push([verb, ...rest.filter((each) => !(each instanceof AbortSignal))]);
      return done(result);
    };
  return {
    asked,
    sync: told('sync', SYNCED),
    plan: told('plan', PLANNED),
    originDrift: told('originDrift', DRIFT),
    push: told('push', { targets: [PUSHED] }),
    planPush: told('planPush', { targets: [PLANNED_PUSH] }),
    verify: told('verify', VERIFIED),
    rebuild: told('rebuild', REBUILT),
    verifySignatures: told('verifySignatures', SIGNATURES),
    ...fakeKeys(told),
    backup: told('backup', BACKED_UP),
    doctor: told('doctor', EXAMINED),
    restore: told('restore', RESTORED),
    status: told('status', STATUS),
    quarantineList: told('quarantineList', { entries: [ENTRY] }),
    quarantineShow: told('quarantineShow', ENTRY),
    quarantineRelease: told('quarantineRelease', ENTRY),
    quarantineDrop: told('quarantineDrop', ENTRY),
    takedownAdd: told('takedownAdd', TAKEDOWN),
    takedownLift: told('takedownLift', TAKEDOWN),
    takedownList: told('takedownList', { takedowns: [TAKEDOWN] }),
    tokenAdd: told('tokenAdd', { ...TOKEN, token: 'assay_0123456789_secret' }),
    tokenRevoke: told('tokenRevoke', TOKEN),
    tokenList: told('tokenList', { tokens: [TOKEN] }),
    statsIngest: told('statsIngest', { logs: [], recounted: [] }),
    statsExport: async (_config, request) => {
      asked.push(['statsExport', request]);
      return { ...done(EXPORTED), text: '{["org.example" "tool"] {"1.0" 3}}\n' };
    },
    statsTop: told('statsTop', TOP),
    statsDoubted: told('statsDoubted', { doubted: [DOUBTED] }),
    statsAccept: told('statsAccept', DOUBTED),
    reportSend: told('reportSend', { sent: 2, dead: 0, waiting: 0, oldest_waiting_at: null, last_answer: null }),
    reportCheck: told('reportCheck', { checked: 2, forged: [] }),
    enroll: told('enroll', ENROLLED),
    mirrors: told('mirrors', LIST),
    crawl: told('crawl', CRAWLED),
    incidentsList: told('incidentsList', { incidents: [INCIDENT.incident] }),
    incidentsShow: told('incidentsShow', INCIDENT),
    incidentsAcknowledge: told('incidentsAcknowledge', INCIDENT),
    incidentsResolve: told('incidentsResolve', INCIDENT),
    outlook: () => [],
    alertsTest: told('alertsTest', { channels: [{ name: 'ops', kind: 'mail', sent: true, reason: null }] }),
    pause: told('pause', { paused: { since: SINCE, until: null } }),
    resume: told('resume', { was_paused: null }),
    check: () => Promise.reject(new Error('nothing to check here')),
    tryClient: () => Promise.reject(new Error('no tool here')),
    openMirror: () => Promise.reject(new Error('no mirror here')),
    daemon: async () => {},
    ...answers,
  };
}
