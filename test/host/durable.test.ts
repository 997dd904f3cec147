import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createDurably, syncFilesystem, syncFolder, writeDurably } from '../../src/host/durable.ts';
import { CodedError, systemCode } from '../../src/host/error.ts';
import { temporaryFolder } from '../support/folder.ts';

const NEVER = new AbortController().signal;

test('a file is written with its folders, and nothing else is left', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'a/b/status.json');

  writeDurably(file, 'é');
  writeDurably(file, Buffer.from([1, 2]));

  assert.deepEqual(readFileSync(file), Buffer.from([1, 2]));
  assert.deepEqual(readdirSync(join(folder, 'a/b')), ['status.json']);
});

test('what a crash left beside it is replaced', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, '.epoch.tmp'), 'half of a longer text');

  writeDurably(join(folder, 'epoch'), '7\n');

  assert.equal(readFileSync(join(folder, 'epoch'), 'utf8'), '7\n');
  assert.deepEqual(readdirSync(folder), ['epoch']);
});

test('a file may be kept from other users', (t) => {
  const file = join(temporaryFolder(t), 'secret');

  writeDurably(file, 'x', 0o600);

  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a file that must never be replaced is written once', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'key');

  const wrote = [createDurably(file, 'first', 0o600), createDurably(file, 'second', 0o600)];

  assert.deepEqual(wrote, [true, false]);
  assert.equal(readFileSync(file, 'utf8'), 'first');
  assert.deepEqual(readdirSync(folder), ['key']);
});

test('when the new file cannot be put in place the old one stays', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'name/in-the-way'), { recursive: true });

  assert.throws(
    () => writeDurably(join(folder, 'name'), 'x'),
    (error) => systemCode(error) === 'EISDIR' || systemCode(error) === 'ENOTEMPTY',
  );

  assert.deepEqual(readdirSync(join(folder, 'name')), ['in-the-way']);
});

test('a file system is written through, and one that is not there is an error that names it', async (t) => {
  const folder = temporaryFolder(t);
  const missing = join(folder, 'missing');

  await syncFilesystem(folder, NEVER);
  syncFolder(folder);

  await assert.rejects(
    syncFilesystem(missing, NEVER),
    (error) => error instanceof CodedError && error.code === 'sync-failed' && error.path === missing,
  );
});

test('who is stopped before the sync learns that it is not durable', async (t) => {
  const folder = temporaryFolder(t);

  await assert.rejects(syncFilesystem(folder, AbortSignal.abort(new Error('stopped'))), /stopped/);
});
