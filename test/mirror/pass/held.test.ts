import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type Held, type HeldBack, openHeldBack } from '../../../src/mirror/pass/held.ts';
import { passSchema } from '../../../src/mirror/pass/schema.ts';
import { migrate } from '../../../src/state/migrate.ts';
import { layTree } from '../publish/laid.ts';
import { NOW, OLD } from '../verify/facts.ts';

const JAR: Omit<Held, 'since'> = {
  path: 'g/a/1.0/a-1.0.jar',
  unit: 'g/a/1.0',
  kind: 'rejected',
  verdict: 'checksum-mismatch',
  why: 'its sum says otherwise',
  size: 3,
  mtime: OLD,
  sha256: 'aa',
  retryAt: NOW + 100,
};

function heldBack(t: TestContext): HeldBack {
  const { database } = layTree(t);
  migrate(database, [passSchema]);
  return openHeldBack(database);
}

test('what is held is found, with since when', (t) => {
  const held = heldBack(t);

  held.hold(JAR, 1, NOW);

  assert.deepEqual(held.find(JAR.path), { ...JAR, since: NOW });
  assert.deepEqual(held.list(), [{ ...JAR, since: NOW }]);
  assert.equal(held.find('g/none'), null);
});

test('the same bytes held again are held since the first time, whatever is said of them now', (t) => {
  const held = heldBack(t);
  held.hold(JAR, 1, NOW);

  held.hold(
    { ...JAR, mtime: OLD + 1000, kind: 'deferred', verdict: 'sidecar-pending', why: 'other words' },
    2,
    NOW + 50,
  );

  assert.equal(held.find(JAR.path)?.since, NOW);
  assert.equal(held.find(JAR.path)?.verdict, 'sidecar-pending');
});

test('other bytes are held since now', (t) => {
  const held = heldBack(t);
  held.hold(JAR, 1, NOW);

  held.hold({ ...JAR, sha256: 'bb' }, 2, NOW + 50);

  assert.equal(held.find(JAR.path)?.since, NOW + 50);
});

test('what was never fetched is the same while its size is', (t) => {
  const held = heldBack(t);
  held.hold({ ...JAR, sha256: null }, 1, NOW);

  held.hold({ ...JAR, sha256: null }, 2, NOW + 50);
  assert.equal(held.find(JAR.path)?.since, NOW);
  held.hold({ ...JAR, sha256: null, size: 4 }, 3, NOW + 60);
  assert.equal(held.find(JAR.path)?.since, NOW + 60);
});

test('something is due when the first retry time has come', (t) => {
  const held = heldBack(t);
  held.hold(JAR, 1, NOW);

  assert.equal(held.isAnyDue(NOW + 99), false);
  assert.equal(held.isAnyDue(NOW + 100), true);
});

test('what was dropped stays dropped until the origin changes it', (t) => {
  const held = heldBack(t);
  held.hold(JAR, 1, NOW);
  held.drop(JAR.path);

  held.hold(JAR, 2, NOW + 50);
  assert.equal(held.isDropped(JAR.path), true);
  held.hold({ ...JAR, mtime: OLD + 1000 }, 3, NOW + 60);

  assert.equal(held.isDropped(JAR.path), false);
});

test('what is released is held no longer', (t) => {
  const held = heldBack(t);
  held.hold(JAR, 1, NOW);

  held.release(JAR.path);

  assert.deepEqual(held.list(), []);
});

test('what is held below a folder is told without what only begins alike', (t) => {
  const held = heldBack(t);
  const paths = ['g/a/1.0/a-1.0.jar', 'g/a/2.0/a-2.0.jar', 'g/a-b/1.0/a-b-1.0.jar', 'g/a0'];
  for (const path of paths) held.hold({ ...JAR, path }, 1, NOW);

  const below = held.below('g/a', 10).map(({ path }) => path);

  assert.deepEqual(below, paths.slice(0, 2));
  assert.equal(held.below('g/a', 1).length, 1);
});
