import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { DAY } from '../../src/host/clock.ts';
import { makeKey } from '../../src/operator/key.ts';
import { openClaims, openEnrolment } from '../../src/primary/intake.ts';
import { acceptStatistics, doubtedReports } from '../../src/primary/judge.ts';
import { openPublishedCounts } from '../../src/stats/export.ts';
import { temporaryFolder } from '../support/folder.ts';
import { enrolled, NOW, openPrimary, statistics } from './primary.ts';

const YESTERDAY = '2026-11-20';
const usual = ['2026-11-15', '2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19'];

test('a day with ten times the usual downloads counts for nothing until somebody accepts it', async (t) => {
  const primary = openPrimary(t);
  for (const day of usual) await primary.send(statistics(day, { '1.0': 500 }));
  primary.judge();

  await primary.send(statistics(YESTERDAY, { '1.0': 50_000 }));
  const doubts = primary.judge();
  const before = primary.day(YESTERDAY);
  const accepted = acceptStatistics(
    primary.room,
    { mirror: 'alpha', day: YESTERDAY, actor: 'ada', reason: 'a release' },
    NOW,
  );
  const again = acceptStatistics(
    primary.room,
    { mirror: 'alpha', day: YESTERDAY, actor: 'ada', reason: 'a release' },
    NOW,
  );

  assert.deepEqual(doubts, ['50000 downloads, usually 500']);
  assert.deepEqual([before, primary.day(YESTERDAY)], ['', '1.0:50000']);
  assert.deepEqual([accepted?.mirror, again], ['alpha', null]);
});

test('a mirror that is new, or small, may grow as it likes', async (t) => {
  const primary = openPrimary(t);
  for (const day of usual) await primary.send(statistics(day, { '1.0': 3 }));
  await primary.send(statistics(YESTERDAY, { '1.0': 900 }));
  await primary.send(statistics(YESTERDAY, { '1.0': 400_000 }), { mirror: 'beta', key: primary.keys.beta });

  assert.deepEqual(primary.judge(), []);
});

test('downloads of a version before its release, or of versions that nobody knows, are doubted', async (t) => {
  const releases: Readonly<Record<string, number>> = { '1.0': 0, '2.0': NOW + DAY };
  const primary = openPrimary(t, { releasedAt: ({ version }) => releases[version] ?? null });

  await primary.send(statistics(YESTERDAY, { '1.0': 5, '2.0': 1 }));
  const early = primary.judge();
  await primary.send(statistics('2026-11-19', { '1.0': 5, '9.9': 2000 }));
  const unknown = primary.judge();
  await primary.send(statistics('2026-11-18', { '1.0': 5, '9.9': 2 }));
  const few = primary.judge();

  assert.deepEqual(early, ['downloads of 1 versions on a day before they came out, org.example:tool:2.0 first']);
  assert.deepEqual(unknown, ['2000 downloads of versions that are unknown here']);
  assert.deepEqual(few, []);
  assert.deepEqual(
    Array.from(doubtedReports(primary.database), ({ subject }) => subject),
    [YESTERDAY, '2026-11-19'],
  );
});

test('a correction that takes most of a day back is doubted, and the old count stays', async (t) => {
  const primary = openPrimary(t);
  await primary.send(statistics(YESTERDAY, { '1.0': 100 }));
  primary.judge();
  await primary.send(statistics(YESTERDAY, { '1.0': 1 }));
  const most = primary.judge();
  const kept = primary.day(YESTERDAY);
  await primary.send(statistics(YESTERDAY, { '1.0': 90 }));
  const some = primary.judge();
  await primary.send(statistics(YESTERDAY, null));
  const none = primary.judge();

  assert.deepEqual(most, ['takes back 99 of 100 downloads that were reported before']);
  assert.deepEqual([kept, some, primary.day(YESTERDAY)], ['1.0:100', [], '1.0:90']);
  assert.deepEqual(none, ['says that a day was not measured whose counts it reported before']);
  const whole = openPublishedCounts(primary.database).whole('all');
  assert.deepEqual([whole?.total, whole?.shrunkBy], [90, 0]);
});

test('what is not measured adds nothing and is no doubt', async (t) => {
  const primary = openPrimary(t);
  await primary.send(statistics(YESTERDAY, null));

  assert.deepEqual(primary.judge(), []);
  assert.equal(openPublishedCounts(primary.database).whole('all'), null);
});

test('what a mirror found of another is a claim that waits to be checked, once a day, and nothing more', async (t) => {
  const primary = openPrimary(t);
  const finding = (mirror: string | null, path: string | null) => ({
    id: '0123456789abcdef',
    found_by: 'crawl',
    verdict: 'divergent',
    severity: 'critical' as const,
    mirror,
    path,
    why: 'other bytes',
    expected: null,
    observed: null,
    since: '2026-11-21T01:00:00.000Z',
  });
  const say = () =>
    primary.send({
      kind: 'findings',
      findings: [finding('beta', 'a/b/1/b-1.jar'), finding('alpha', 'x'), finding(null, 'y'), finding('beta', null)],
    });
  const claims = openClaims(primary.database);

  await say();
  primary.judge();
  const [claim, ...others] = claims.open(9);
  if (claim !== undefined) claims.settle(claim, false, NOW);
  await say();
  primary.judge(NOW + 1000);
  const soon = claims.open(9);
  await say();
  primary.judge(NOW + 2 * DAY);
  const later = claims.open(9);

  const expected = { mirror: 'beta', path: 'a/b/1/b-1.jar', verdict: 'divergent', reporter: 'alpha', claimedAt: NOW };
  assert.deepEqual([claim, others], [expected, []]);
  assert.deepEqual([soon, later], [[], [{ ...expected, claimedAt: NOW + 2 * DAY }]]);
});

test('a next key is taken when the old one announces it, and falls with the old one if that was in wrong hands by then', async (t) => {
  const next = makeKey(join(temporaryFolder(t), 'next'));
  const primary = openPrimary(t);
  const refused = await primary.send(statistics(YESTERDAY, { '1.0': 1 }), { key: next });

  await primary.send({ kind: 'key', next_key: next.publicKey });
  primary.judge();
  const taken = await primary.send(statistics(YESTERDAY, { '1.0': 1 }), { key: next });
  const announced = primary.enrolment.announced();

  assert.deepEqual([refused, taken], ['401 report-key-unknown', '200']);
  assert.deepEqual(
    announced.map(({ mirror, publicKey }) => [mirror, publicKey]),
    [['alpha', next.publicKey]],
  );

  const stolen = openEnrolment(primary.database, [enrolled('alpha', primary.keys.alpha, { revokedAt: NOW - 1 })]);
  const later = openEnrolment(primary.database, [enrolled('alpha', primary.keys.alpha, { revokedAt: NOW + 1 })]);
  const gone = openEnrolment(primary.database, [enrolled('beta', primary.keys.beta)]);
  assert.deepEqual(
    [stolen.find(next.id)?.revokedAt, later.find(next.id)?.revokedAt, gone.find(next.id)],
    [NOW - 1, null, null],
  );
});
