import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  baseOf,
  isSignature,
  type Kind,
  kindOf,
  nameOf,
  rootOf,
  type SumAlgorithm,
  sumAlgorithmOf,
  versionFolderOf,
} from '../../src/maven/kind.ts';
import { repositoryPath } from './paths.ts';

const KINDS: readonly (readonly [path: string, kind: Kind])[] = [
  ['org/clojure/clojure/1.11.1/clojure-1.11.1.pom', 'pom'],
  ['org/clojure/clojure/1.11.1/clojure-1.11.1.jar', 'artifact'],
  ['org/clojure/clojure/1.11.1/clojure-1.11.1-sources.jar', 'artifact'],
  ['org/clojure/clojure/1.11.1/clojure-1.11.1.jar.asc', 'signature'],
  ['org/clojure/clojure/1.11.1/clojure-1.11.1.jar.asc.md5', 'checksum'],
  ['org/clojure/clojure/1.11.1/clojure-1.11.1.pom.sha512', 'checksum'],
  ['dev/sigstore/sigstore-java/1.0.0/sigstore-java-1.0.0.jar.sigstore.json', 'signature'],
  ['dev/sigstore/sigstore-java/1.0.0/sigstore-java-1.0.0.jar.sigstore', 'signature'],
  ['dev/sigstore/sigstore-java/1.0.0/sigstore-java-1.0.0.jar.sigstore.json.sha1', 'checksum'],
  ['foo/foo/1.0/foo-1.0.jar', 'artifact'],
  ['foo/foo/1.0/foo-1.0.jar.sig', 'signature'],
  ['foo/foo/1.0/foo-1.0.module', 'artifact'],
  ['g/a.b.c/1.0/a.b.c-1.0.jar', 'artifact'],
  ['g/a-b/1.0-2/a-b-1.0-2.tar.gz', 'artifact'],
  ['g/a/1.0+build.5/a-1.0+build.5.jar', 'artifact'],
  ['g/a/4.1.109.Final/a-4.1.109.Final-linux-x86_64.jar', 'artifact'],
  [
    'com/google/guava/listenablefuture/9999.0-empty-to-avoid-conflict-with-guava/listenablefuture-9999.0-empty-to-avoid-conflict-with-guava.pom',
    'pom',
  ],
  ['g/a/1.0-SNAPSHOT/a-1.0-SNAPSHOT.jar', 'artifact'],
  ['g/a/1.0-SNAPSHOT/a-1.0-20261121.013000-7.pom', 'pom'],
  ['g/a/1.0-SNAPSHOT/a-1.0-20261121.013000-7-sources.jar', 'artifact'],
  ['g/a/1.0-SNAPSHOT/maven-metadata.xml', 'metadata'],
  ['g/a/maven-metadata.xml', 'metadata'],
  ['g/a/maven-metadata.xml.sha1', 'checksum'],
  ['g/a/maven-metadata.xml.asc', 'signature'],
  ['g/a/maven-metadata-central.xml', 'metadata'],
  ['g/a/maven-metadata-central.xml.md5', 'checksum'],
  ['maven-metadata.xml', 'metadata'],
  ['feed.clj.gz', 'loose'],
  ['feed.clj.gz.md5', 'checksum'],
  ['all-poms.txt', 'loose'],
  ['archetype-catalog.xml', 'loose'],
  ['g/a/1.0/index.html', 'loose'],
  ['g/a/1.0/b-1.0.jar', 'loose'],
  ['g/a/1.0/a-1.1.jar', 'loose'],
  ['g/a/1.0/A-1.0.jar', 'loose'],
  ['g/a/1.1/a-1.10.jar', 'loose'],
  ['a/1.0/a-1.0.jar', 'loose'],
  ['a-1.0.pom', 'loose'],
  ['g/a/1.0/sub/a-1.0.jar', 'loose'],
];

for (const [path, kind] of KINDS) {
  test(`${path} is of the kind ${kind}`, () => {
    assert.equal(kindOf(path), kind);
  });
}

test('an artifact whose own name begins with maven-metadata is no metadata, so that its bytes stay immutable', () => {
  assert.equal(kindOf('g/maven-metadata-model/1.0/maven-metadata-model-1.0.xml'), 'artifact');
  assert.equal(kindOf('g/maven-metadata/1.0/maven-metadata-1.0.xml'), 'artifact');
  assert.equal(kindOf('g/maven-metadata-model/maven-metadata.xml'), 'metadata');
});

test('a name that is nothing but a suffix hangs on nothing', () => {
  for (const path of ['.md5', 'g/a/1.0/.md5', 'g/a/.asc', '.sigstore.json']) {
    assert.equal(baseOf(path), path);
    assert.equal(rootOf(path), path);
    assert.equal(kindOf(path), 'loose');
  }
  assert.equal(baseOf('g/a/1.0/.asc.md5'), 'g/a/1.0/.asc');
  assert.equal(rootOf('g/a/1.0/.asc.md5'), 'g/a/1.0/.asc');
});

test('one suffix comes off at a time, and the root is what is left when none does', () => {
  assert.equal(baseOf('x/a.jar.asc.md5'), 'x/a.jar.asc');
  assert.equal(baseOf('x/a.jar.asc'), 'x/a.jar');
  assert.equal(baseOf('x/a.jar'), 'x/a.jar');
  assert.equal(baseOf('x/a.jar.sigstore.json'), 'x/a.jar');
  assert.equal(rootOf('x/a.jar.asc.md5'), 'x/a.jar');
  assert.equal(rootOf('x/a.jar.sigstore.json.sha256'), 'x/a.jar');
  assert.equal(rootOf('x/a.jar.md5.sha1'), 'x/a.jar');
});

test('suffixes are told apart by case', () => {
  assert.equal(sumAlgorithmOf('x/a.jar.SHA1'), null);
  assert.equal(isSignature('x/a.jar.ASC'), false);
});

test('each checksum file knows its algorithm', () => {
  for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512'] satisfies SumAlgorithm[]) {
    assert.equal(sumAlgorithmOf(`x/a.jar.${algorithm}`), algorithm);
  }
  assert.equal(sumAlgorithmOf('x/a.jar.sha384'), null);
  assert.equal(sumAlgorithmOf('x/md5'), null);
});

test('a timestamped build belongs to its SNAPSHOT folder only', () => {
  assert.equal(versionFolderOf('g/a/1.0-SNAPSHOT/a-1.0-20261121.013000-7.jar'), 'g/a/1.0-SNAPSHOT');
  assert.equal(versionFolderOf('g/a/1.0/a-1.0-20261121.013000-7.jar'), 'g/a/1.0');
  assert.equal(versionFolderOf('g/a/1.0-SNAPSHOT/a-2.0-20261121.013000-7.jar'), null);
});

test('rootOf is idempotent, and baseOf takes no longer way than rootOf', () => {
  fc.assert(
    fc.property(repositoryPath, (path) => {
      const root = rootOf(path);

      assert.equal(rootOf(root), root);
      assert.equal(baseOf(root), root);
      assert.equal(rootOf(baseOf(path)), root);
      assert.ok(path.startsWith(root));
    }),
  );
});

test('a path is its own root exactly when it is neither a sum nor a signature', () => {
  fc.assert(
    fc.property(repositoryPath, (path) => {
      const isSidecar = sumAlgorithmOf(path) !== null || isSignature(path);

      assert.equal(rootOf(path) === path, !isSidecar);
      assert.equal(nameOf(rootOf(path)) === '', false);
    }),
  );
});
