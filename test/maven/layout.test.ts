import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { type Location, locate } from '../../src/maven/layout.ts';
import { CORPUS, needs } from '../support/needs.ts';
import { repositoryPath } from './paths.ts';

test('a released jar is the main file of its version, and never changes', () => {
  const place = locate('org/clojure/clojure/1.11.1/clojure-1.11.1.jar');

  assert.deepEqual(place, {
    kind: 'artifact',
    root: 'org/clojure/clojure/1.11.1/clojure-1.11.1.jar',
    unit: 'org/clojure/clojure/1.11.1',
    unitKind: 'version',
    snapshot: false,
    mutable: false,
    isMain: true,
    artifactFolder: 'org/clojure/clojure',
    version: '1.11.1',
  } satisfies Location);
});

test('metadata is a unit of its own, with its sums and signatures', () => {
  const place = locate('g/a/maven-metadata.xml.asc');

  assert.deepEqual(place, {
    kind: 'signature',
    root: 'g/a/maven-metadata.xml',
    unit: 'g/a/maven-metadata.xml',
    unitKind: 'metadata',
    snapshot: false,
    mutable: true,
    isMain: false,
    artifactFolder: 'g/a',
    version: null,
  } satisfies Location);
});

test('metadata of a SNAPSHOT belongs to that version, but is no file of its unit', () => {
  const place = locate('g/a/1.0-SNAPSHOT/maven-metadata.xml');

  assert.equal(place.unit, 'g/a/1.0-SNAPSHOT/maven-metadata.xml');
  assert.equal(place.unitKind, 'metadata');
  assert.equal(place.snapshot, true);
  assert.equal(place.artifactFolder, 'g/a');
  assert.equal(place.version, '1.0-SNAPSHOT');
});

test('metadata at the top of the repository belongs to no artifact', () => {
  assert.equal(locate('maven-metadata.xml').artifactFolder, null);
});

test('what hangs on no version is loose, with its sums', () => {
  for (const path of ['feed.clj.gz', 'feed.clj.gz.sha1']) {
    const place = locate(path);

    assert.equal(place.unitKind, 'loose');
    assert.equal(place.unit, 'feed.clj.gz');
    assert.equal(place.mutable, true);
  }
});

const MUTABLE: readonly (readonly [path: string, mutable: boolean])[] = [
  ['g/a/1.0/a-1.0.jar', false],
  ['g/a/1.0/a-1.0.pom', false],
  ['g/a/1.0/a-1.0.jar.asc', false],
  ['g/a/1.0/a-1.0.jar.sigstore.json', false],
  ['g/a/1.0/a-1.0.module', false],
  ['g/a/1.0/a-1.0-sources.jar', false],
  ['g/maven-metadata-model/1.0/maven-metadata-model-1.0.xml', false],
  ['g/a/1.0/a-1.0.jar.sha1', true],
  ['g/a/1.0/a-1.0.jar.asc.md5', true],
  ['g/a/1.0-SNAPSHOT/a-1.0-20261121.013000-7.jar', true],
  ['g/a/maven-metadata.xml', true],
  ['feed.clj.gz', true],
];

for (const [path, mutable] of MUTABLE) {
  test(`${path} ${mutable ? 'may' : 'must not'} change its bytes`, () => {
    assert.equal(locate(path).mutable, mutable);
  });
}

const MAIN: readonly (readonly [path: string, isMain: boolean])[] = [
  ['g/a/1.0/a-1.0.jar', true],
  ['g/a/1.0/a-1.0.tar.gz', true],
  ['g/a/1.0/a-1.0.module', true],
  ['g/a.b/1.0/a.b-1.0.war', true],
  ['foo/foo/1.0/foo-1.0.jar', true],
  ['g/a/1.0+x/a-1.0+x.jar', true],
  ['g/a/1.0-SNAPSHOT/a-1.0-SNAPSHOT.jar', true],
  ['g/a/1.0-SNAPSHOT/a-1.0-20261121.013000-7.jar', true],
  ['g/a/1.0/a-1.0.pom', false],
  ['g/a/1.0/a-1.0-sources.jar', false],
  ['g/a/1.0/a-1.0.jar.asc', false],
  ['g/a/1.0/a-1.0.jar.md5', false],
  ['g/a/1.0-SNAPSHOT/a-1.0-20261121.013000-7-sources.jar', false],
  ['g/a/1.0-SNAPSHOT/a-1.0-20261121.013000-7.pom', false],
  ['g/a/1.0-SNAPSHOT/a-1.0-20261121.013000.jar', false],
  ['g/a/maven-metadata.xml', false],
];

for (const [path, isMain] of MAIN) {
  test(`${path} is ${isMain ? 'the' : 'no'} main file of a version`, () => {
    assert.equal(locate(path).isMain, isMain);
  });
}

test('a sidecar lies in the unit of its root, and everything of a version below its folder', () => {
  fc.assert(
    fc.property(repositoryPath, (path) => {
      const place = locate(path);
      const root = locate(place.root);

      assert.equal(place.unit, root.unit);
      assert.equal(place.unitKind, root.unitKind);
      assert.ok(path.startsWith(place.unitKind === 'version' ? `${place.unit}/` : place.unit));
      if (place.unitKind === 'version') assert.equal(place.unit, `${place.artifactFolder}/${place.version}`);
      if (place.isMain) assert.equal(place.kind, 'artifact');
    }),
  );
});

test('every file of the real collection is found where it is: no stranger, and the main files are the jars', (t) => {
  if (!needs(t, 'corpus')) return;
  const paths = readdirSync(join(CORPUS, 'repository'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(CORPUS, 'repository').length + 1));

  const places = paths.map((path) => ({ path, ...locate(path) }));

  assert.ok(places.length > 800);
  assert.deepEqual(
    places.filter((place) => place.kind === 'loose' || place.unitKind === 'loose').map((place) => place.path),
    [],
  );
  assert.deepEqual(
    places.filter((place) => place.isMain && !place.path.endsWith('.jar')).map((place) => place.path),
    [],
  );
  for (const place of places) assert.equal(place.path.endsWith('.pom'), place.kind === 'pom', place.path);
});
