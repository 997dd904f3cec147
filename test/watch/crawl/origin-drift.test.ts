import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compareWithCdn, compareWithHistory, explain, walkBeside } from '../../../src/watch/crawl/origin-drift.ts';

const JAR = 'g/a/1.0/a-1.0.jar';
const METADATA = 'g/a/maven-metadata.xml';
const copy = (size: number, md5: string | null = null) => ({ size, md5 });

test('a released file that the bucket lost or rewrote differs from history, what may change does not', () => {
  assert.equal(compareWithHistory(JAR, copy(1, 'a'), copy(1, 'b')), 'rewritten');
  assert.equal(compareWithHistory(JAR, copy(1, 'a'), copy(2)), 'rewritten');
  assert.equal(compareWithHistory(JAR, copy(1), copy(1, 'b')), null);
  assert.equal(compareWithHistory(JAR, null, copy(1)), 'lost');
  assert.equal(compareWithHistory(JAR, copy(1), null), null);
  assert.equal(compareWithHistory(METADATA, copy(1, 'a'), copy(2, 'b')), null);
  assert.equal(compareWithHistory('g/a/1-SNAPSHOT/a-1-SNAPSHOT.jar', null, copy(1)), null);
});

test('the CDN may be older only where a cache may', () => {
  assert.equal(compareWithCdn(JAR, copy(1, 'a'), { kind: 'there', ...copy(1, 'b') }), 'cdn-differs');
  assert.equal(compareWithCdn(JAR, copy(1, 'a'), { kind: 'missing' }), 'cdn-missing');
  assert.equal(compareWithCdn(JAR, copy(1, 'a'), { kind: 'closed' }), 'cdn-closed');
  assert.equal(compareWithCdn(METADATA, copy(1, 'a'), { kind: 'there', ...copy(2, 'b') }), null);
});

test('who stands alone against the others is named', () => {
  const there = (md5: string) => ({ kind: 'there', ...copy(1, md5) }) as const;
  const blame = (...args: Parameters<typeof explain>) => explain(...args).blame;

  assert.equal(blame('rewritten', JAR, copy(1, 'new'), there('old'), copy(1, 'old')), 'bucket');
  assert.equal(blame('rewritten', JAR, copy(1, 'new'), null, copy(1, 'old')), 'unknown');
  assert.equal(blame('cdn-differs', JAR, copy(1, 'a'), there('b'), copy(1, 'a')), 'cdn');
  assert.equal(blame('cdn-differs', JAR, copy(1, 'b'), there('a'), copy(1, 'a')), 'bucket');
  assert.equal(blame('cdn-differs', JAR, copy(1, 'b'), there('a'), null), 'unknown');
});

test('two lists are laid beside each other, path by path, however long the pages are', () => {
  const paths = fc.uniqueArray(fc.stringMatching(/^[a-cü\u{1f600}/]{1,4}$/u), { maxLength: 30 });
  fc.assert(
    fc.property(paths, paths, fc.integer({ min: 1, max: 7 }), (told, held, pageSize) => {
      const inOrder = (list: readonly string[]) =>
        list.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const pageAfter = (path: string) =>
        inOrder(held)
          .filter((each) => Buffer.compare(Buffer.from(each), Buffer.from(path)) > 0)
          .slice(0, pageSize)
          .map((each) => ({ path: each }));
      const seen: [string, boolean, boolean][] = [];
      const walk = walkBeside<string, { path: string }>(pageAfter, (path, one, other) =>
        seen.push([path, one !== null, other !== null]),
      );
      for (const path of inOrder(told)) walk.tell(path, path);
      walk.end();

      assert.deepEqual(
        seen,
        inOrder([...new Set([...told, ...held])]).map((path) => [path, told.includes(path), held.includes(path)]),
      );
    }),
  );
});
