import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { PurgeOptions } from '../../../../src/mirror/push/purge/contract.ts';
import { selectPurges, spellings } from '../../../../src/mirror/push/purge/selection.ts';
import type { Stale, StaleAs } from '../../../../src/mirror/push/stale.ts';

const URL = 'https://cdn.example.org/maven/';
const COMMON = { url: URL, absent: true, skipSeconds: 0 };
const FASTLY: PurgeOptions = {
  ...COMMON,
  kind: 'fastly',
  service: 's',
  tokenFile: '/t',
  by: 'key',
  soft: false,
  api: 'a',
};
const CLOUDFLARE: PurgeOptions = { ...COMMON, kind: 'cloudflare', zone: 'z', tokenFile: '/t', by: 'url', api: 'a' };
const CLOUDFRONT: PurgeOptions = {
  ...COMMON,
  kind: 'cloudfront',
  distribution: 'd',
  credentials: { kind: 'chain' },
  api: null,
};
const COMMAND: PurgeOptions = { ...COMMON, kind: 'command', command: ['x'] };

const JAR = 'g/a/1.0/a-1.0.jar';
const POM = 'g/a/1.0/a-1.0.pom';
const META = 'g/a/maven-metadata.xml';

function stale(...paths: readonly string[]): Stale[] {
  return paths.map((path) => ({ path, was: 'former' }));
}

function itemsOf(options: PurgeOptions, ...paths: readonly string[]): (readonly string[])[] {
  return selectPurges(stale(...paths), options).map(({ items }) => items);
}

test('artifacts are purged before the metadata that names them', () => {
  assert.deepEqual(itemsOf(COMMAND, META, POM, `${META}.sha1`, JAR, 'feed.clj'), [
    [JAR, POM, `${META}.sha1`, META, 'feed.clj'],
  ]);
});

test('Fastly is told folders, 256 a request, or URLs one by one', () => {
  const many = Array.from({ length: 300 }, (_, index) => `g/a/${index}/a-${index}.jar`);

  assert.deepEqual(itemsOf(FASTLY, META, JAR, POM, 'feed.clj'), [['maven/g/a/1.0', 'maven/g/a', 'maven']]);
  assert.deepEqual(
    itemsOf(FASTLY, ...many).map((items) => items.length),
    [256, 44],
  );
  assert.deepEqual(itemsOf({ ...FASTLY, by: 'url' }, META, JAR), [[URL + JAR], [URL + META]]);
  assert.deepEqual(itemsOf({ ...FASTLY, url: 'https://cdn.example.org/' }, 'feed.clj'), [['/']]);
});

test('Cloudflare is told URLs, 100 a request, or versions as prefixes', () => {
  const many = Array.from({ length: 130 }, (_, index) => `g/a/${index}/a-${index}.jar`);

  assert.deepEqual(
    itemsOf(CLOUDFLARE, ...many).map((items) => items.length),
    [100, 30],
  );
  assert.deepEqual(itemsOf({ ...CLOUDFLARE, by: 'prefix' }, META, JAR, POM), [
    ['cdn.example.org/maven/g/a/1.0', 'cdn.example.org/maven/g/a/maven-metadata.xml'],
  ]);
});

test('CloudFront is told a wildcard for a version and for metadata with its sums, 15 of them at the most', () => {
  const many = Array.from({ length: 40 }, (_, index) => `g/a${index % 4}/${index}/a${index % 4}-${index}.jar`);

  assert.deepEqual(itemsOf(CLOUDFRONT, JAR, POM, META, `${META}.sha1`, 'feed.clj'), [
    ['/maven/g/a/1.0/*', '/maven/g/a/maven-metadata.xml*', '/maven/feed.clj*'],
  ]);
  assert.deepEqual(itemsOf(CLOUDFRONT, ...many), [
    ['/maven/g/a0/*', '/maven/g/a1/*', '/maven/g/a2/*', '/maven/g/a3/*'].sort(),
  ]);
});

