import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { pathFault, reservedSegment } from '../../src/maven/path-grammar.ts';

const FAULTS: readonly (readonly [what: string, path: string, reason: RegExp])[] = [
  ['an empty name', '', /empty name/],
  ['an absolute path', '/etc/passwd', /absolute/],
  ['an empty segment', 'g//a', /empty segment/],
  ['a slash at the end', 'g/a/', /empty segment/],
  ['a climb', 'g/../../etc/passwd', /segment \.\./],
  ['a climb at the beginning', '../x', /segment \.\./],
  ['a dot segment', 'g/./a', /segment \./],
  ['a dot alone', '.', /segment \./],
  ['a newline', 'g/a\nb', /control/],
  ['a NUL', 'g/a\0b', /control/],
  ['DEL', 'g/a\x7f', /control/],
  ['a C1 control', 'g/a\x85b', /control/],
  ['a line separator', 'g/a\u2028b', /line separator/],
  ['a paragraph separator', 'g/a\u2029b', /line separator/],
  ['a lone surrogate', 'g/a\ud800', /Unicode/],
  ['a backslash', 'g\\a', /backslash/],
  ['an encoded dot', 'g/%2e%2e/a', /percent/],
  ['an encoded slash in upper case', 'g/a%2Fb', /percent/],
  ['an encoded backslash', 'g/a%5cb', /percent/],
  ['an encoded NUL', 'g/a%00', /percent/],
  ['a text that turns its direction', 'g/a\u202egpj.jar', /invisible/],
  ['a zero width space', 'g/a\u200bb', /invisible/],
  ['a byte order mark', 'g/\ufeffa', /invisible/],
  ['a segment of 256 bytes', `g/${'x'.repeat(256)}`, /segment over 255/],
  ['a segment of 128 letters of two bytes', `g/${'é'.repeat(128)}`, /segment over 255/],
  ['a path of 1025 bytes', `${'x/'.repeat(512)}y`, /path over 1024/],
];

for (const [what, path, reason] of FAULTS) {
  test(`${what} is no repository path`, () => {
    assert.match(pathFault(path) ?? 'no fault', reason);
  });
}

const FINE = [
  'org/clojure/clojure/1.11.1/clojure-1.11.1.jar',
  'g/a/1.0+build/a-1.0+build.jar',
  'g/a/1.0/a-1.0 copy.jar',
  'g/ a/b ',
  '...',
  'g/.../x',
  '..a/b..',
  'g/a/1.0/100%.txt',
  'g/a%20b',
  'g/%41',
  `g/${'x'.repeat(255)}`,
  `${'x/'.repeat(511)}xy`,
  `g/${'é'.repeat(127)}`,
  'g/日本語/😀.jar',
];

for (const path of FINE) {
  test(`${path.slice(0, 60)} (${path.length}) is a repository path`, () => {
    assert.equal(pathFault(path), null);
  });
}

test('the first segments that are ours are known, and only whole first segments', () => {
  assert.equal(reservedSegment('-/health'), '-');
  assert.equal(reservedSegment('.meta/assay/trace'), '.meta');
  assert.equal(reservedSegment('.well-known'), '.well-known');
  assert.equal(reservedSegment('.index/x'), '.index');
  assert.equal(reservedSegment('-a/b'), null);
  assert.equal(reservedSegment('.metal/x'), null);
  assert.equal(reservedSegment('g/-/x'), null);
});

test('any string gets an answer, and what is accepted cannot leave its folder however it is joined', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('..', '.', '', 'a', '%2e', '\\', 'é', '\ud800', ' '), { maxLength: 6 })
      .map((s) => s.join('/')),
  );
  fc.assert(
    fc.property(text, (path) => {
      const fault = pathFault(path);

      if (fault !== null) {
        assert.match(fault, /^[ -~]+$/);
        return;
      }
      assert.equal(
        new URL(encodeURI(path).replaceAll('#', '%23').replaceAll('?', '%3F'), 'file:///r/').pathname.startsWith('/r/'),
        true,
      );
      assert.equal(path.split('/').includes('..'), false);
      assert.equal(Buffer.from(path).toString(), path);
    }),
    { numRuns: 500 },
  );
});
