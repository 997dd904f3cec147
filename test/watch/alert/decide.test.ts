import assert from 'node:assert/strict';
import test from 'node:test';
import { HOUR, MINUTE } from '../../../src/host/clock.ts';
import { BURST, BURST_MS, decide } from '../../../src/watch/alert/decide.ts';
import { overdue } from '../../../src/watch/alert/overdue.ts';

const NOW = 100 * HOUR;
const told = (ago: number, isOver = false) => ({ at: NOW - ago, isOver });

test('what a channel does not know is told at once, what it knows is not told again', () => {
  assert.deepEqual(decide('opened', null, [], HOUR, NOW), { kind: 'now' });
  assert.deepEqual(decide('confirmed', told(2 * HOUR), [], HOUR, NOW), { kind: 'never' });
  assert.deepEqual(decide('resolved', told(MINUTE), [], HOUR, NOW), { kind: 'now' });
  assert.deepEqual(decide('resolved', null, [], HOUR, NOW), { kind: 'never' });
  assert.deepEqual(decide('resolved', told(MINUTE, true), [], HOUR, NOW), { kind: 'never' });
  assert.deepEqual(decide('acknowledged', told(MINUTE), [], HOUR, NOW), { kind: 'never' });
});

test('what comes back within the cool-down waits for its end', () => {
  assert.deepEqual(decide('reopened', told(10 * MINUTE, true), [], HOUR, NOW), {
    kind: 'later',
    dueAt: NOW + 50 * MINUTE,
  });
  assert.deepEqual(decide('reopened', told(2 * HOUR, true), [], HOUR, NOW), { kind: 'now' });
});

test('after five messages in ten minutes the rest waits and is gathered', () => {
  const lately = Array.from({ length: BURST }, (_, each) => NOW - (BURST - each) * MINUTE);

  assert.deepEqual(decide('opened', null, lately.slice(1), HOUR, NOW), { kind: 'now' });
  assert.deepEqual(decide('opened', null, lately, HOUR, NOW), {
    kind: 'later',
    dueAt: NOW - BURST * MINUTE + BURST_MS,
  });
});

test('nobody looked for four intervals, and an hour at least: that is a finding', () => {
  const pass = { what: 'pass', intervalMs: 30 * MINUTE, since: 0 } as const;

  assert.equal(overdue({ ...pass, lastSuccessAt: NOW - 2 * HOUR }, NOW), null);
  assert.equal(overdue({ ...pass, lastSuccessAt: NOW - 2 * HOUR - 1 }, NOW)?.verdict, 'pass-overdue');
  assert.equal(overdue({ ...pass, intervalMs: MINUTE, lastSuccessAt: NOW - 50 * MINUTE }, NOW), null);
  assert.equal(overdue({ ...pass, lastSuccessAt: null, since: NOW - HOUR }, NOW), null);
  assert.equal(overdue({ ...pass, what: 'round', lastSuccessAt: null }, NOW)?.blame, 'self');
});
