import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { Finding } from '../../src/finding/finding.ts';
import { type FindingRecord, findingSchema, openFindings } from '../../src/finding/record.ts';
import { migrate } from '../../src/state/migrate.ts';
import { openState } from '../../src/state/open.ts';
import { temporaryFolder } from '../support/folder.ts';

const JAR: Finding & { readonly path: string } = {
  foundBy: 'gate',
  verdict: 'checksum-mismatch',
  severity: 'warning',
  path: 'g/a/1.0/a-1.0.jar',
  why: 'its sum says otherwise',
  expected: null,
  observed: { size: 2, sha256: 'bb' },
  blame: 'origin',
  generation: 3,
};
const NOTICE: Finding = { ...JAR, verdict: 'absent-held', severity: 'notice', path: 'g/b/1.0' };

function findings(t: TestContext): FindingRecord {
  const database = openState(join(temporaryFolder(t), 'state.db'));
  t.after(() => database.close());
  migrate(database, [findingSchema]);
  return openFindings(database);
}

test('what is met again is the same finding, seen again, in its newest words', (t) => {
  const record = findings(t);

  record.stand(JAR, 100);
  record.stand({ ...JAR, why: 'still so' }, 200);

  assert.deepEqual(
    record.standing().map(({ firstAt, lastAt, why }) => ({ firstAt, lastAt, why })),
    [{ firstAt: 100, lastAt: 200, why: 'still so' }],
  );
});

test('only what nobody has acknowledged and is more than a notice is a trouble', (t) => {
  const record = findings(t);
  record.stand(JAR, 100);
  record.stand(NOTICE, 100);
  assert.equal(record.troubles(), 1);

  const changed = record.acknowledge(JAR.path, 'operator', 150);

  assert.equal(changed, 1);
  assert.equal(record.troubles(), 0);
  assert.equal(record.standing().length, 2);
  assert.equal(record.standing()[0]?.acknowledgedAt, 150);
});

test('an acknowledged finding that is met again stays acknowledged', (t) => {
  const record = findings(t);
  record.stand(JAR, 100);
  record.acknowledge(JAR.path, 'operator', 150);

  record.stand(JAR, 200);

  assert.equal(record.troubles(), 0);
});

test('what no longer holds stands no longer, and is a new trouble when it comes back', (t) => {
  const record = findings(t);
  record.stand(JAR, 100);
  record.acknowledge(JAR.path, 'operator', 150);
  record.resolve(JAR.path, 200);
  assert.deepEqual(record.standing(), []);

  record.stand(JAR, 300);

  assert.equal(record.troubles(), 1);
  assert.equal(record.standing()[0]?.firstAt, 300);
  assert.equal(record.standing()[0]?.acknowledgedAt, null);
});

test('other bytes at the same path are another finding, and one resolution ends them all', (t) => {
  const record = findings(t);
  record.stand(JAR, 100);
  record.stand({ ...JAR, observed: { size: 2, sha256: 'cc' } }, 100);
  assert.equal(record.troubles(), 2);

  record.resolve(JAR.path, 200);

  assert.equal(record.troubles(), 0);
});

test('acknowledging what does not stand changes nothing', (t) => {
  assert.equal(findings(t).acknowledge('g/x', 'operator', 1), 0);
});

const STRANGER: Finding = { ...JAR, foundBy: 'crawl', verdict: 'divergent', mirror: 'alpha', severity: 'critical' };

test('what a mirror is accused of and what we are accused of at the same path are settled apart', (t) => {
  const record = findings(t);
  record.stand(JAR, 100);
  record.stand(STRANGER, 100);
  record.stand({ ...STRANGER, mirror: 'beta' }, 100);

  record.resolve(JAR.path, 200);
  const ours = record.standing().map(({ mirror }) => mirror);
  const settled = record.resolveAt({ mirror: 'alpha', path: JAR.path }, 200);

  assert.deepEqual(ours, ['alpha', 'beta']);
  assert.equal(settled, 1);
  assert.deepEqual(
    record.standing().map(({ mirror }) => mirror),
    ['beta'],
  );
});

test('a mirror is settled by path, by verdict, or as a whole', (t) => {
  const record = findings(t);
  const whole: Finding = { ...STRANGER, verdict: 'unreachable', path: null, observed: null };
  for (const finding of [STRANGER, whole, { ...STRANGER, verdict: 'missing', path: 'g/b' }]) record.stand(finding, 100);

  assert.equal(record.countOf('alpha', 'unreachable'), 1);
  assert.deepEqual(record.pathsOf('alpha', 9), ['g/a/1.0/a-1.0.jar', 'g/b']);
  assert.equal(record.resolveAt({ mirror: 'alpha', verdict: 'unreachable' }, 200), 1);
  assert.equal(record.resolveAt({ mirror: 'alpha' }, 200), 2);
  assert.equal(record.troubles(), 0);
});

test('the evidence comes back as it was written down', (t) => {
  const record = findings(t);
  const evidence = {
    url: 'https://alpha.example.org/g/a',
    finalUrl: 'https://cdn.example.net/g/a',
    status: 200,
    failure: null,
    headers: { etag: '"x"' },
    askedAt: 90,
    answeredAt: 95,
    vantage: 'here',
  };

  record.stand({ ...STRANGER, evidence, path: null }, 100);

  const [found] = record.standing();
  assert.deepEqual([found?.evidence, found?.path, found?.mirror], [evidence, null, 'alpha']);
});

test('what joins an acknowledged incident is acknowledged, and a recurrence begins outside of any', (t) => {
  const record = findings(t);
  const first = record.stand(STRANGER, 100);
  const second = record.stand({ ...STRANGER, mirror: 'beta' }, 100);

  record.attach(first, 'i1', null);
  record.acknowledgeIncident('i1', 'operator', 150);
  record.attach(second, 'i1', { at: 150, by: 'operator' });

  assert.equal(record.troubles(), 0);
  assert.equal(record.ofIncident('i1', 9).length, 2);
  record.resolveIncident('i1', 200);
  assert.deepEqual(record.standing(), []);
  record.stand(STRANGER, 300);
  assert.deepEqual([record.standing()[0]?.incident, record.troubles()], [null, 1]);
});

test('what stands about files below a folder is told of every mirror, and what is over is not', (t) => {
  const record = findings(t);
  record.stand(JAR, 100);
  record.stand({ ...JAR, mirror: 'alpha' }, 100);
  record.stand({ ...JAR, path: 'g/a-b/1.0/a-b-1.0.jar' }, 100);
  record.stand({ ...JAR, path: 'g/a/2.0/a-2.0.jar' }, 100);
  record.resolve('g/a/2.0/a-2.0.jar', 200);

  const below = record.standingBelow('g/a', 10);

  assert.deepEqual(
    below.map(({ path, mirror }) => [path, mirror]),
    [
      [JAR.path, null],
      [JAR.path, 'alpha'],
    ],
  );
});