test('a plus is purged in both of its spellings, and other letters as a URL has them', () => {
  assert.deepEqual(spellings('g/a b/1+2/é~.jar'), ['g/a%20b/1+2/%C3%A9~.jar', 'g/a%20b/1%2B2/%C3%A9~.jar']);
  assert.deepEqual(itemsOf(CLOUDFLARE, 'g/a/1+2/a-1+2.jar'), [
    [`${URL}g/a/1+2/a-1+2.jar`, `${URL}g/a/1%2B2/a-1%2B2.jar`],
  ]);
});

test('what is new is left out where a CDN keeps no 404, and is settled all the same', () => {
  const both: Stale[] = [
    { path: JAR, was: 'absent' },
    { path: META, was: 'former' },
  ];

  const some = selectPurges(both, { ...COMMAND, absent: false });
  const none = selectPurges([{ path: JAR, was: 'absent' }], { ...COMMAND, absent: false });

  assert.deepEqual(some, [{ what: 'path', items: [META], paths: [META, JAR] }]);
  assert.deepEqual(none, [{ what: 'path', items: [], paths: [JAR] }]);
});

test('what a CDN asks for again by itself soon enough is left out', () => {
  const paths = [JAR, `${JAR}.sha1`, META];
  const all = [...stale(...paths), { path: 'g/b/1.0/b-1.0.jar', was: 'absent' } as const];

  const [batch] = selectPurges(all, { ...COMMAND, absent: false, skipSeconds: 60 });

  assert.deepEqual(batch?.items, [`${JAR}.sha1`, JAR]);
  assert.equal(batch?.paths.length, 4);
});

test('what is too much to be named, or not known, is everything', () => {
  const many = Array.from({ length: 6000 }, (_, index) => `g/a/${index}/a-${index}.jar`);

  const batches = [selectPurges(stale(...many), { ...FASTLY, by: 'url' }), selectPurges(stale('', JAR), COMMAND)];

  assert.deepEqual(
    batches.map((each) => each.map(({ what, items }) => [what, items])),
    [[['everything', []]], [['everything', []]]],
  );
  assert.deepEqual(batches[1]?.[0]?.paths, ['', JAR]);
});

test('whatever is stale is settled once, and whatever CDN it is, none of its limits is passed', () => {
  const path = fc
    .tuple(fc.constantFrom('g', 'g/h', 'é'), fc.constantFrom('a', 'b', 'c+'), fc.nat(60), fc.constantFrom('jar', 'pom'))
    .map(([group, artifact, version, ext]) => `${group}/${artifact}/1.${version}/${artifact}-1.${version}.${ext}`);
  const any = fc.uniqueArray(
    fc.record({
      path: fc.oneof(path, fc.constant(META)),
      was: fc.constantFrom<StaleAs>('absent', 'former', 'removed'),
    }),
    { selector: (each) => each.path, maxLength: 200 },
  );
  const options = fc.constantFrom<PurgeOptions>(
    ...[FASTLY, CLOUDFLARE, { ...CLOUDFLARE, by: 'prefix' as const }, CLOUDFRONT, COMMAND],
    { ...CLOUDFRONT, absent: false, skipSeconds: 60 },
  );
  const most = { key: 256, url: 100, prefix: 30, path: Number.POSITIVE_INFINITY, everything: 0 };

  fc.assert(
    fc.property(any, options, (all, how) => {
      const batches = selectPurges(all, how);

      assert.deepEqual(batches.flatMap(({ paths }) => paths).sort(), all.map((each) => each.path).sort());
      for (const { what, items } of batches) {
        assert.ok(items.length <= (how.kind === 'cloudfront' ? 15 : most[what]), `${items.length} of ${what}`);
      }
      if (how.kind === 'cloudfront') assert.ok(batches.length <= 1);
    }),
  );
});
