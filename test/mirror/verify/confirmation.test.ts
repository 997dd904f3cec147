import assert from 'node:assert/strict';
import test from 'node:test';
import { judgeUnit } from '../../../src/mirror/verify/gate.ts';
import { NOW, POLICY, sum, unitFacts } from './facts.ts';

const UNIT = 'g/a/1.0';
const JAR = `${UNIT}/a-1.0.jar`;
const POM = `${UNIT}/a-1.0.pom`;
const STAGED = {
  [JAR]: 'jar',
  [`${JAR}.sha1`]: sum('sha1', 'jar'),
  [POM]: '<project/>',
  [`${POM}.sha1`]: sum('sha1', '<project/>'),
};

function verdicts(confirmed: NonNullable<Parameters<typeof unitFacts>[1]['confirmed']>) {
  return Object.fromEntries(
    judgeUnit(unitFacts(UNIT, { staged: STAGED, confirmed }), POLICY, NOW).map((verdict) => [
      verdict.path,
      verdict.kind === 'accepted' ? 'accepted' : verdict.verdict,
    ]),
  );
}

test('a version is published when everything of it that was asked for is confirmed', () => {
  const confirmed = { [JAR]: { kind: 'confirmed' }, [POM]: { kind: 'confirmed' } } as const;

  assert.deepEqual(Object.values(verdicts(confirmed)), ['accepted', 'accepted', 'accepted', 'accepted']);
});

test('what nobody could confirm waits, and its version with it', () => {
  const confirmed = { [JAR]: { kind: 'open', why: 'the origin is not there' }, [POM]: { kind: 'confirmed' } } as const;

  assert.deepEqual(verdicts(confirmed), {
    [JAR]: 'unconfirmed',
    [`${JAR}.sha1`]: 'incomplete-version',
    [POM]: 'incomplete-version',
    [`${POM}.sha1`]: 'incomplete-version',
  });
});

test('what the origin contradicts waits too, with the digest that it names', () => {
  const expected = sum('sha1', 'the true jar');
  const confirmed = { [JAR]: { kind: 'contradicted', by: 'https://o.example/a.jar.sha1', expected } } as const;

  const verdict = judgeUnit(unitFacts(UNIT, { staged: STAGED, confirmed }), POLICY, NOW).find(
    ({ path }) => path === JAR,
  );

  assert.deepEqual(verdict, {
    kind: 'deferred',
    path: JAR,
    verdict: 'unconfirmed',
    why: 'https://o.example/a.jar.sha1 names another digest: it was altered on its way to us, or there',
    retryAt: 0,
    contradicts: expected,
  });
});

test('what its own sums refuse stays refused, whoever confirms it', () => {
  const staged = { ...STAGED, [`${JAR}.sha1`]: sum('sha1', 'another') };
  const facts = unitFacts(UNIT, { staged, confirmed: { [JAR]: { kind: 'confirmed' } } });

  const verdict = judgeUnit(facts, POLICY, NOW).find(({ path }) => path === JAR);

  assert.equal(verdict?.kind === 'rejected' && verdict.verdict, 'checksum-mismatch');
});
