import type { Finding } from '../../../src/finding/finding.ts';
import type { Incident } from '../../../src/watch/incident/incident.ts';

export const NOW = Date.UTC(2026, 10, 21, 1, 30);

export const FINDING: Finding = {
  foundBy: 'crawl',
  verdict: 'divergent',
  severity: 'critical',
  mirror: 'alpha',
  path: 'g/a/1.0/a-1.0.jar',
  why: 'A released file has other bytes there.',
  expected: { size: 7, sha256: 'a'.repeat(64) },
  observed: { size: 8, sha256: 'b'.repeat(64) },
  evidence: {
    url: 'https://alpha.example.org/g/a/1.0/a-1.0.jar',
    finalUrl: 'https://cdn.example.net/a-1.0.jar',
    status: 200,
    failure: null,
    headers: {},
    askedAt: NOW,
    answeredAt: NOW,
    vantage: 'here',
  },
  blame: 'mirror',
  generation: 3,
};

export const INCIDENT: Incident = {
  id: 'abcdef0123',
  key: 'key',
  state: 'open',
  severity: 'critical',
  verdict: 'divergent',
  blame: 'mirror',
  mirror: 'alpha',
  path: 'g/a/1.0/a-1.0.jar',
  expectedSha256: 'a'.repeat(64),
  observedSha256: 'b'.repeat(64),
  why: 'A released file has other bytes there.',
  openedAt: NOW,
  confirmedAt: null,
  lastSeenAt: NOW,
  resolvedAt: null,
  sightings: 1,
  occasion: 'round 1',
  findings: 1,
  acknowledgedAt: null,
  acknowledgedBy: null,
  note: null,
};
