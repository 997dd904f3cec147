import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { locate } from '../../../src/maven/layout.ts';
import { isKnownForEver, publicationOrder, removalOrder } from '../../../src/mirror/publish/order.ts';
import { NOW, stagedFile } from '../verify/facts.ts';

function published(paths: readonly string[]): string[] {
  const accepted = paths.map((path) => ({
    file: stagedFile(path, path),
    upstreamSum: 'matched' as const,
    origin: 'staging' as const,
  }));
  return publicationOrder(accepted, NOW).map((row) => row.path);
}

const IN_ORDER = [
  'g/a/1.0/a-1.0-sources.jar.sha1',
  'g/a/1.0/a-1.0.jar.asc',
  'g/a/1.0/a-1.0.jar.asc.md5',
  'g/a/1.0/a-1.0.jar.sha1',
  'g/a/1.0/a-1.0.pom.sha1',
  'g/a/1.0/a-1.0-sources.jar',
  'g/a/1.0/a-1.0.jar',
  'g/a/1.0/a-1.0.pom',
  'g/b/1.0-SNAPSHOT/b-1.0-SNAPSHOT.pom',
  'g/b/1.0-SNAPSHOT/maven-metadata.xml.sha1',
  'g/b/1.0-SNAPSHOT/maven-metadata.xml',
  'g/a/maven-metadata.xml.md5',
  'g/a/maven-metadata.xml',
  'g/maven-metadata.xml.sha1',
  'g/maven-metadata.xml',
  'feed.clj.gz.sha1',
  'feed.clj.gz',
  'g/a/1.0/index.html',
];

test('sums and signatures, artifacts, POM; then metadata, the deepest first; then loose files', () => {
  assert.deepEqual(published([...IN_ORDER].reverse()), IN_ORDER);
});

test('whatever order files come in, they are published in one', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(IN_ORDER), (paths) => {
      assert.deepEqual(
        published(paths),
        IN_ORDER.filter((path) => paths.includes(path)),
      );
    }),
  );
});

test('rows are numbered in their order, and say in which phase and for how long they count', () => {
  const rows = publicationOrder(
    ['g/a/1.0/a-1.0.jar', 'g/a/maven-metadata.xml', 'feed', 'g/a/1.0/a-1.0.jar.sha1'].map((path) => ({
      file: stagedFile(path, path),
      upstreamSum: 'absent' as const,
      origin: 'quarantine' as const,
    })),
    NOW,
  );

  assert.deepEqual(
    rows.map(({ seq, phase, origin, keepsDigest, lastVerified }) => [seq, phase, origin, keepsDigest, lastVerified]),
    [
      [0, 'version', 'quarantine', false, NOW],
      [1, 'version', 'quarantine', true, NOW],
      [2, 'metadata', 'quarantine', false, NOW],
      [3, 'loose', 'quarantine', false, NOW],
    ],
  );
});

test('only released files keep their digests for ever', () => {
  assert.equal(isKnownForEver('g/a/1.0/a-1.0.jar'), true);
  assert.equal(isKnownForEver('g/a/1.0/a-1.0.jar.asc'), true);
  assert.equal(isKnownForEver('g/a/1.0/a-1.0.jar.sha1'), false);
  assert.equal(isKnownForEver('g/a/1.0-SNAPSHOT/a-1.0-SNAPSHOT.jar'), false);
  assert.equal(isKnownForEver('g/a/maven-metadata.xml'), false);
});

test('what leaves, leaves with its metadata first, then artifact, POM, and the rest of each version', () => {
  const leaving = [
    'g/a/1.0/a-1.0.jar.sha1',
    'g/a/1.0/a-1.0.pom',
    'g/a/1.0/a-1.0.jar',
    'g/a/maven-metadata.xml',
    'g/a/1.1/a-1.1.jar',
    'g/a/1.0/a-1.0.jar.asc',
  ];

  assert.deepEqual(removalOrder(leaving), [
    'g/a/maven-metadata.xml',
    'g/a/1.0/a-1.0.jar',
    'g/a/1.0/a-1.0.pom',
    'g/a/1.0/a-1.0.jar.asc',
    'g/a/1.0/a-1.0.jar.sha1',
    'g/a/1.1/a-1.1.jar',
  ]);
});

test('a unit is never torn apart, coming or going', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(IN_ORDER), (paths) => {
      for (const order of [published(paths), removalOrder(paths)]) {
        const units = order.map((path) => locate(path).unit);
        const runs = units.filter((unit, index) => unit !== units[index - 1]);

        assert.equal(runs.length, new Set(units).size);
      }
    }),
  );
});
