import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/host/clock.ts';
import { migrate } from '../../src/state/migrate.ts';
import { openState, writing } from '../../src/state/open.ts';
import {
  type Delivery,
  deliverDue,
  type Outbox,
  type OutboxMessage,
  openOutbox,
  stateSchema,
} from '../../src/state/outbox.ts';
import { temporaryFolder } from '../support/folder.ts';

const NOW = Date.UTC(2026, 10, 21);
const SENT: Delivery = { kind: 'sent' };
const NEVER = new AbortController().signal;

function laid(t: TestContext) {
  const database = openState(join(temporaryFolder(t), 'state.db'));
  t.after(() => database.close());
  migrate(database, [stateSchema]);
  return { database, outbox: openOutbox(database) };
}

function message(key: string, rest: Partial<OutboxMessage> = {}): OutboxMessage {
  return { topic: 'alert', key, destination: 'ops', body: `body of ${key}`, expiresAt: NOW + DAY, ...rest };
}

/** A carrier at a time, which notes what it was given and answers what the test says. */
function carrier(now: number, answer: (key: string) => Delivery | Error = () => SENT) {
  const carried: string[] = [];
  const send = async ({ key }: { key: string }) => {
    carried.push(key);
    const given = answer(key);
    if (given instanceof Error) throw given;
    return given;
  };
  return { carried, clock: { now: () => now }, send };
}

test('a message is delivered once, in the order of the puts, and is known for sent', async (t) => {
  const { outbox } = laid(t);
  for (const key of ['b', 'a', 'c']) outbox.put(message(key), NOW);
  const first = carrier(NOW);
  const second = carrier(NOW + HOUR);

  const told = await deliverDue(outbox, 'alert', first, NEVER);
  await deliverDue(outbox, 'alert', second, NEVER);

  assert.deepEqual(first.carried, ['b', 'a', 'c']);
  assert.deepEqual(second.carried, []);
  assert.deepEqual(told, { sent: 3, later: 0, dead: 0 });
  assert.equal(outbox.put(message('a'), NOW + HOUR), false);
  assert.deepEqual(outbox.state(), { due: 0, dead: 0, oldestDueAt: null });
});

test('a message that was put in a transaction which failed was never there', (t) => {
  const { database, outbox } = laid(t);

  assert.throws(() =>
    writing(database, () => {
      outbox.put(message('a'), NOW);
      throw new Error('the change it tells of could not be made');
    }),
  );

  assert.equal(outbox.claim('alert', 'ops', NOW), null);
});

test('a claimed message is nobody else’s until the claim has run out: then its carrier has died, and it is delivered again', (t) => {
  const { outbox } = laid(t);
  outbox.put(message('a'), NOW);

  const claimed = outbox.claim('alert', 'ops', NOW);

  assert.equal(claimed?.attempts, 1);
  assert.equal(outbox.claim('alert', 'ops', NOW + MINUTE), null);
  assert.equal(outbox.claim('alert', 'ops', NOW + 5 * MINUTE)?.attempts, 2);
});

test('a destination that does not answer keeps its own messages waiting and nobody else’s', async (t) => {
  const { outbox } = laid(t);
  outbox.put(message('a'), NOW);
  outbox.put(message('b'), NOW);
  outbox.put(message('x', { destination: 'chat' }), NOW);
  const down = carrier(NOW, (key) => (key === 'x' ? SENT : new Error('no answer')));
  const up = carrier(NOW + MINUTE);

  const told = await deliverDue(outbox, 'alert', down, NEVER);
  await deliverDue(outbox, 'alert', up, NEVER);

  assert.deepEqual(told, { sent: 1, later: 1, dead: 0 });
  assert.deepEqual(down.carried.toSorted(), ['a', 'x']);
  assert.deepEqual(up.carried, ['a', 'b']);
});

