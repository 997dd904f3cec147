import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { CodedError } from '../../src/host/error.ts';
import { openState, writing } from '../../src/state/open.ts';
import { temporaryFolder } from '../support/folder.ts';

const isUnusable = (error: unknown) =>
  error instanceof CodedError && error.code === 'state-unusable' && error.path !== null;

test('a state file keeps what was committed, in WAL mode', (t) => {
  const file = join(temporaryFolder(t), 'state.db');
  const first = openState(file);
  writing(first, () => first.exec('CREATE TABLE x (n INTEGER); INSERT INTO x VALUES (1)'));
  assert.equal(first.pragma('journal_mode', { simple: true }), 'wal');
  first.close();

  const second = openState(file, { readonly: true });
  t.after(() => second.close());

  assert.equal(second.prepare('SELECT n FROM x').pluck().get(), 1);
  assert.throws(() => second.exec('INSERT INTO x VALUES (2)'), /readonly/);
});

test('what is no state file is refused, and named', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'text'), 'this is no database, but long enough to be taken for one'.repeat(20));
  mkdirSync(join(folder, 'folder'));

  for (const name of ['text', 'folder', 'no/such/folder/state.db']) {
    assert.throws(() => openState(join(folder, name)), isUnusable, name);
  }
  assert.throws(() => openState(join(folder, 'absent'), { readonly: true }), isUnusable);
});

test('what is no database any more is said to be damaged, and how it is made again', (t) => {
  const file = join(temporaryFolder(t), 'state.db');
  writeFileSync(file, 'this is no database, but long enough to be taken for one'.repeat(20));

  assert.throws(
    () => openState(file),
    (error) => error instanceof CodedError && /verify --rebuild/.test(error.remedy ?? ''),
  );
});

test('work that throws leaves nothing behind', (t) => {
  const database = openState(join(temporaryFolder(t), 'state.db'));
  t.after(() => database.close());
  database.exec('CREATE TABLE x (n INTEGER)');

  const work = () =>
    writing(database, () => {
      database.exec('INSERT INTO x VALUES (1)');
      throw new Error('in the middle');
    });

  assert.throws(work, /in the middle/);
  assert.equal(database.prepare('SELECT count(*) FROM x').pluck().get(), 0);
});

test('a second writer fails before its work begins, not in the middle of it', (t) => {
  const file = join(temporaryFolder(t), 'state.db');
  const first = openState(file);
  const second = openState(file, { busyTimeoutMs: 0 });
  t.after(() => {
    first.close();
    second.close();
  });
  first.exec('CREATE TABLE x (n INTEGER)');
  let hasBegun = false;
  first.exec('BEGIN IMMEDIATE');

  const work = () =>
    writing(second, () => {
      hasBegun = true;
    });

  assert.throws(work, /locked/);
  assert.equal(hasBegun, false);
  first.exec('ROLLBACK');
  writing(second, () => second.exec('INSERT INTO x VALUES (1)'));
  assert.equal(first.prepare('SELECT count(*) FROM x').pluck().get(), 1);
});
