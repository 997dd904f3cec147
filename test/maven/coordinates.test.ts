import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseCoordinates, prefixOf } from '../../src/maven/coordinates.ts';
import { pathFault } from '../../src/maven/path-grammar.ts';

const PREFIXES: readonly (readonly [text: string, prefix: string])[] = [
  ['org.example:tool', 'org/example/tool'],
  ['org.example:tool:1.0', 'org/example/tool/1.0'],
  ['foo:foo:1.0+x', 'foo/foo/1.0+x'],
  ['org.example:a.b.c:1.0', 'org/example/a.b.c/1.0'],
  ['org.example:tool:1.0-SNAPSHOT', 'org/example/tool/1.0-SNAPSHOT'],
  ['org/example/tool/1.0/tool-1.0.jar', 'org/example/tool/1.0/tool-1.0.jar'],
  ['org/example/', 'org/example'],
  ['feed.clj.gz', 'feed.clj.gz'],
];

for (const [text, prefix] of PREFIXES) {
  test(`${text} stands for ${prefix}`, () => {
    const named = parseCoordinates(text);

    assert.notEqual(named.kind, 'fault');
    assert.equal(named.kind === 'fault' ? '' : prefixOf(named), prefix);
  });
}

const FAULTS = [
  '',
  '/',
  ':',
  'a:',
  ':b',
  'a:b:',
  'a:b:c:d',
  'a/b:c',
  'a:b/c',
  'a..b:c',
  '.a:b',
  'a:..',
  'a:b:..',
  '../etc',
  'a/../b',
  '/absolute/path',
  'a\nb',
  '.meta/assay',
  '-/health',
];

for (const text of FAULTS) {
  test(`${JSON.stringify(text)} names nothing, and the fault says what would`, () => {
    const named = parseCoordinates(text);

    assert.equal(named.kind, 'fault');
    assert.match(named.kind === 'fault' ? named.expected : '', /GROUP:ARTIFACT/);
  });
}

test('whatever is named is a repository path', () => {
  const part = fc.constantFrom('a', 'a.b', '..', '.', '', 'x/y', '1.0', ' ', '\0', 'é', '-');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), fc.constantFrom(':', '/'), (parts, separator) => {
      const named = parseCoordinates(parts.join(separator));

      if (named.kind !== 'fault') assert.equal(pathFault(prefixOf(named)), null);
    }),
  );
});
