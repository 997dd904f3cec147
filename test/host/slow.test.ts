import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { makeLogger } from '../../src/host/logger.ts';
import { tellSlow, timed, watchSlow } from '../../src/host/slow.ts';

const lines: Record<string, unknown>[] = [];
const logger = makeLogger('info', { write: (line) => void lines.push(JSON.parse(line)) });
const AFTER = { request: [1000, 10_000], sql: [50], fsync: [0], probe: [10_000], put: [5000, 6000] };

afterEach(() => {
  lines.length = 0;
  watchSlow(null, logger);
});

test('the first threshold informs, the second warns, below both nothing is said and nothing is asked', () => {
  watchSlow(AFTER, logger);

  tellSlow('request', 999.9, () => assert.fail('asked'));
  tellSlow('request', 1000, () => ({ path: '/a' }));
  tellSlow('request', 10_000, () => ({ path: '/b' }));
  tellSlow('sql', 1e9, () => ({}));

  assert.deepEqual(
    lines.map(({ level, msg, ms, path }) => [level, msg, ms, path]),
    [
      [30, 'request was slow', 1000, '/a'],
      [40, 'request was slow', 10_000, '/b'],
      [30, 'sql was slow', 1e9, undefined],
    ],
  );
});

test('nobody is told before somebody wants to be', () => {
  tellSlow('put', 1e9, () => ({}));

  assert.deepEqual(lines, []);
});

test('work is timed also when it fails, and 0 tells of everything', () => {
  watchSlow(AFTER, logger);

  const result = timed(
    'fsync',
    () => ({ path: '/x' }),
    () => 7,
  );
  assert.throws(() =>
    timed(
      'fsync',
      () => ({ path: '/y' }),
      () => {
        throw new Error('no');
      },
    ),
  );

  assert.equal(result, 7);
  assert.deepEqual(
    lines.map(({ msg, path }) => [msg, path]),
    [
      ['fsync was slow', '/x'],
      ['fsync was slow', '/y'],
    ],
  );
});
