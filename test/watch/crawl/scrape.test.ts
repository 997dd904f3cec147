import assert from 'node:assert/strict';
import test from 'node:test';
import { newHealth } from '../../../src/watch/crawl/health.ts';
import { mirrorFigures } from '../../../src/watch/crawl/scrape.ts';
import type { MirrorRecord } from '../../../src/watch/crawl/store.ts';

const NOW = 1_700_000_000_000;

test('a mirror is in one state, and what is not known of it is not told', () => {
  const one = { name: 'alpha', health: { ...newHealth(NOW), state: 'bad' }, behindMs: 90_000, answeredAt: null };
  const counts = [{ mirror: 'alpha', verdict: 'divergent', count: 3 }];

  const families = mirrorFigures([one as MirrorRecord], counts, null);

  const told = Object.fromEntries(families.map(({ name, samples }) => [name, samples]));
  assert.deepEqual(told.assay_mirror_health, [
    { labels: { mirror: 'alpha', state: 'good' }, value: 0 },
    { labels: { mirror: 'alpha', state: 'probation' }, value: 0 },
    { labels: { mirror: 'alpha', state: 'bad' }, value: 1 },
    { labels: { mirror: 'alpha', state: 'unchecked' }, value: 0 },
  ]);
  assert.deepEqual(told.assay_mirror_behind_seconds, [{ labels: { mirror: 'alpha' }, value: 90 }]);
  assert.deepEqual(told.assay_mirror_answered_timestamp_seconds, []);
  assert.deepEqual(told.assay_crawl_last_success_timestamp_seconds, []);
  assert.deepEqual(told.assay_crawl_checks_total, [{ labels: { mirror: 'alpha', verdict: 'divergent' }, value: 3 }]);
});
