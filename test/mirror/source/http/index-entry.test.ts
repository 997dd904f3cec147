import assert from 'node:assert/strict';
import test from 'node:test';
import { HOUR, MINUTE, SECOND } from '../../../../src/host/clock.ts';
import { fits, readSize, readTime } from '../../../../src/mirror/source/http/index-entry.ts';

const AT = Date.UTC(2026, 10, 21, 1, 30);

test('times are read in every form that servers write, with what is known of their zone', () => {
  const forms = [
    '21-Nov-2026 01:30',
    '2026-11-21 01:30',
    '2026-11-21 01:30:05',
    '2026-Nov-21 01:30:05',
    '2026-11-21T01:30:05.123Z',
    'Sat Nov 21 01:30:05 UTC 2026',
    'Sat, 21 Nov 2026 01:30:05 GMT',
    'never',
    '2026-13-21 01:30',
  ];

  assert.deepEqual(
    forms.map((text) => readTime(text)?.time ?? null),
    [
      { value: AT, within: MINUTE, isUtc: false },
      { value: AT, within: MINUTE, isUtc: false },
      { value: AT + 5 * SECOND, within: 999, isUtc: false },
      { value: AT + 5 * SECOND, within: 999, isUtc: false },
      { value: AT + 5 * SECOND, within: 999, isUtc: true },
      { value: AT + 5 * SECOND, within: 999, isUtc: true },
      { value: AT + 5 * SECOND, within: 999, isUtc: true },
      null,
      null,
    ],
  );
});

test('sizes are exact where all digits stand there, and rounded where a unit does', () => {
  const exact = ['1234', '1,234', '0', '1234 bytes', '  7  '];
  const none = ['-', '', 'x', '1.5', '12x'];

  assert.deepEqual(
    exact.map((text) => readSize(text)),
    [1234, 1234, 0, 1234, 7].map((value) => ({ value, within: 0 })),
  );
  assert.deepEqual(
    none.map((text) => readSize(text)),
    [null, null, null, null, null],
  );
});

test('a rounded size fits what it may have been rounded from, in units of 1024 and of 1000', () => {
  const fitting = (text: string, size: number) => fits({ size: readSize(text), mtime: null }, { size, mtime: 0 });

  assert.equal(fitting('1.2K', 1234), true);
  assert.equal(fitting('1.2 kB', 1234), true);
  assert.equal(fitting('0.1K', 2), true);
  assert.equal(fitting('1.4M', 1_500_000), true);
  assert.equal(fitting('1.2K', 1400), false);
  assert.equal(fitting('1234', 1235), false);
});

test('a time to the minute fits within the minute, in any zone unless the page names it', () => {
  const fitting = (text: string, mtime: number) =>
    fits({ size: null, mtime: readTime(text)?.time ?? null }, { size: 0, mtime });

  assert.equal(fitting('2026-11-21 01:30', AT + 42 * SECOND), true);
  assert.equal(fitting('2026-11-21 01:30', AT - 5.5 * HOUR + 42 * SECOND), true);
  assert.equal(fitting('2026-11-21 01:30', AT + 7 * MINUTE), false);
  assert.equal(fitting('2026-11-21 01:30', AT + 48 * HOUR), false);
  assert.equal(fitting('2026-11-21T01:30:05Z', AT + HOUR + 5 * SECOND), false);
  assert.equal(fitting('2026-11-21T01:30:05Z', AT + 5 * SECOND), true);
});
