import assert from 'node:assert/strict';
import test from 'node:test';
import { openTakedowns, type Takedown } from '../../../src/mirror/inventory/store.ts';
import { layInventory } from './laid.ts';

const takedown = (prefix: string, more: Partial<Takedown> = {}): Takedown => ({
  prefix,
  reason: 'asked for',
  legal: false,
  at: 100,
  actor: 'root',
  ...more,
});

test('a takedown covers its path and all that lies below it, and nothing whose name only begins alike', (t) => {
  const takedowns = openTakedowns(layInventory(t).database);
  takedowns.add(takedown('g/a/1.0'));

  for (const path of ['g/a/1.0', 'g/a/1.0/a-1.0.jar', 'g/a/1.0/x/y']) {
    assert.deepEqual(takedowns.of(path), takedown('g/a/1.0'), path);
  }
  for (const path of ['g/a/1.0.1/a.jar', 'g/a/1.0-x', 'g/a', 'g', 'x/g/a/1.0', '']) {
    assert.equal(takedowns.of(path), null, path);
  }
});

test('the nearest takedown answers', (t) => {
  const takedowns = openTakedowns(layInventory(t).database);
  takedowns.add(takedown('g'));
  takedowns.add(takedown('g/a', { legal: true, reason: 'a court' }));

  assert.equal(takedowns.of('g/a/1.0/a.jar')?.legal, true);
  assert.equal(takedowns.of('g/b/1.0/b.jar')?.legal, false);
});

test('a takedown stands until it is lifted, once', (t) => {
  const takedowns = openTakedowns(layInventory(t).database);
  takedowns.add(takedown('g/b', { at: 200 }));
  takedowns.add(takedown('g/a'));
  takedowns.add(takedown('g/a', { reason: 'said again' }));
  assert.deepEqual(
    takedowns.list().map((each) => [each.prefix, each.reason]),
    [
      ['g/a', 'said again'],
      ['g/b', 'asked for'],
    ],
  );

  assert.equal(takedowns.lift('g/a'), true);
  assert.equal(takedowns.lift('g/a'), false);

  assert.equal(takedowns.of('g/a'), null);
  assert.notEqual(takedowns.of('g/b'), null);
});
