import assert from 'node:assert/strict';
import test from 'node:test';
import { DAY, HOUR, MINUTE } from '../../src/host/clock.ts';
import { rhythmOf } from '../../src/schedule/rhythm.ts';

test('a rhythm is how often a schedule has its time, and how long it may be silent', () => {
  assert.deepEqual(rhythmOf('17 * * * *'), { longestGapMs: HOUR, perDay: 24 });
  assert.deepEqual(rhythmOf('*/30 * * * *'), { longestGapMs: 30 * MINUTE, perDay: 48 });
  assert.equal(rhythmOf('* * * * *').longestGapMs, MINUTE);
  assert.equal(rhythmOf('0 3 * * 1').longestGapMs, 7 * DAY);
});

test('nights that are left out are no silence', () => {
  assert.equal(rhythmOf('*/10 8-18 * * *').longestGapMs, 13 * HOUR + 10 * MINUTE);
});

test('a schedule of leap days has a rhythm too', () => {
  const { longestGapMs, perDay } = rhythmOf('0 0 29 2 *');

  assert.ok(longestGapMs > 3 * 365 * DAY);
  assert.equal(perDay, 1);
});
