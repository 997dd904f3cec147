import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import test from 'node:test';
import { DAY } from '../../../src/host/clock.ts';
import { layInventory, MTIME, pendingRow } from './laid.ts';

const RELEASE = 'g/a/1.0/a-1.0.jar';
const METADATA = 'g/a/maven-metadata.xml';

const sha256 = (text: string) => hash('sha256', text);
const changing = (text: string, at: number) =>
  pendingRow(METADATA, text, { keepsDigest: false, kind: 'metadata', lastVerified: at });

test('what a path was before is known with when it ended, the newest first', (t) => {
  const { admit, inventory } = layInventory(t);
  admit([changing('1', MTIME)]);
  admit([changing('2', MTIME + 1)]);
  admit([changing('3', MTIME + 2)]);

  assert.deepEqual(inventory.former(METADATA), [
    { sha256: sha256('2'), until: MTIME + 2 },
    { sha256: sha256('1'), until: MTIME + 1 },
  ]);
});

test('of what may change, digests of more than a month ago are forgotten; of a release none is', (t) => {
  const { admit, inventory } = layInventory(t);
  const release = (text: string, at: number) => pendingRow(RELEASE, text, { keepsDigest: true, lastVerified: at });
  admit([changing('1', MTIME), release('1', MTIME)]);
  admit([changing('2', MTIME), release('2', MTIME)]);
  admit([changing('3', MTIME + 31 * DAY), release('3', MTIME + 31 * DAY)]);

  assert.deepEqual(
    inventory.former(METADATA).map((each) => each.sha256),
    [sha256('2')],
  );
  assert.deepEqual(inventory.former(RELEASE).length, 2);
});

test('what changed there and back again was there until the last time', (t) => {
  const { admit, inventory } = layInventory(t);
  for (const [at, text] of ['1', '2', '1', '2'].entries()) admit([changing(text, MTIME + at)]);

  assert.deepEqual(
    inventory.former(METADATA).find((each) => each.sha256 === sha256('1')),
    { sha256: sha256('1'), until: MTIME + 3 },
  );
});

test('what left the tree is known too', (t) => {
  const { admit, retire, inventory } = layInventory(t);
  admit([pendingRow(RELEASE, '1', { keepsDigest: true })]);

  retire([RELEASE]);

  assert.equal(inventory.former(RELEASE)[0]?.sha256, sha256('1'));
});

test('paths are counted off in order, and metadata is found without the rest', (t) => {
  const { admit, inventory } = layInventory(t);
  const metadata = ['g/b/maven-metadata.xml', 'g/c/maven-metadata.xml'];
  admit(['g/a', 'g/b', 'g/c', 'g/d'].map((path) => pendingRow(path, path)));
  admit(metadata.map((path) => pendingRow(path, path, { kind: 'metadata', phase: 'metadata', keepsDigest: false })));

  assert.equal(inventory.pathAt('', 1), 'g/a');
  assert.equal(inventory.pathAt('g/a', 2), 'g/b/maven-metadata.xml');
  assert.equal(inventory.pathAt('g/a', 99), null);
  assert.deepEqual(inventory.metadataAfter('', 9), metadata);
  assert.deepEqual(inventory.metadataAfter('g/b/maven-metadata.xml', 9), ['g/c/maven-metadata.xml']);
});
