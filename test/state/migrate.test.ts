import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { CodedError } from '../../src/host/error.ts';
import { migrate, type RoomSchema } from '../../src/state/migrate.ts';
import { openState, type StateDatabase } from '../../src/state/open.ts';
import { temporaryFolder } from '../support/folder.ts';

const FIRST = 'CREATE TABLE a_thing (name TEXT)';
const SECOND = "INSERT INTO a_thing VALUES ('made by the second step')";

function database(t: TestContext): StateDatabase {
  const opened = openState(join(temporaryFolder(t), 'state.db'));
  t.after(() => opened.close());
  return opened;
}

const room = (...steps: string[]): RoomSchema => ({ room: 'a', steps });
const things = (opened: StateDatabase) => opened.prepare('SELECT count(*) FROM a_thing').pluck().get();

test('each step runs once, however often the rooms are brought forward', (t) => {
  const opened = database(t);

  migrate(opened, [room(FIRST, SECOND)]);
  migrate(opened, [room(FIRST, SECOND)]);

  assert.equal(things(opened), 1);
});

test('a newer assay runs only the steps that are new', (t) => {
  const opened = database(t);
  migrate(opened, [room(FIRST)]);

  migrate(opened, [room(FIRST, SECOND)]);

  assert.equal(things(opened), 1);
});

test('a file of a newer assay is refused, with the room and both steps named, and left as it is', (t) => {
  const opened = database(t);
  migrate(opened, [room(FIRST, SECOND)]);

  const older = () => migrate(opened, [room(FIRST), { room: 'b', steps: ['CREATE TABLE b_thing (name TEXT)'] }]);

  assert.throws(
    older,
    (error) =>
      error instanceof CodedError && error.code === 'state-too-new' && /a: step 2, known here: 1/.test(error.message),
  );
  assert.equal(things(opened), 1);
});

test('when a step fails no room has moved', (t) => {
  const opened = database(t);

  assert.throws(() => migrate(opened, [room(FIRST), { room: 'b', steps: ['CREATE NONSENSE'] }]));

  assert.throws(() => things(opened), /no such table/);
  migrate(opened, [room(FIRST)]);
  assert.equal(things(opened), 0);
});

test('rooms move on by themselves', (t) => {
  const opened = database(t);
  migrate(opened, [room(FIRST)]);

  migrate(opened, [room(FIRST, SECOND), { room: 'b', steps: ['CREATE TABLE b_thing (name TEXT)'] }]);

  assert.equal(opened.prepare('SELECT count(*) FROM b_thing').pluck().get(), 0);
});
