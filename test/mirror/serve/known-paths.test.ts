import assert from 'node:assert/strict';
import { it } from 'node:test';
import { makeRecent } from '../../../src/mirror/serve/recent.ts';
import { POM_PATH } from './request-row.ts';
import { serve } from './running.ts';
import { ask } from './wire.ts';

it('what a pass replaces is served anew at the next request, however often it was served before', async (t) => {
  const { server, planted } = await serve(t);
  const seen: string[] = [];

  for (let n = 0; n < 20; n += 1) {
    planted.put(POM_PATH.slice(1), 'pom', Buffer.from(`<project>${n}</project>`));
    // Longer than anybody believes a database without asking it again.
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (let again = 0; again < 3; again += 1) seen.push((await ask(server.url, 'GET', POM_PATH)).body.toString());
  }

  assert.deepEqual(
    seen,
    Array.from({ length: 60 }, (_, n) => `<project>${Math.floor(n / 3)}</project>`),
  );
});

it('what is asked for again stays, what nobody asks for goes, and the weight has an end', () => {
  const recent = makeRecent<string>(100, (value) => value.length);
  recent.set('kept', 'x'.repeat(10));

  for (let n = 0; n < 50; n += 1) {
    recent.set(`other ${n}`, 'y'.repeat(10));
    assert.equal(recent.get('kept'), 'x'.repeat(10));
    assert.ok(recent.weight() <= 120);
  }

  assert.equal(recent.get('other 0'), undefined);
  assert.notEqual(recent.get('other 49'), undefined);
});

it('a value that is set again weighs once', () => {
  const recent = makeRecent<string>(100, (value) => value.length);

  for (let n = 0; n < 50; n += 1) recent.set('same', 'x'.repeat(1 + (n % 7)));

  assert.equal(recent.weight(), 1);
});
