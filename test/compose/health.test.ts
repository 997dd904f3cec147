import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { foldersOf } from '../../src/compose/folders.ts';
import { healthOf } from '../../src/compose/health.ts';
import { makeRooms } from '../../src/compose/rooms.ts';
import { writing } from '../../src/state/open.ts';
import { temporaryFolder } from '../support/folder.ts';

test('a tree that is there is healthy, one that is not mounted is not', (t) => {
  const folder = temporaryFolder(t);
  using rooms = makeRooms(foldersOf(join(folder, 'data')), Number.POSITIVE_INFINITY);
  const { inventory, outbox } = rooms;
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  const filled = { outbox, inventory: { ...inventory, current: () => ({ ...inventory.current(), files: 7 }) } };

  const blank = healthOf(tree, rooms);
  const unmounted = healthOf(tree, filled);
  writeFileSync(join(tree, 'a'), 'a');
  const mounted = healthOf(tree, filled);
  const gone = healthOf(join(folder, 'gone'), filled);

  assert.deepEqual(blank, { healthy: true, reasons: [], notices: [] });
  assert.deepEqual(
    [unmounted.healthy, unmounted.reasons],
    [false, ['the published tree is empty and should have 7 files: is its disk there?']],
  );
  assert.equal(mounted.healthy, true);
  assert.deepEqual([gone.healthy, gone.reasons], [false, ['the published tree is not there (ENOENT)']]);
});

test('a database that cannot be read is a reason', (t) => {
  const folder = temporaryFolder(t);
  const rooms = makeRooms(foldersOf(join(folder, 'data')), Number.POSITIVE_INFINITY);
  rooms.database.close();

  const { healthy, reasons } = healthOf(folder, rooms);

  assert.equal(healthy, false);
  assert.match(reasons[0] ?? '', /^the database cannot be read: /);
});

test('messages that were given up are told, and turn nothing red', (t) => {
  const folder = temporaryFolder(t);
  using rooms = makeRooms(foldersOf(join(folder, 'data')), Number.POSITIVE_INFINITY);
  const message = { topic: 'alert', key: 'k', destination: 'ops', body: '{}', expiresAt: 1000 };
  writing(rooms.database, () => rooms.outbox.put(message, 0));
  const row = rooms.outbox.claim('alert', 'ops', 0);
  if (row !== null) rooms.outbox.settle(row, { kind: 'dead', reason: 'no such receiver' }, 1);

  const { healthy, notices } = healthOf(folder, rooms);

  assert.deepEqual([healthy, notices], [true, ['messages that could not be delivered and were given up (alert): 1']]);
});
