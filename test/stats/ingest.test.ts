import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { openPublishedCounts } from '../../src/stats/export.ts';
import { recountDay } from '../../src/stats/ingest.ts';
import { totalOf } from '../../src/stats/tally.ts';
import { jar, line, NOON, openCounting, TODAY } from './logs.ts';

const DAY_MS = 86_400_000;
const NEVER = new AbortController().signal;

test('each line is counted once, however often somebody looks', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  writeFileSync(file, line(jar('1.0')) + line(jar('1.0')) + line(jar('2.0')));

  await counting.ingest();
  await counting.ingest();
  appendFileSync(file, line(jar('2.0')));
  const [outcome] = await counting.ingest();

  assert.equal(counting.day(), '1.0:2 2.0:2');
  assert.equal(outcome?.lines, 1);
});

test('a line that is not written to its end waits for the rest of it', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  const whole = line(jar('1.0'));
  writeFileSync(file, whole + whole.slice(0, 60));

  await counting.ingest();
  const before = counting.day();
  appendFileSync(file, whole.slice(60));
  await counting.ingest();

  assert.deepEqual([before, counting.day()], ['1.0:1', '1.0:2']);
});

test('a log that is renamed away is read to its end, and the new one from its beginning', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  writeFileSync(file, line(jar('1.0')));
  await counting.ingest();

  appendFileSync(file, line(jar('1.0')));
  renameSync(file, `${file}.1`);
  writeFileSync(file, line(jar('2.0')));
  await counting.ingest();

  assert.equal(counting.day(), '1.0:2 2.0:1');
});

test('a log that is copied and cut is recognised in its copy', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  writeFileSync(file, line(jar('1.0')).repeat(3));
  await counting.ingest();

  appendFileSync(file, line(jar('1.1')));
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
  appendFileSync(file, line(jar('2.0'), { at: NOON + 1000 }).repeat(9));
  await counting.ingest();
  await counting.ingest();

  assert.equal(counting.day(), '1.0:3 1.1:1 2.0:9');
});

test('a log that is packed is the same log, and one that is packed before it was looked at is counted', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  const first = line(jar('1.0')).repeat(2);
  const second = line(jar('2.0'), { at: NOON + 1000 });
  writeFileSync(file, first);
  await counting.ingest();

  rmSync(file);
  writeFileSync(`${file}.2.gz`, gzipSync(first + line(jar('1.1'))));
  writeFileSync(`${file}.1.gz`, gzipSync(second.trimEnd()));
  await counting.ingest();
  await counting.ingest();

  assert.equal(counting.day(), '1.0:2 1.1:1 2.0:1');
});

test('an archive that is being packed just now is left for the next time, and does not hold up the rest', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  const whole = gzipSync(line(jar('1.0')).repeat(500));
  writeFileSync(`${file}.1.gz`, whole.subarray(0, whole.length - 20));
  writeFileSync(file, line(jar('2.0')));

  const [half] = await counting.ingest();
  const before = counting.day();
  writeFileSync(`${file}.1.gz`, whole);
  const [good] = await counting.ingest();

  assert.equal(half?.error?.code, 'stats-log-unreadable');
  assert.deepEqual([before, good?.error, counting.day()], ['2.0:1', null, '1.0:500 2.0:1']);
});

test('a log that is cut in place loses nothing that comes after', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  const most = line(jar('1.0')).repeat(60);
  writeFileSync(file, most + line(jar('1.1')));
  await counting.ingest();

  truncateSync(file, most.length);
  await counting.ingest();
  appendFileSync(file, line(jar('2.0')));
  await counting.ingest();

  assert.equal(counting.day(), '1.0:60 1.1:1 2.0:1');
});

test('a glob finds the logs of several servers, and a folder that is none is an error with its name', async (t) => {
  const counting = openCounting(t);
  writeFileSync(join(counting.folder, 'a.log'), line(jar('1.0')));
  writeFileSync(join(counting.folder, 'b.log'), line(jar('2.0')));
  const glob = { ...counting.log, place: { kind: 'files', path: join(counting.folder, '*.log') } } as const;
  const nowhere = { ...counting.log, name: 'x', place: { kind: 'files', path: '/nowhere/at/all/access.log' } } as const;

  const [found, missing] = await counting.ingest({ logs: [glob, nowhere] });

  assert.equal(counting.day(), '1.0:1 2.0:1');
  assert.deepEqual([found?.files, missing?.error?.path], [2, '/nowhere/at/all/access.log']);
});

test('whatever bytes a log holds, every line of it is a request or a reject', async (t) => {
  const counting = openCounting(t);
  const noise = Buffer.from(
    Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256).filter((byte) => byte !== 10),
  );
  const long = Buffer.alloc(200_000, 'x');
  const newline = Buffer.from('\n');
  writeFileSync(
    join(counting.folder, 'access.log'),
    Buffer.concat([
      noise,
      newline,
      Buffer.from(line(jar('1.0'))),
      long,
      newline,
      newline,
      Buffer.from(line(jar('1.0'))),
    ]),
  );

  const [outcome] = await counting.ingest();

  assert.deepEqual([outcome?.lines, outcome?.rejected, counting.day()], [5, 3, '1.0:2']);
});

