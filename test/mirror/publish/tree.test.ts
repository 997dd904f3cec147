import assert from 'node:assert/strict';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { moveIn, takeOut } from '../../../src/mirror/publish/tree.ts';
import { pendingRow } from '../inventory/laid.ts';
import { filesBelow, type Laid, layTree } from './laid.ts';

const VERSION = 'g/a/1.0';
const NAMES = ['a-1.0.jar.sha1', 'a-1.0.jar', 'a-1.0.pom'];

/** Stages the files of a version; gives their rows, and the inode of the staged folder. */
function stage(laid: Laid, names: readonly string[] = NAMES) {
  for (const name of names) laid.write(`staging/${VERSION}/${name}`, name);
  return {
    rows: names.map((name) => pendingRow(`${VERSION}/${name}`, name)),
    inode: statSync(join(laid.staging, VERSION)).ino,
  };
}

const folderInode = (laid: Laid) => statSync(join(laid.published, VERSION)).ino;

test('a new version goes in as the folder that it is', (t) => {
  const laid = layTree(t);
  const { rows, inode } = stage(laid);

  assert.deepEqual(moveIn(rows, laid.room.folders), []);

  assert.equal(folderInode(laid), inode);
  assert.equal(laid.read(`${VERSION}/a-1.0.jar`), 'a-1.0.jar');
  assert.equal(existsSync(join(laid.staging, VERSION)), false);
});

test('a file beside them that nobody accepted stays behind', (t) => {
  const laid = layTree(t);
  const { rows, inode } = stage(laid);
  laid.write(`staging/${VERSION}/stranger.exe`, 'x');

  assert.deepEqual(moveIn(rows, laid.room.folders), []);

  assert.notEqual(folderInode(laid), inode);
  assert.deepEqual(laid.tree(), NAMES.map((name) => `${VERSION}/${name}`).sort());
  assert.deepEqual(filesBelow(laid.staging), [`${VERSION}/stranger.exe`]);
});

test('a file that was swapped for another name under the same count stays behind', (t) => {
  const laid = layTree(t);
  const { rows } = stage(laid, ['a-1.0.jar', 'other']);

  const lost = moveIn([...rows.slice(0, 1), pendingRow(`${VERSION}/a-1.0.pom`, 'pom')], laid.room.folders);

  assert.deepEqual(
    lost.map((row) => row.path),
    [`${VERSION}/a-1.0.pom`],
  );
  assert.deepEqual(laid.tree(), [`${VERSION}/a-1.0.jar`]);
});

test('a folder among the files stays behind', (t) => {
  const laid = layTree(t);
  const { rows } = stage(laid, ['a-1.0.jar']);
  mkdirSync(join(laid.staging, VERSION, 'deeper'));

  moveIn(rows, laid.room.folders);

  assert.equal(existsSync(join(laid.published, VERSION, 'deeper')), false);
  assert.deepEqual(laid.tree(), [`${VERSION}/a-1.0.jar`]);
});

test('a version that is published already takes new files one by one', (t) => {
  const laid = layTree(t);
  laid.write(`published/${VERSION}/a-1.0.pom`, 'kept');
  const before = folderInode(laid);
  const { rows } = stage(laid, ['a-1.0-sources.jar']);

  assert.deepEqual(moveIn(rows, laid.room.folders), []);

  assert.equal(folderInode(laid), before);
  assert.deepEqual(laid.tree(), [`${VERSION}/a-1.0-sources.jar`, `${VERSION}/a-1.0.pom`]);
});

test('after a kill between any two renames all of it is done again, to the same end', (t) => {
  for (let done = 0; done <= NAMES.length; done += 1) {
    const laid = layTree(t);
    const { rows } = stage(laid);
    laid.write(`staging/${VERSION}/stranger`, 'makes it go file by file');
    moveIn(rows.slice(0, done), laid.room.folders);

    assert.deepEqual(moveIn(rows, laid.room.folders), [], `${done} renamed before`);
    assert.deepEqual(laid.tree(), NAMES.map((name) => `${VERSION}/${name}`).sort());
  }
});

test('bytes that are nowhere are told, and an older file of another size is not taken for them', (t) => {
  const laid = layTree(t);
  laid.write('published/g/a/maven-metadata.xml', 'an older file');
  const row = pendingRow('g/a/maven-metadata.xml', 'new', { phase: 'metadata' });

  assert.deepEqual(moveIn([row], laid.room.folders), [row]);

  assert.equal(laid.read('g/a/maven-metadata.xml'), 'an older file');
});

test('bytes that were released from quarantine come from there', (t) => {
  const laid = layTree(t);
  const accepted = laid.accept(`${VERSION}/a-1.0.jar`, 'jar');
  laid.quarantine.put(laid.staging, accepted.file, 'checksum-mismatch', 'why', null, 'rsync://x/', 1);
  const row = pendingRow(`${VERSION}/a-1.0.jar`, 'jar', { origin: 'quarantine' });

  assert.deepEqual(moveIn([row], laid.room.folders), []);

  assert.equal(laid.read(`${VERSION}/a-1.0.jar`), 'jar');
});

test('what is taken out goes with the folders that become empty, and no others', (t) => {
  const laid = layTree(t);
  for (const path of [`${VERSION}/a-1.0.jar`, `${VERSION}/a-1.0.pom`, 'g/b/1.0/b-1.0.jar'])
    laid.write(`published/${path}`, 'x');
  const rows = ['a-1.0.jar', 'a-1.0.pom'].map((name) => pendingRow(`${VERSION}/${name}`, 'x'));

  takeOut(rows, laid.room.folders);
  takeOut(rows, laid.room.folders);

  assert.deepEqual(laid.tree(), ['g/b/1.0/b-1.0.jar']);
  assert.equal(existsSync(join(laid.published, 'g/a')), false);
});

test('a folder that holds something else stays', (t) => {
  const laid = layTree(t);
  laid.write(`published/${VERSION}/a-1.0.jar`, 'x');
  laid.write(`published/${VERSION}/kept`, 'x');

  takeOut([pendingRow(`${VERSION}/a-1.0.jar`, 'x')], laid.room.folders);

  assert.deepEqual(laid.tree(), [`${VERSION}/kept`]);
});

test('the last file leaves the published folder itself in place', (t) => {
  const laid = layTree(t);
  laid.write('published/feed', 'x');

  takeOut([pendingRow('feed', 'x', { phase: 'loose' })], laid.room.folders);

  assert.equal(existsSync(laid.published), true);
});
