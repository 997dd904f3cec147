// What an operator decides by hand: takedowns, filters, a pause.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanResult } from '../../src/config/shape/sync.ts';
import { startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

const HOME = 'org/example/tool/1.0';
const JAR = `${HOME}/tool-1.0.jar`;

test('what is taken down is gone at once, and is not fetched again until that is lifted', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.release('other', '1.0');
  mirror.origin.metadata('tool', ['1.0']);
  await mirror.sync();

  const added = await mirror.program('takedown', 'add', 'org.example:tool:1.0', '--reason', 'holds a key');
  const pass = await mirror.sync();
  const meanwhile = await mirror.statuses(JAR, `${HOME}/tool-1.0.pom`, 'org/example/other/1.0/other-1.0.jar');
  const lifted = await mirror.verb('takedown', 'lift', 'org.example:tool:1.0', '--reason', 'it was revoked');
  const back = await mirror.sync();

  assert.deepEqual([added.exit, added.result.what, added.result.files, added.result.legal], [0, HOME, 4, false]);
  assert.deepEqual([pass.exit, pass.result.added, pass.result.bytes_fetched], [0, 0, 0]);
  assert.deepEqual(meanwhile, [410, 410, 200]);
  assert.deepEqual([lifted.exit, back.exit, back.result.added], [0, 0, 4]);
  assert.deepEqual(await mirror.statuses(JAR), [200]);
  assert.deepEqual(
    mirror.look(({ audit }) => audit.latest(9).map(({ action, subject, detail }) => [action, subject, detail])),
    [
      ['takedown lift', HOME, 'it was revoked'],
      ['takedown add', HOME, 'holds a key'],
    ],
  );
});

test('a takedown for a legal reason says so, and what stands is listed', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.sync();

  const added = await mirror.verb<{ files: number }>('takedown', 'add', JAR, '--reason', 'court order 7', '--legal');
  type Listed = { what: string; legal: boolean; reason: string; files: number };
  const list = await mirror.verb<{ takedowns: Listed[] }>('takedown', 'list');
  const unknown = await mirror.verb('takedown', 'lift', 'org.example:other:1.0');

  assert.equal(list.exit, 0);
  assert.deepEqual(
    list.result.takedowns.map(({ what, legal, reason, files }) => ({ what, legal, reason, files })),
    [{ what: HOME, legal: true, reason: 'court order 7', files: added.result.files }],
  );
  const answer = await mirror.get(JAR);
  assert.equal(answer.status, 451);
  assert.match(answer.text, /court order 7/);
  assert.deepEqual(
    unknown.problems.map(({ code }) => code),
    ['takedown-unknown'],
  );
});

test('a version whose POM or jar is taken down is taken down whole', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.sync();

  await mirror.verb('takedown', 'add', `${HOME}/tool-1.0.pom`, '--reason', 'names a person');
  const meanwhile = await mirror.statuses(`${HOME}/tool-1.0.pom`, JAR);
  await mirror.verb('takedown', 'lift', `${HOME}/tool-1.0.pom`);
  const back = await mirror.sync();

  assert.deepEqual(meanwhile, [410, 410]);
  assert.equal(back.result.added, 4);
});

test('what was refused and is taken down troubles nobody any more', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.put(JAR, 'other bytes');
  const before = await mirror.sync();

  await mirror.verb('takedown', 'add', 'org.example:tool:1.0', '--reason', 'not ours to solve');
  const after = await mirror.sync();

  assert.deepEqual([before.exit, after.exit, after.result.rejected, after.result.deferred], [1, 0, [], []]);
  assert.deepEqual(await mirror.statuses(JAR), [410]);
});

test('filters choose what is mirrored, and metadata does not wait for what they leave out', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, {
    sections: { source: { include: ['org/example/**'], exclude: ['org/example/tool/0.*/**', '**/*-big.jar'] } },
  });
  for (const version of ['0.9', '1.0']) mirror.origin.release('tool', version);
  mirror.origin.put(`${HOME}/tool-1.0-big.jar`, 'big', { sums: ['sha1'] });
  mirror.origin.put('com/example/x/1.0/x-1.0.jar', 'x', { sums: ['sha1'] });
  await mirror.sync();
  mirror.origin.metadata('tool', ['0.9', '1.0']);

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.added, pass.result.deferred], [0, 2, []]);
  assert.deepEqual(
    await mirror.statuses(
      JAR,
      `${HOME}/tool-1.0-big.jar`,
      'org/example/tool/0.9/tool-0.9.jar',
      'com/example/x/1.0/x-1.0.jar',
    ),
    [200, 404, 404, 404],
  );
});

test('what a new filter leaves out stays served until the operator accepts its removal', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  for (const name of ['tool', 'other', 'third']) mirror.origin.release(name, '1.0');
  await mirror.sync();

  mirror.configure({ source: { exclude: ['org/example/tool/**'] } });
  const pass = await mirror.sync();
  const planned = await mirror.verb<PlanResult>('sync', '--plan');
  const accepted = await mirror.sync('--accept-plan', planned.result.plan_sha256);

  assert.deepEqual([pass.exit, pass.result.removed, pass.result.absent], [0, 0, 0]);
  assert.equal(planned.result.removals.length, 4);
  assert.deepEqual([accepted.exit, accepted.result.removed], [0, 4]);
  assert.deepEqual(await mirror.statuses(JAR), [404]);
});

test('--plan tells what a pass would do, and does nothing', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.put('org/example/feed.txt', 'one');
  await mirror.sync();

  mirror.origin.release('tool', '1.1', 'the jar', { sums: [] });
  mirror.origin.put('org/example/feed.txt', 'two, longer');
  mirror.origin.put('org/example/odd/back\\slash.jar', 'x');
  const planned = await mirror.program<PlanResult>('sync', '--plan');

  const { additions, changes, removals, violations } = planned.result;
  assert.equal(planned.exit, 0);
  assert.deepEqual(additions, [
    { path: 'org/example/tool/1.1/tool-1.1.jar', kind: 'artifact', bytes: 7 },
    { path: 'org/example/tool/1.1/tool-1.1.pom', kind: 'pom', bytes: additions[1]?.bytes },
  ]);
  assert.deepEqual(changes, [{ path: 'org/example/feed.txt', kind: 'loose', bytes: 11 }]);
  assert.deepEqual(
    [removals, violations.map(({ path, verdict }) => [path, verdict])],
    [[], [['org/example/odd/back\\slash.jar', 'unsafe-path']]],
  );
  assert.deepEqual(await mirror.statuses('org/example/tool/1.1/tool-1.1.jar'), [404]);
  assert.equal((await mirror.get('org/example/feed.txt')).text, 'one');
});
