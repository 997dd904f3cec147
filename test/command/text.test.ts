import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMoment } from '../../src/command/moment.ts';
import { duration, instant, shortList, size, withoutControls } from '../../src/command/text.ts';

test('sizes and durations are told in the unit a person would take', () => {
  assert.deepEqual([0, 1023, 1024, 35_861_299, 2 ** 50 * 2000].map(size), [
    '0 B',
    '1,023 B',
    '1.0 KiB',
    '34.2 MiB',
    '2000.0 PiB',
  ]);
  assert.deepEqual([0.25, 12.4, 99, 150, 7200, 400_000].map(duration), [
    '0.3 s',
    '12 s',
    '99 s',
    '3 min',
    '2 h',
    '5 days',
  ]);
});

test('an instant is told with its age, or how far off it is', () => {
  const now = Date.parse('2026-11-21T01:30:00Z');

  assert.equal(instant('2026-11-21T01:00:00.000Z', now), '2026-11-21 01:00:00 UTC (30 min ago)');
  assert.equal(instant('2026-11-21T03:30:00.000Z', now), '2026-11-21 03:30:00 UTC (in 2 h)');
});

test('a long list is cut and says by how much', () => {
  assert.deepEqual(shortList(['a', 'b', 'c'], 3), ['a', 'b', 'c']);
  assert.deepEqual(shortList(['a', 'b', 'c', 'd'], 2), ['a', 'b', '... and 2 more']);
});

test('control characters, line separators and writing directions are shown, not obeyed', () => {
  assert.equal(withoutControls('a\u001b[2J\r\n\u2028\u202eb'), 'a\\u{1b}[2J\\u{d}\\u{a}\\u{2028}\\u{202e}b');
  assert.equal(withoutControls('größe/日本'), 'größe/日本');
});

test('a moment is an instant with its zone, or a time from now on', () => {
  const now = Date.parse('2026-11-21T01:30:00Z');

  assert.equal(parseMoment('90m', now), now + 5_400_000);
  assert.equal(parseMoment('3d', now), now + 259_200_000);
  assert.equal(parseMoment('2026-11-21T06:00Z', now), Date.parse('2026-11-21T06:00:00Z'));
  assert.equal(parseMoment('2026-11-21T06:00:30+02:00', now), Date.parse('2026-11-21T04:00:30Z'));
  for (const text of ['2026-11-21', '2026-11-21T06:00', '2026-13-41T06:00Z', '2 h', 'h', '']) {
    assert.equal(parseMoment(text, now), null, text);
  }
});
