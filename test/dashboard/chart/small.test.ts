import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ceilingFor, short } from '../../../src/dashboard/chart/scale.ts';
import { sparkline } from '../../../src/dashboard/chart/sparkline.ts';
import { verdictBar } from '../../../src/dashboard/chart/verdict-bar.ts';

const TONES = ['good', 'notice', 'warning', 'critical', 'unknown'] as const;

test('the top of a drawing is a round number whose half is one, and not below what is drawn', () => {
  assert.deepEqual([0, 1, 3, 9, 10, 11, 61, 178_500].map(ceilingFor), [2, 2, 4, 10, 10, 20, 80, 200_000]);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (largest) => {
      const ceiling = ceilingFor(largest);
      assert.ok(ceiling >= largest && ceiling <= Math.max(2, largest * 2.01), `${ceiling} for ${largest}`);
    }),
  );
});

test('numbers at the side of a drawing have at most four letters', () => {
  assert.deepEqual([0, 999, 1000, 1500, 20_000, 200_000, 4e6, 2.5e9].map(short), [
    ...['0', '999', '1k', '1.5k', '20k', '200k', '4M', '2.5G'],
  ]);
});

test('a small wave looks small beside a large one, and a gap is no zero', () => {
  const line = sparkline({ title: 'behind: now 6', values: [0, null, 3, 6], ceiling: 60, limit: 30 }).toString();

  assert.match(line, /<title>behind: now 6<\/title>/);
  assert.match(line, /class="limit" d="M0 10H96"/);
  assert.match(line, /<path d="M1 19h0M64 18L95 17"\/>/);
});

test('what stays level is one line, however many points it has', () => {
  const line = sparkline({ title: 'behind', values: [0, 0, 0, 0, 30, 30, null, 0, 0], ceiling: 60 }).toString();

  assert.match(line, /<path d="M1 19H36L48 10H60M83 19H95"\/>/);
});

test('one wrong byte in a million is seen in a bar, as wide as a hair and higher than the rest', () => {
  const bar = verdictBar([
    { verdict: 'ok', count: 999_999, tone: 'good' },
    { verdict: 'divergent', count: 1, tone: 'critical' },
    { verdict: 'missing', count: 0, tone: 'warning' },
  ]).toString();

  assert.match(bar, /<title>1,000,000 answers judged: 999,999 ok, 1 divergent<\/title>/);
  assert.match(bar, /class="good" x="0" y="10" width="117" height="6"/);
  assert.match(bar, /class="critical" x="117" y="0" width="3" height="16"/);
  assert.doesNotMatch(bar, /warning/);
});

test('whatever was judged, the bar is full and nothing lies beside it', () => {
  const share = fc.record({ verdict: fc.string(), count: fc.nat(1_000_000), tone: fc.constantFrom(...TONES) });
  fc.assert(
    fc.property(fc.array(share, { maxLength: 22 }), (shares) => {
      const bar = verdictBar(shares).toString();

      const widths = [...bar.matchAll(/width="(\d+)" height="\d+"\/>/g)].map(([, width]) => Number(width));
      const sum = widths.reduce((all, width) => all + width, 0);
      assert.equal(sum, shares.some(({ count }) => count > 0) ? 120 : 0);
      assert.doesNotMatch(bar, /NaN|Infinity/);
    }),
  );
});
