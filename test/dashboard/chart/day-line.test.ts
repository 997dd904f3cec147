import assert from 'node:assert/strict';
import test from 'node:test';
import { type DayPoint, dayLine, toldOf } from '../../../src/dashboard/chart/day-line.ts';

const POINTS: readonly DayPoint[] = [
  { day: '2026-11-18', value: null, isPartial: false },
  { day: '2026-11-19', value: 700, isPartial: true },
  { day: '2026-11-20', value: 1000, isPartial: false },
  { day: '2026-11-21', value: 500, isPartial: false },
  { day: '2026-11-22', value: null, isPartial: false },
  { day: '2026-11-23', value: 0, isPartial: false },
];

function drawn(points = POINTS, title = 'Downloads a day'): string {
  return dayLine({ id: 'days', title, noun: 'downloads', points }).toString();
}

test('the line is broken where nothing was measured, and a day alone is a dot', () => {
  const line = /class="line" d="([^"]+)"/.exec(drawn())?.[1];

  assert.equal(line, 'M250 60L416.7 0L583.3 100M916.7 200h0');
});

test('a day that was measured in part is hollow, the others are full', () => {
  const chart = drawn();

  assert.match(chart, /class="hole" d="M250 60h0"/);
  assert.equal(/class="dots full" d="([^"]+)"/.exec(chart)?.[1], 'M416.7 0h0M583.3 100h0M916.7 200h0');
});

test('what the line shows is said in words, and every day stands in a table, the newest first', () => {
  const chart = drawn();

  assert.equal(
    toldOf(POINTS, 'downloads'),
    'From 2026-11-18 to 2026-11-23: between 0 (2026-11-23) and 1,000 downloads (2026-11-20) a day. 1 day (hollow) was measured in part: the truth is not less. 2 days were not measured, and are no zero.',
  );
  assert.match(chart, /<title id="days-name">Downloads a day<\/title><desc id="days-words">From 2026-11-18/);
  const cells = [...chart.matchAll(/<t[dh][^>]*>(?:<time[^>]*>)?([^<]*)/g)].map(([, cell]) => cell);
  assert.deepEqual(cells.slice(4, 10), ['2026-11-23', '0', 'whole', '2026-11-22', '', 'no']);
});

test('a span of which nothing was measured has no line, and says so', () => {
  const chart = drawn(POINTS.map(({ day }) => ({ day, value: null, isPartial: false })));

  assert.match(chart, /class="line" d=""/);
  assert.match(chart, /Nothing was measured\./);
});

test('a title is text, and no attribute of a style is needed', () => {
  const chart = drawn(POINTS, '"><script>alert(1)</script>');

  assert.doesNotMatch(chart, /<script| style=| on[a-z]+=/);
});