test('each attempt waits longer, up to an hour, and no less than the receiver asks for', async (t) => {
  const { outbox } = laid(t);
  outbox.put(message('a', { expiresAt: NOW + 30 * DAY }), NOW);
  outbox.put(message('slow', { destination: 'asks', expiresAt: NOW + 30 * DAY }), NOW);
  const later: Delivery = { kind: 'later', reason: 'busy' };

  const times = waitsOf(outbox, 'ops', later, 10);
  const [asked] = waitsOf(outbox, 'asks', { ...later, retryAfterMs: 2 * HOUR }, 1);

  assert.deepEqual(times.slice(0, 3), [30 * SECOND, 60 * SECOND, 120 * SECOND]);
  assert.equal(times.at(-1), HOUR);
  assert.equal(asked, 2 * HOUR);
});

/** How long the one message of a destination is put off, delivery after delivery. */
function waitsOf(outbox: Outbox, destination: string, delivery: Delivery, count: number): number[] {
  let now = NOW;
  return Array.from({ length: count }, () => {
    const row = outbox.claim('alert', destination, now);
    assert.ok(row !== null);
    outbox.settle(row, delivery, now);
    const begun = now;
    while (!outbox.destinations('alert', now).includes(destination)) now += SECOND;
    return now - begun;
  });
}

test('what no attempt could deliver in time is dead, with the last reason, and can be revived', async (t) => {
  const { outbox } = laid(t);
  outbox.put(message('a', { expiresAt: NOW + MINUTE }), NOW);
  const down = (at: number) => carrier(at, () => ({ kind: 'later', reason: 'connection refused' }));

  await deliverDue(outbox, 'alert', down(NOW), NEVER);
  await deliverDue(outbox, 'alert', down(NOW + HOUR), NEVER);

  assert.deepEqual(outbox.state('alert'), { due: 0, dead: 1, oldestDueAt: null });
  assert.equal(outbox.dead('alert')[0]?.key, 'a');
  assert.ok(outbox.revive('a', NOW + DAY, NOW + HOUR));
  const up = carrier(NOW + HOUR);
  await deliverDue(outbox, 'alert', up, NEVER);
  assert.deepEqual(up.carried, ['a']);
});

test('a message that came too late even for its first attempt is tried once', async (t) => {
  const { outbox } = laid(t);
  outbox.put(message('a', { expiresAt: NOW + MINUTE }), NOW);
  const late = carrier(NOW + HOUR);

  await deliverDue(outbox, 'alert', late, NEVER);

  assert.deepEqual(late.carried, ['a']);
});

test('what a receiver would never take is dead at once and does not hold up the rest', async (t) => {
  const { outbox } = laid(t);
  outbox.put(message('bad'), NOW);
  outbox.put(message('good'), NOW);
  const troubles: string[] = [];
  const picky = {
    ...carrier(NOW, (key) => (key === 'bad' ? { kind: 'dead', reason: '550 no such user' } : SENT)),
    onTrouble: ({ key }: { key: string }, { kind }: Delivery) => troubles.push(`${key} ${kind}`),
  };

  const told = await deliverDue(outbox, 'alert', picky, NEVER);

  assert.deepEqual(told, { sent: 1, later: 0, dead: 1 });
  assert.deepEqual(troubles, ['bad dead']);
  assert.equal(outbox.dead('alert')[0]?.lastError, '550 no such user');
});

test('a delivery that was stopped in the middle is made again when its claim has run out', async (t) => {
  const { outbox } = laid(t);
  outbox.put(message('a'), NOW);
  const stopping = new AbortController();
  const stopped = carrier(NOW, () => {
    stopping.abort();
    return new Error('aborted');
  });
  const next = carrier(NOW + 5 * MINUTE);

  await deliverDue(outbox, 'alert', stopped, stopping.signal);
  await deliverDue(outbox, 'alert', next, NEVER);

  assert.deepEqual(next.carried, ['a']);
});

test('what was sent is forgotten after a month', (t) => {
  const { outbox } = laid(t);
  outbox.put(message('old'), NOW);
  const old = outbox.claim('alert', 'ops', NOW);
  assert.ok(old !== null);
  outbox.settle(old, SENT, NOW);
  const later = NOW + 31 * DAY;
  outbox.put(message('young'), later);
  const young = outbox.claim('alert', 'ops', later);
  assert.ok(young !== null);

  outbox.settle(young, SENT, later);

  assert.equal(outbox.put(message('old'), later), true);
  assert.equal(outbox.put(message('young'), later), false);
});
