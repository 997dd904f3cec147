import assert from 'node:assert/strict';
import test from 'node:test';
import { type Finding, findingId, severityOf } from '../../src/finding/finding.ts';

const FINDING: Finding = {
  foundBy: 'gate',
  verdict: 'immutable-changed',
  severity: 'critical',
  path: 'g/a/1.0/a-1.0.jar',
  why: 'the bytes changed',
  expected: { size: 1, sha256: 'aa' },
  observed: { size: 2, sha256: 'bb' },
  blame: 'origin',
  generation: 3,
};

test('one trouble has one name, whenever it is met and however it is put', () => {
  assert.equal(findingId({ ...FINDING, generation: 9, why: 'other words', blame: 'unknown' }), findingId(FINDING));
  assert.match(findingId(FINDING), /^[0-9a-f]{16}$/);
});

test('another path, verdict, finder or other bytes are another trouble', () => {
  const others: Partial<Finding>[] = [
    { path: 'g/a/1.0/a-1.0.pom' },
    { verdict: 'checksum-mismatch' },
    { foundBy: 'scrub' },
    { mirror: 'alpha' },
    { observed: { size: 2, sha256: 'cc' } },
    { expected: null },
  ];

  const ids = new Set([FINDING, ...others.map((other) => ({ ...FINDING, ...other }))].map(findingId));

  assert.equal(ids.size, others.length + 1);
});

test('a rewritten release is critical, a refusal a warning, and what nobody named a notice', () => {
  assert.equal(severityOf('immutable-changed'), 'critical');
  assert.equal(severityOf('checksum-mismatch'), 'warning');
  assert.equal(severityOf('torn-group'), 'warning');
  assert.equal(severityOf('absent-held'), 'notice');
  assert.equal(severityOf('sidecar-pending'), 'notice');
});
