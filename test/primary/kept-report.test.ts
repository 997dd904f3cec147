import assert from 'node:assert/strict';
import test from 'node:test';
import { DAY } from '../../src/host/clock.ts';
import { isAnyReceived, newestReports, pruneReports, reportsIn } from '../../src/primary/kept-report.ts';
import { NOW, openPrimary, statistics } from './primary.ts';

const NO_FINDINGS = { kind: 'findings' as const, findings: [] };

test('of each mirror the newest report of a kind is found, whatever else came', async (t) => {
  const primary = openPrimary(t);
  const beta = { mirror: 'beta', key: primary.keys.beta };
  await primary.send(NO_FINDINGS);
  await primary.send(NO_FINDINGS, beta);
  await primary.send(NO_FINDINGS);
  await primary.send(statistics('2026-11-20', { '1.0': 1 }));
  primary.judge();

  const newest = newestReports(primary.database, 'findings');

  assert.deepEqual(
    newest.map(({ mirror, state, sequence }) => [mirror, state, sequence - NOW]),
    [
      ['alpha', 'taken', 3],
      ['beta', 'taken', 2],
    ],
  );
  assert.deepEqual(newestReports(openPrimary(t).database, 'findings'), []);
});

test('what waits to be judged is found without reading what every mirror ever said', async (t) => {
  const primary = openPrimary(t);
  const before = isAnyReceived(primary.database);
  await primary.send(NO_FINDINGS);
  const plans: string[] = [];
  const prepare = primary.database.prepare.bind(primary.database);
  primary.database.prepare = ((sql: string) => {
    const values = Array.from({ length: sql.split('?').length - 1 }, () => 0);
    const steps = prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
    plans.push(...steps.map(({ detail }) => detail));
    return prepare(sql);
  }) as typeof primary.database.prepare;

  const after = isAnyReceived(primary.database);
  const waiting = [...reportsIn(primary.database, 'received', 9)];
  newestReports(primary.database, 'findings');
  pruneReports(primary.database, NOW);

  assert.deepEqual([before, after, waiting.length], [false, true, 1]);
  assert.ok(plans.length > 4);
  assert.deepEqual(
    plans.filter((step) => /^SCAN primary_report/.test(step)),
    [],
  );
});

test('replaced statuses and findings are forgotten in time, statistics never', async (t) => {
  const primary = openPrimary(t);
  for (const content of [NO_FINDINGS, NO_FINDINGS]) await primary.send(content);
  for (const count of [1, 2]) await primary.send(statistics('2026-11-20', { '1.0': count }));
  primary.judge();
  const kinds = () => primary.database.prepare('SELECT kind FROM primary_report ORDER BY id').pluck().all();

  pruneReports(primary.database, NOW - DAY);
  const young = kinds();
  pruneReports(primary.database, NOW + DAY);

  assert.deepEqual(young, ['findings', 'findings', 'statistics', 'statistics']);
  assert.deepEqual(kinds(), ['findings', 'statistics', 'statistics']);
});
