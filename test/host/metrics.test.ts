import assert from 'node:assert/strict';
import test from 'node:test';
import { addUp, counter, gauge, histogram, renderMetrics } from '../../src/host/metrics.ts';

test('families are rendered in their order, with help, type and escaped labels', async () => {
  const text = await renderMetrics([
    gauge('b_files', 'Files.', 12),
    counter('a_total', 'All\nof \\ them.', [{ labels: { what: 'a "b"\n\\', to: 'x' }, value: 3 }]),
  ]);

  assert.equal(
    text,
    '# HELP b_files Files.\n# TYPE b_files gauge\nb_files 12\n\n' +
      '# HELP a_total All\\nof \\\\ them.\n# TYPE a_total counter\na_total{what="a \\"b\\"\\n\\\\",to="x"} 3\n',
  );
});

test('a gauge that has nothing to tell stands without a sample', async () => {
  assert.equal(await renderMetrics([gauge('a', 'A.', null)]), '# HELP a A.\n# TYPE a gauge\n');
});

test('counts of a histogram are added up bucket by bucket', async () => {
  const text = await renderMetrics([
    histogram('h_seconds', 'H.', [{ labels: { m: 'GET' }, bounds: [0.1, 2], counts: [1, 0, 4], sum: 9.5 }]),
  ]);

  assert.deepEqual(text.trim().split('\n').slice(2), [
    'h_seconds_bucket{le="0.1",m="GET"} 1',
    'h_seconds_bucket{le="2",m="GET"} 1',
    'h_seconds_bucket{le="+Inf",m="GET"} 5',
    'h_seconds_sum{m="GET"} 9.5',
    'h_seconds_count{m="GET"} 5',
  ]);
});

test('families of several processes are one: equal labels are added, others stand beside each other', () => {
  const one = [
    counter('n_total', 'N.', [
      { labels: { a: '1', b: '2' }, value: 1 },
      { labels: { a: '2' }, value: 5 },
    ]),
    histogram('h', 'H.', [{ labels: {}, bounds: [1], counts: [1, 2], sum: 3 }]),
  ];
  const other = [
    counter('n_total', 'N.', [{ labels: { b: '2', a: '1' }, value: 10 }]),
    histogram('h', 'H.', [{ labels: {}, bounds: [1], counts: [10, 20], sum: 30 }]),
    gauge('g', 'G.', 1),
  ];

  assert.deepEqual(addUp([...one, ...other]), [
    counter('n_total', 'N.', [
      { labels: { a: '1', b: '2' }, value: 11 },
      { labels: { a: '2' }, value: 5 },
    ]),
    histogram('h', 'H.', [{ labels: {}, bounds: [1], counts: [11, 22], sum: 33 }]),
    gauge('g', 'G.', 1),
  ]);
});

test('one name for two kinds of figures is a fault of ours', () => {
  assert.throws(() => addUp([gauge('a', 'A.', 1), histogram('a', 'A.', [])]), /a is a gauge and a histogram/);
});
