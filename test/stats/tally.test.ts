import assert from 'node:assert/strict';
import test from 'node:test';
import { parseEDNString } from 'edn-data';
import fc from 'fast-check';
import { exportText } from '../../src/stats/export-text.ts';
import {
  type Counted,
  countsOf,
  type Downloads,
  downloadsJson,
  mergeDownloads,
  NO_DOWNLOADS,
  readDownloads,
  sortedCounts,
  topOf,
  totalOf,
} from '../../src/stats/tally.ts';
import { tally } from './counts.ts';

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'org.example', '__proto__', 'constructor', '1.0', '1', 'quo"te', 'é', 'a:b', '{}', ';x'),
  fc.stringMatching(/^[A-Za-z0-9._+"]{1,12}$/).filter((text) => text !== '.' && text !== '..'),
);
const counted: fc.Arbitrary<Counted> = fc.record({
  group: name,
  artifact: name,
  version: name,
  count: fc.integer({ min: 1, max: 1e9 }),
});
const downloads = fc.array(counted, { maxLength: 30 }).map((counts) => tally(...counts));

const same = (one: Downloads, other: Downloads) => assert.deepEqual(sortedCounts(one), sortedCounts(other));

test('adding up is commutative and associative, and nothing changes nothing', () => {
  fc.assert(
    fc.property(downloads, downloads, downloads, (a, b, c) => {
      same(mergeDownloads([a, b]), mergeDownloads([b, a]));
      same(mergeDownloads([mergeDownloads([a, b]), c]), mergeDownloads([a, mergeDownloads([b, c])]));
      same(mergeDownloads([a, NO_DOWNLOADS]), a);
      assert.equal(totalOf(mergeDownloads([a, b])), totalOf(a) + totalOf(b));
    }),
  );
});

test('JSON comes back as it went, whatever artifacts are called', () => {
  fc.assert(
    fc.property(downloads, (a) => {
      const back = readDownloads(JSON.parse(downloadsJson(a)));
      assert.ok(back);
      same(back, a);
    }),
  );
});

test('EDN comes back through a reader of its own, one line, sorted', () => {
  fc.assert(
    fc.property(downloads, (a) => {
      const text = exportText('edn', a);
      assert.equal(text.indexOf('\n'), text.length - 1);
      assert.deepEqual(ednCounts(text), sortedCounts(a));
    }),
  );
});

test('EDN has the shape that Clojars publishes', () => {
  const text = exportText(
    'edn',
    tally(
      { group: 'snowy', artifact: 'snowy', version: '0.3.0', count: 2 },
      { group: 'captain.archibald', artifact: 'haddock', version: '0.1.0', count: 1 },
      { group: 'snowy', artifact: 'snowy', version: '0.2.0', count: 7 },
    ),
  );

  assert.equal(text, '{["captain.archibald" "haddock"] {"0.1.0" 1}, ["snowy" "snowy"] {"0.2.0" 7, "0.3.0" 2}}\n');
  assert.equal(exportText('edn', NO_DOWNLOADS), '{}\n');
});

test('a backslash is escaped in EDN, though no path has one', () => {
  const text = exportText('edn', tally({ group: 'a\\b', artifact: '"', version: '1', count: 1 }));

  assert.equal(text, '{["a\\\\b" "\\""] {"1" 1}}\n');
});

test('CSV quotes what would break a row', () => {
  const text = exportText('csv', tally({ group: 'a,b', artifact: 'c"d', version: '1', count: 3 }));

  assert.equal(text, 'group,artifact,version,count\n"a,b","c""d",1,3\n');
});

test('what is no tally is not read as one', () => {
  const wrong = [
    null,
    [],
    'x',
    1,
    { g: 1 },
    { g: { a: 1 } },
    { g: { a: { v: 0 } } },
    { g: { a: { v: -1 } } },
    { g: { a: { v: 1.5 } } },
    { g: { a: { v: '1' } } },
    { g: { a: { v: 2 ** 53 } } },
    { 'g/h': { a: { v: 1 } } },
    { g: { '..': { v: 1 } } },
    { g: { a: { 'v\n': 1 } } },
    { g: { a: [] } },
    { '': { a: { v: 1 } } },
  ];

  assert.deepEqual(
    wrong.map(readDownloads),
    wrong.map(() => null),
  );
  assert.deepEqual(readDownloads({}), NO_DOWNLOADS);
});

test('the most downloaded come first, all versions together', () => {
  const all = tally(
    { group: 'a', artifact: 'x', version: '1', count: 2 },
    { group: 'a', artifact: 'x', version: '2', count: 2 },
    { group: 'b', artifact: 'y', version: '1', count: 3 },
    { group: 'c', artifact: 'z', version: '1', count: 3 },
  );

  assert.deepEqual(topOf(all, 2), [
    { group: 'a', artifact: 'x', downloads: 4 },
    { group: 'b', artifact: 'y', downloads: 3 },
  ]);
});

/** `mapAs: 'map'` keeps keys that are vectors. */
function ednCounts(text: string): Counted[] {
  const read = parseEDNString(text, { mapAs: 'map' }) as Map<[string, string], Map<string, number>>;
  return [...read].flatMap(([[group, artifact], versions]) =>
    [...versions].map(([version, count]) => ({ group, artifact, version, count })),
  );
}

test('counts are told one by one in any order', () => {
  const one = { group: 'a', artifact: 'x', version: '1', count: 2 };

  assert.deepEqual([...countsOf(tally(one))], [one]);
});
