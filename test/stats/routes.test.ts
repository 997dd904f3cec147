import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { RouteAnswer } from '../../src/host/route.ts';
import { openPublishedCounts, statsRoutes } from '../../src/stats/export.ts';
import { jar, line, NOON, openCounting } from './logs.ts';

test('counts are served under the names and in the shape that Clojars has', async (t) => {
  const counting = openCounting(t);
  writeFileSync(join(counting.folder, 'access.log'), line(jar('1.0')) + line(jar('1.0'), { at: NOON - 86_400_000 }));
  await counting.ingest();
  const counts = openPublishedCounts(counting.database);
  const [route] = statsRoutes(counts, (day, now) => counts.day(day, 'all', [counting.log.name], now));
  const ask = (file: string) =>
    route?.answer({
      method: 'GET',
      path: `/-/stats/${file}`,
      params: { file },
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.alloc(0),
      address: '',
      now: NOON,
    }) as RouteAnswer;

  const answers = [
    'all.edn',
    'all.json',
    'downloads-20261121.edn',
    'downloads-20261120.json',
    'downloads-20261101.edn',
    'downloads-20261131.edn',
    'x',
  ].map(ask);

  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 404, 404, 404],
  );
  assert.equal(answers[0]?.body?.toString(), '{["org.example" "tool"] {"1.0" 2}}\n');
  assert.equal(answers[0]?.headers['content-type'], 'application/edn');
  assert.equal(answers[1]?.body?.toString(), '{"org.example":{"tool":{"1.0":2}}}\n');
  assert.equal(answers[2]?.headers['x-assay-coverage'], 'partial');
  assert.match(answers[4]?.body?.toString() ?? '', /urn:assay:problem:stats-not-measured.*Not measured/);
});