test('a line from a day that has not come is a reject', async (t) => {
  const counting = openCounting(t);
  writeFileSync(
    join(counting.folder, 'access.log'),
    line(jar('1.0'), { at: NOON + 3 * DAY_MS }) + line(jar('1.0'), { at: 0 }),
  );

  const [outcome] = await counting.ingest();

  assert.equal(outcome?.rejected, 2);
  assert.deepEqual(openPublishedCounts(counting.database).days('all'), []);
});

test('days are those of UTC, whatever the zone of the log', async (t) => {
  const counting = openCounting(t);
  const text = line(jar('1.0')).replace('21/Nov/2026:12:00:00 +0000', '22/Nov/2026:00:30:00 +0100');
  writeFileSync(join(counting.folder, 'access.log'), text);

  await counting.ingest({ now: NOON + DAY_MS });

  assert.equal(counting.day(), '1.0:1');
});

test('a day on which a log was followed from before its beginning to after its end is measured in full', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  const coverage = (day: number, now: number) =>
    openPublishedCounts(counting.database).day(day, 'own', [counting.log.name], now).coverage;
  writeFileSync(file, line(jar('1.0'), { at: NOON - DAY_MS }));

  await counting.ingest({ now: NOON });
  const before = [TODAY - 2, TODAY - 1, TODAY, TODAY + 1].map((day) => coverage(day, NOON));
  await counting.ingest({ now: NOON + DAY_MS });
  const after = coverage(TODAY, NOON + DAY_MS);

  assert.deepEqual(before, ['none', 'partial', 'partial', 'none']);
  assert.equal(after, 'full', 'nobody came, and that was measured');
});

test('a log that went away before its end was certain leaves its day partial', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  writeFileSync(file, line(jar('1.0'), { at: NOON - 2 * DAY_MS }));
  await counting.ingest({ now: NOON - DAY_MS });

  writeFileSync(file, line(jar('2.0')));
  await counting.ingest({ now: NOON });
  await counting.ingest({ now: NOON + DAY_MS });
  const counts = openPublishedCounts(counting.database);

  assert.equal(counts.day(TODAY, 'own', [counting.log.name], NOON + DAY_MS).coverage, 'partial');
});

test('a day counted again replaces, and a lower count does so only when somebody accepts it', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  writeFileSync(file, line(jar('1.0')).repeat(3) + line(jar('1.0'), { at: NOON - DAY_MS }));
  await counting.ingest();
  const again = (acceptLess: boolean) =>
    recountDay([counting.log], TODAY, acceptLess, { database: counting.database, now: NOON }, NEVER);

  const same = await again(false);
  rmSync(file);
  const gone = await again(true);
  writeFileSync(file, line(jar('1.0')) + line(jar('2.0')));
  await counting.ingest();
  const grown = counting.day();
  const kept = await again(false);
  const before = counting.day();
  const accepted = await again(true);

  assert.deepEqual(same, [{ log: counting.log.name, before: 3, after: 3, isReplaced: true }]);
  assert.equal(gone[0]?.isReplaced, false, 'nothing of the log is left: that is no count');
  assert.equal(grown, '1.0:4 2.0:1');
  assert.deepEqual([kept[0]?.isReplaced, before], [false, grown]);
  assert.deepEqual([accepted[0]?.isReplaced, counting.day()], [true, '1.0:1 2.0:1']);
});

test('the sum of all days is made of the days, and says when it has shrunk', async (t) => {
  const counting = openCounting(t);
  const file = join(counting.folder, 'access.log');
  const days = [0, 1, 2, 3, 4, 5].map((ago) => line(jar('1.0'), { at: NOON - ago * DAY_MS }).repeat(ago + 1));
  writeFileSync(file, days.reverse().join(''));
  await counting.ingest();
  const counts = openPublishedCounts(counting.database);

  const first = counts.whole('all');
  counting.database.exec('DELETE FROM stats_day WHERE day = (SELECT max(day) FROM stats_day)');
  appendFileSync(file, line(jar('2.0'), { at: NOON - 5 * DAY_MS }));
  await counting.ingest();
  const second = counts.whole('all');

  assert.deepEqual([first?.total, first?.shrunkBy], [21, 0]);
  assert.equal(first?.edn.toString(), '{["org.example" "tool"] {"1.0" 21}}\n');
  assert.deepEqual([second?.total, second?.shrunkBy], [21, 0], 'one went and one came');
  assert.equal(second?.json.toString(), '{"org.example":{"tool":{"1.0":20,"2.0":1}}}\n');
});

test('an aborted look keeps what was committed, and the next one finds the rest', async (t) => {
  const counting = openCounting(t);
  writeFileSync(join(counting.folder, 'access.log'), line(jar('1.0')).repeat(100));
  const { ingest } = await import('../../src/stats/ingest.ts');
  const room = { database: counting.database, clock: { now: () => NOON } };

  await assert.rejects(ingest([counting.log], room, AbortSignal.abort(new Error('stopped'))), /stopped/);
  await counting.ingest();

  assert.equal(counting.day(), '1.0:100');
  assert.equal(totalOf(openPublishedCounts(counting.database).day(TODAY, 'own', [], NOON).downloads), 100);
});
