import assert from 'node:assert/strict';
import test from 'node:test';
import { layInventory, pendingRow } from './laid.ts';

function release(group: string, artifact: string, version: string): string[] {
  const folder = `${group}/${artifact}`;
  const file = `${folder}/${version}/${artifact}-${version}`;
  return [`${folder}/maven-metadata.xml`, `${folder}/maven-metadata.xml.sha1`, `${file}.jar`, `${file}.pom`];
}

const PATHS = [
  ...release('ring', 'ring', '1.0'),
  ...release('ring', 'ring-core', '1.0'),
  ...release('org/example', 'string', 'v1'),
  ...release('org/example', 'ring', 'RELEASE-1'),
  ...release('org/example', 'a_b', '1.0'),
  ...release('org/example', 'axb', '1.0'),
  // A group with plugins, and a SNAPSHOT: files of the same name that are about no artifact.
  'org/ring-plugins/maven-metadata.xml',
  ...release('org/ring-plugins', 'one', '1.0-SNAPSHOT'),
  'org/ring-plugins/one/1.0-SNAPSHOT/maven-metadata.xml',
  'org/example/unlisted/1.0/unlisted-1.0.jar',
];

test('artifacts are found by a part of their name, those first that are called so', (t) => {
  const { admit, inventory } = layInventory(t);
  admit(PATHS.map((path) => pendingRow(path, 'x')));

  assert.deepEqual(inventory.artifactsNamed(['ring'], 10), [
    'ring/ring',
    'org/example/ring',
    'ring/ring-core',
    'org/ring-plugins/one',
    'org/example/string',
  ]);
  assert.deepEqual(inventory.artifactsNamed(['RING'], 1), ['ring/ring']);
  assert.deepEqual(inventory.artifactsNamed(['ring', 'example'], 10), ['org/example/ring', 'org/example/string']);
});

test('what means something in a query means itself in a search', (t) => {
  const { admit, inventory } = layInventory(t);
  admit(PATHS.map((path) => pendingRow(path, 'x')));

  assert.deepEqual(inventory.artifactsNamed(['a_b'], 10), ['org/example/a_b']);
  assert.deepEqual(inventory.artifactsNamed(['%'], 10), []);
  assert.deepEqual(inventory.artifactsNamed(['\\'], 10), []);
  assert.deepEqual(inventory.artifactsNamed(["' OR 1 --"], 10), []);
  assert.deepEqual(inventory.artifactsNamed([], 10), []);
  assert.deepEqual(
    inventory.artifactsNamed(
      Array.from({ length: 50 }, () => 'ring'),
      1,
    ),
    ['ring/ring'],
  );
});

test('what begins with a path is found in its order, artifacts and files', (t) => {
  const { admit, inventory } = layInventory(t);
  admit(PATHS.map((path) => pendingRow(path, 'x')));

  assert.deepEqual(inventory.artifactsUnder('org/example/a', 10), ['org/example/a_b', 'org/example/axb']);
  assert.deepEqual(inventory.artifactsUnder('org/ring-plugins', 10), ['org/ring-plugins/one']);
  assert.deepEqual(inventory.pathsUnder('org/example/unl', 10), ['org/example/unlisted/1.0/unlisted-1.0.jar']);
  assert.deepEqual(inventory.pathsUnder('ring/ring/', 1), ['ring/ring/1.0/ring-1.0.jar']);
  assert.deepEqual(inventory.pathsUnder('zz', 1), []);
});
