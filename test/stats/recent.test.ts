import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openPublishedCounts } from '../../src/stats/export.ts';
import { dayName } from '../../src/stats/tally.ts';
import { jar, line, NOON, openCounting, TODAY } from './logs.ts';

const DAY_MS = 86_400_000;
const OTHER = '/org/example/other/1.0/other-1.0.jar';

test('the last thirty days are summed up as counts come in, and days before them are none of it', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  const at = (ago: number, target = jar('1.0')) => line(target, { at: NOON - ago * DAY_MS });
  writeFileSync(file, [at(30), at(29), at(3), at(3, OTHER), at(0), at(0, OTHER), at(0, OTHER)].join(''));
  const counts = openPublishedCounts(counting.database);
  const before = counts.recent('all');

  await counting.ingest();
  const recent = counts.recent('all');

  assert.equal(before, null);
  assert.deepEqual([recent?.from, recent?.through], [TODAY - 29, TODAY]);
  assert.deepEqual([recent?.total, recent?.measuredDays, recent?.traffic.requests], [6, 3, 6]);
  assert.deepEqual(recent?.top, [
    { group: 'org.example', artifact: 'other', downloads: 3 },
    { group: 'org.example', artifact: 'tool', downloads: 3 },
  ]);
});

test('the sum of the last thirty days follows late counts of a day that was over, and the change of days', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  writeFileSync(file, line(jar('1.0'), { at: NOON - 29 * DAY_MS }));
  await counting.ingest();
  const counts = openPublishedCounts(counting.database);

  appendFileSync(file, line(jar('1.0'), { at: NOON - 10 * DAY_MS }));
  await counting.ingest();
  const late = counts.recent('own')?.total;
  await counting.ingest({ now: NOON + DAY_MS });
  const tomorrow = counts.recent('own');

  assert.equal(late, 2);
  assert.deepEqual([tomorrow?.total, tomorrow?.through], [1, TODAY + 1]);
});

test('counts of one artifact are found among many, those of others and of none are not', async (t) => {
  const counting = openCounting(t);
  const many = Array.from({ length: 400 }, (_, n) => line(`/org/example/a${n}/1.0/a${n}-1.0.jar`));
  writeFileSync(join(counting.folder, 'access.log'), [...many, line(jar('1.0')), line(jar('2.0')).repeat(2)].join(''));
  await counting.ingest();
  const counts = openPublishedCounts(counting.database);

  const tool = counts.ofArtifact('all', 'org.example', 'tool');
  const each = many.filter((_, n) => counts.ofArtifact('own', 'org.example', `a${n}`).get('1.0') === 1);

  assert.deepEqual([...tool].sort(), [
    ['1.0', 1],
    ['2.0', 2],
  ]);
  assert.equal(each.length, 400);
  assert.equal(counts.ofArtifact('all', 'org.example', '__proto__').size, 0);
});

test('every day of a span is told, also those of which nothing was measured, and none of them as zero', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  writeFileSync(file, line(jar('1.0'), { at: NOON - 2 * DAY_MS }) + line(jar('1.0')));
  await counting.ingest();

  const totals = openPublishedCounts(counting.database).totals(TODAY - 3, TODAY, 'all', [counting.log.name], NOON);

  assert.deepEqual(
    totals.map(({ day, total, coverage }) => [dayName(day), total, coverage]),
    [
      ['2026-11-18', null, 'none'],
      ['2026-11-19', 1, 'partial'],
      ['2026-11-20', 0, 'full'],
      ['2026-11-21', 1, 'partial'],
    ],
  );
});
