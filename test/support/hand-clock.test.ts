import assert from 'node:assert/strict';
import test from 'node:test';
import { handClock } from './hand-clock.ts';

const NEVER = new AbortController().signal;

test('who sleeps wakes when the hand has come there, the earliest first', async () => {
  const clock = handClock(0);
  const woken: string[] = [];
  void clock.sleep(200, NEVER).then(() => woken.push(`late at ${clock.now()}`));
  void clock.sleep(100, NEVER).then(() => woken.push(`early at ${clock.now()}`));

  await clock.advance(99);
  const before = [...woken];
  await clock.advance(101);

  assert.deepEqual(before, []);
  assert.deepEqual(woken, ['early at 100', 'late at 200']);
  assert.equal(clock.sleeping(), 0);
});

test('a sleep that is aborted ends with the reason, and time can go back', async () => {
  const clock = handClock(1000);
  const controller = new AbortController();
  const rejected = assert.rejects(clock.sleep(10, controller.signal), /enough/);

  controller.abort(new Error('enough'));
  await clock.set(500);

  await rejected;
  assert.equal(clock.now(), 500);
});
