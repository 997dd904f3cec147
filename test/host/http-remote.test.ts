import assert from 'node:assert/strict';
import test from 'node:test';
import { MINUTE, SECOND } from '../../src/host/clock.ts';
import { makeRemote } from '../../src/host/http/remote.ts';
import { handClock } from '../support/hand-clock.ts';
import { brief, client, httpServer, LOOPBACK, NEVER } from './http-peer.ts';

const NOW = 1_000_000;

test('after five failures in a row a host is left alone, longer each time, up to five minutes', () => {
  const remote = makeRemote();
  let now = NOW;
  for (let each = 0; each < 4; each += 1) remote.failed(now);
  const before = remote.heldUntil(now);
  const pauses: number[] = [];
  for (let each = 0; each < 8; each += 1) {
    remote.failed(now);
    const until = remote.heldUntil(now)?.until ?? now;
    pauses.push((until - now) / SECOND);
    now = until;
  }

  assert.equal(before, null);
  assert.deepEqual(pauses, [15, 30, 60, 120, 240, 300, 300, 300]);
});

test('when the pause ends one request tries for all; an answer opens the door again', () => {
  const remote = makeRemote();
  for (let each = 0; each < 5; each += 1) remote.failed(NOW);
  const later = NOW + MINUTE;

  const first = remote.admit(later);
  const second = remote.admit(later);
  remote.answered();
  const third = remote.admit(later);

  assert.equal(first, null);
  assert.equal(second?.reason, 'breaker');
  assert.equal(third, null);
});

test('four failures and an answer are no five failures', () => {
  const remote = makeRemote();

  for (let each = 0; each < 20; each += 1) {
    remote.failed(NOW);
    if (each % 4 === 3) remote.answered();
  }

  assert.equal(remote.heldUntil(NOW), null);
});

test('retries are paid for by answers', () => {
  const remote = makeRemote();
  let taken = 0;
  while (taken < 100 && remote.takeRetry()) taken += 1;
  const none = remote.takeRetry();
  for (let each = 0; each < 11; each += 1) remote.answered();

  assert.equal(taken, 10);
  assert.equal(none, false);
  assert.ok(remote.takeRetry());
  assert.equal(remote.takeRetry(), false);
});

test('a host that asks for quiet gets it from everybody, and is asked again after that', async (t) => {
  const clock = handClock();
  let asked = 0;
  const url = await httpServer(t, (_, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(429, { 'retry-after': '60' }).end();
    else response.end();
  });
  const asking = client(t, { clock });
  const ask = (path: string) => asking.ask({ method: 'GET', url: `${url}${path}`, ceilingBytes: 1 }, NEVER);

  const first = await ask('a');
  const held = await ask('b');
  const until = asking.heldUntil(url);
  await clock.advance(MINUTE);
  const later = await ask('b');

  assert.deepEqual([first, held, later].map(brief), ['429', 'held asked', '200']);
  assert.equal(until, held.kind === 'failure' ? held.retryAt : 0);
  assert.equal(asked, 2);
});

test('what may be done twice is asked again after a pause, as often as was said', async (t) => {
  const clock = handClock();
  let asked = 0;
  const url = await httpServer(t, (_, response) => {
    asked += 1;
    response.writeHead(asked < 3 ? 503 : 200).end();
  });
  const asking = client(t, { clock });

  const asked1 = asking.ask({ method: 'GET', url, ceilingBytes: 1, retries: 2 }, NEVER);
  while (asked < 3) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (clock.sleeping() > 0) await clock.advance(30 * SECOND);
  }

  assert.equal(brief(await asked1), '200');
  assert.equal(asked, 3);
});

test('what a sink has begun to take is not begun again', async (t) => {
  let asked = 0;
  const url = await httpServer(t, (_, response) => {
    asked += 1;
    response.writeHead(200, { 'content-length': '10' });
    response.write('1234', () => response.destroy());
  });

  const outcome = await client(t).ask(
    { method: 'GET', url, ceilingBytes: 100, retries: 3, sink: () => undefined },
    NEVER,
  );

  assert.equal(outcome.kind === 'answer' && outcome.body.end, 'cut');
  assert.equal(asked, 1);
});

test('a door that does not open is not knocked at for ever', async (t) => {
  const asking = client(t, { clock: handClock() });
  const ask = () => asking.ask({ method: 'GET', url: `http://${LOOPBACK}:1/`, ceilingBytes: 1 }, NEVER);

  const outcomes: string[] = [];
  for (let each = 0; each < 7; each += 1) outcomes.push(brief(await ask()));

  assert.deepEqual(outcomes, [...Array(5).fill('connect ECONNREFUSED'), 'held breaker', 'held breaker']);
});
