import type { CrawlResult } from '../../src/config/shape/crawl.ts';
import type { IncidentPage } from '../../src/config/shape/incident.ts';

const SINCE = '2026-11-20T22:00:00.000Z';
const JAR = 'org/example/tool/1.0/tool-1.0.jar';

export const CRAWLED: CrawlResult = {
  round: 7,
  depth: 'sums',
  reference: 'inventory',
  generation: 12,
  claims: 100,
  proofs: 20,
  findings: { critical: 1, warning: 0, notice: 2 },
  standing: 1,
  mirrors: [
    {
      name: 'alpha',
      url: 'https://alpha.example.org/',
      role: 'mirror',
      ended: 'complete',
      state: 'bad',
      since: SINCE,
      reason: `divergent: ${JAR}`,
      verdicts: { ok: 119, divergent: 1 },
      claims: 100,
      proofs: 20,
      listed: 0,
      requests: 121,
      bytes: 2048,
      requests_today: 500,
      bytes_today: 9000,
      behind_seconds: 0,
      promise: { rotation_days: 2.5, body_rotation_days: 20, days_to_see_spread: 1.25, days_to_see_single: 10 },
      rotation_took_days: null,
      signatures: null,
    },
  ],
  cannot_see: 'A crawl cannot see a mirror that lies only to chosen addresses.',
  seconds: 12.5,
};

export const INCIDENT: IncidentPage = {
  incident: {
    id: '3f9a2b1c01',
    state: 'open',
    severity: 'critical',
    verdict: 'divergent',
    blame: 'mirror',
    mirror: 'alpha',
    path: JAR,
    expected_sha256: 'ab'.repeat(32),
    observed_sha256: 'cd'.repeat(32),
    why: 'A released file has other bytes there.',
    opened_at: SINCE,
    confirmed_at: null,
    last_seen_at: SINCE,
    resolved_at: null,
    sightings: 1,
    findings: 1,
    acknowledged_at: null,
    acknowledged_by: null,
    note: null,
  },
  timeline: [{ at: SINCE, kind: 'opened', detail: 'A released file has other bytes there.' }],
  evidence: [],
  told: [{ channel: 'ops', at: SINCE, over: false }],
};
