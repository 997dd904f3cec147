import assert from 'node:assert/strict';
import test from 'node:test';
import { layInventory, pendingRow } from './laid.ts';

const START = { generation: 1, path: '' };

test('what changed since a generation comes in its order, in parts, and without the rest', (t) => {
  const { admit, inventory } = layInventory(t);
  admit([pendingRow('g/a', '1'), pendingRow('g/b', '1'), pendingRow('g/c', '1')], 1);
  admit([pendingRow('g/d', '2'), pendingRow('g/b', '2')], 2);
  admit([pendingRow('g/a', '3')], 3);

  const first = inventory.changedAfter({ generation: 2, path: '' }, 2);
  const rest = inventory.changedAfter({ generation: 2, path: 'g/d' }, 2);

  assert.deepEqual(
    first.map(({ path }) => path),
    ['g/b', 'g/d'],
  );
  assert.deepEqual(
    rest.map(({ path, generation }) => [path, generation]),
    [['g/a', 3]],
  );
});

test('what left the tree is known with its generation, until it comes back', (t) => {
  const { admit, retire, inventory } = layInventory(t);
  admit([pendingRow('g/a', '1'), pendingRow('g/b', '1')], 1);

  retire(['g/a', 'g/never'], 2);
  retire(['g/b'], 3);
  assert.deepEqual(inventory.removedAfter(START, 10), [
    { path: 'g/a', generation: 2 },
    { path: 'g/b', generation: 3 },
  ]);
  assert.deepEqual(inventory.removedAfter({ generation: 3, path: '' }, 10), [{ path: 'g/b', generation: 3 }]);

  admit([pendingRow('g/a', '4')], 4);
  assert.deepEqual(inventory.removedAfter(START, 10), [{ path: 'g/b', generation: 3 }]);
});

test('a generation counts as settled once it is closed, or once another has begun', (t) => {
  const { admit, inventory, writer } = layInventory(t);
  const state = () => [inventory.current().generation, inventory.current().settled];
  const seen = [state()];

  for (const generation of [1, 1, 3]) {
    admit([pendingRow(`g/${generation}`, '1')], generation, 'open');
    seen.push(state());
  }
  writer.generations.close();
  seen.push(state());
  // What is put in place again changes nothing.
  admit([pendingRow('g/1', '1')], 3, 'open');
  seen.push(state());

  assert.deepEqual(seen, [
    [0, 0],
    [1, 0],
    [1, 0],
    [3, 2],
    [3, 3],
    [3, 3],
  ]);
});
