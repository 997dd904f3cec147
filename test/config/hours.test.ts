import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOfHours, parseHours } from '../../src/config/hours.ts';

const at = (text: string) => Date.parse(`2026-11-21T${text}Z`);

test('hours are two times of day, and never empty', () => {
  assert.deepEqual(parseHours('22:00-06:30'), { from: 1320, to: 390 });
  for (const text of ['22-06', '24:00-06:00', '06:00-06:00', '6:00-7:00', ' 06:00-07:00', '']) {
    assert.equal(parseHours(text), null, text);
  }
});

test('the end of a window is the next one, over midnight too', () => {
  const night = { from: 1320, to: 360 };
  const day = { from: 480, to: 1080 };

  assert.equal(endOfHours(night, at('23:00:00')), at('06:00:00') + 86_400_000);
  assert.equal(endOfHours(night, at('05:59:59')), at('06:00:00'));
  assert.equal(endOfHours(night, at('06:00:00')), null);
  assert.equal(endOfHours(night, at('22:00:00')), at('06:00:00') + 86_400_000);
  assert.equal(endOfHours(day, at('08:00:00')), at('18:00:00'));
  assert.equal(endOfHours(day, at('18:00:00')), null);
  assert.equal(endOfHours(day, at('07:59:59')), null);
});
