import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compileFilter, globFault } from '../../src/maven/glob.ts';
import { repositoryPath } from './paths.ts';

const wants = (glob: string, path: string) => compileFilter({ include: [glob], exclude: [] }).wants(path);

const MATCHES: readonly (readonly [glob: string, path: string, isMatch: boolean])[] = [
  ['*', 'a', true],
  ['*', 'a/b', false],
  ['**', 'a/b/c', true],
  ['org/**', 'org/a/b.jar', true],
  ['org/**', 'org', false],
  ['org/', 'org/a/b.jar', true],
  ['org/', 'organic/a', false],
  ['**/a.jar', 'a.jar', true],
  ['**/a.jar', 'x/y/a.jar', true],
  ['a/**/z', 'a/z', true],
  ['a/**/z', 'a/b/c/z', true],
  ['a/**/z', 'a/b/c/y', false],
  ['a/**/b/**/c', 'a/b/x/b/y/c', true],
  ['**/*-SNAPSHOT/**', 'g/a/1.0-SNAPSHOT/a.jar', true],
  ['**/*-SNAPSHOT/**', 'g/a/1.0/a.jar', false],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['[ab]x', 'bx', true],
  ['[!ab]x', 'bx', false],
  ['[^ab]x', 'cx', true],
  ['v[0-9]', 'v7', true],
  ['v[0-9-]', 'v-', true],
  ['{a,b}/c', 'b/c', true],
  ['{a,b}/{c,d}', 'b/d', true],
  ['{a,b/}', 'b/x/y', true],
  ['{a,b}x', 'c', false],
  ['a.b', 'axb', false],
  ['a+(b)$', 'a+(b)$', true],
  ['g/a/1.0+x/*', 'g/a/1.0+x/a-1.0+x.jar', true],
];

for (const [glob, path, isMatch] of MATCHES) {
  test(`${glob} ${isMatch ? 'matches' : 'does not match'} ${path}`, () => {
    assert.equal(wants(glob, path), isMatch);
  });
}

test('without globs everything is wanted', () => {
  assert.equal(compileFilter({ include: [], exclude: [] }).wants('a/b'), true);
});

test('exclude wins over include', () => {
  const filter = compileFilter({ include: ['org/'], exclude: ['org/secret/', '**/*.zip'] });

  assert.equal(filter.wants('org/a/a.jar'), true);
  assert.equal(filter.wants('org/secret/a.jar'), false);
  assert.equal(filter.wants('org/a/a.zip'), false);
  assert.equal(filter.wants('com/a/a.jar'), false);
});

test('sidecars and signatures follow the file that they hang on, in both directions', () => {
  const filter = compileFilter({ include: ['**/*.jar'], exclude: ['**/*-javadoc.jar'] });

  assert.equal(filter.wants('g/a/1/a-1.jar.asc.md5'), true);
  assert.equal(filter.wants('g/a/1/a-1.pom.sha1'), false);
  assert.equal(filter.wants('g/a/1/a-1-javadoc.jar.sha1'), false);
});

test('a sidecar may be excluded by itself, and what hangs on it goes with it', () => {
  const filter = compileFilter({ include: [], exclude: ['**/*.asc'] });

  assert.equal(filter.wants('g/a/1/a-1.jar'), true);
  assert.equal(filter.wants('g/a/1/a-1.jar.sha1'), true);
  assert.equal(filter.wants('g/a/1/a-1.jar.asc'), false);
  assert.equal(filter.wants('g/a/1/a-1.jar.asc.md5'), false);
});

test('only folders that are excluded whole need no listing', () => {
  const { excludedPrefixes } = compileFilter({
    include: [],
    exclude: ['org/a/**', 'com/', '{x,y}/z/', '**/b/**', 'org/*/c/**', 'd/e.jar', '**'],
  });

  assert.deepEqual(excludedPrefixes, ['org/a', 'com', 'x/z', 'y/z']);
});

const FAULTS: readonly (readonly [glob: string, fault: RegExp])[] = [
  ['', /empty/],
  ['/a', /leading/],
  ['a\\b', /escaping/],
  ['a[b', /\[ without/],
  ['a]b', /\] without/],
  ['[]', /nothing between/],
  ['[!]', /nothing between/],
  ['[a/b]', /between \[ and \]/],
  ['[{a,]}', /between \[ and \]/],
  ['{a', /\{ without/],
  ['a}', /\} without/],
  ['{a,{b,c}}', /inside another/],
  ['a//b', /empty segment/],
  ['../a', /never occur/],
  ['{..,a}/b', /never occur/],
  ['a**', /alone/],
  ['{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}', /alternatives/],
  ['x'.repeat(2000), /longer/],
];

for (const [glob, fault] of FAULTS) {
  test(`${JSON.stringify(glob.slice(0, 40))} is refused`, () => {
    assert.match(globFault(glob) ?? 'no fault', fault);
  });
}

test('globs that operators write have no fault', () => {
  for (const [glob] of MATCHES) assert.equal(globFault(glob), null, glob);
});

const globText = fc
  .array(
    fc.oneof(
      fc.constant('**'),
      fc.array(fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]'), { minLength: 1, maxLength: 4 }).map(one),
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((segments) => segments.join('/'));
const pathText = fc
  .array(
    fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }).map((s) => s.join('')),
    { minLength: 1, maxLength: 5 },
  )
  .map((segments) => segments.join('/'));

/** Two stars side by side would be another wildcard. */
function one(parts: readonly string[]): string {
  return parts.filter((part, index) => part !== '*' || parts[index - 1] !== '*').join('');
}

test('a glob matches exactly what trying every possibility finds', () => {
  fc.assert(
    fc.property(globText, pathText, (glob, path) => {
      assert.equal(wants(glob, path), tryAll(glob.split('/'), path.split('/')), `${glob} ${path}`);
    }),
    { numRuns: 2000 },
  );
});

function tryAll(glob: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = glob;
  if (first === undefined) return path.length === 0;
  if (first !== '**') return path.length > 0 && trySegment(first, path[0] ?? '') && tryAll(rest, path.slice(1));
  // At the end of a glob `**` is what lies below.
  const least = rest.length === 0 ? 1 : 0;
  return (
    path.some((_, taken) => taken >= least && tryAll(rest, path.slice(taken))) ||
    (path.length >= least && tryAll(rest, []))
  );
}

function trySegment(glob: string, text: string): boolean {
  return new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.').replaceAll('[!', '[^')}$`).test(text);
}

test('a glob made to explode is answered', () => {
  const stars = `${'a*'.repeat(100)}b`;
  const folders = `${'**/a/'.repeat(100)}b`;

  assert.equal(wants(stars, 'a'.repeat(255)), false);
  assert.equal(wants(`${stars}*`, 'a'.repeat(255)), false);
  assert.equal(wants(folders, `${'a/'.repeat(500)}c`), false);
  assert.equal(wants(`${folders}/**/*`, `${'a/'.repeat(500)}c`), false);
});

const piece = fc.constantFrom(
  'a',
  'b',
  '*',
  '**',
  '?',
  '/',
  '[ab]',
  '[!a]',
  '{a,b}',
  '{a/,b}',
  '[',
  ']',
  '{',
  '}',
  ',',
);
const anyGlob = fc.oneof(
  fc.string(),
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
);

test('whatever stands in a glob, it is judged, compiled and matched', () => {
  fc.assert(
    fc.property(anyGlob, repositoryPath, (glob, path) => {
      const fault = globFault(glob);
      const filter = compileFilter({ include: [glob], exclude: [] });

      assert.ok(fault === null || fault.length > 0);
      assert.equal(typeof filter.wants(path), 'boolean');
    }),
    { numRuns: 2000 },
  );
});

test('the folders that hold all that is wanted are the literal beginnings of the globs, none below another', () => {
  const prefixesOf = (...include: string[]) => compileFilter({ include, exclude: [] }).includedPrefixes;

  assert.deepEqual(prefixesOf('org/b/**', 'org/a/{x,y}/', 'org/a/x/1.0/**', 'org/b-c/*.jar'), [
    'org/a/x',
    'org/a/y',
    'org/b',
    'org/b-c',
  ]);
  assert.deepEqual(prefixesOf('org/a/1.0/a-1.0.jar'), ['org/a/1.0']);
  assert.equal(prefixesOf(), null);
  assert.equal(prefixesOf('org/**', '**/*.pom'), null);
  assert.equal(prefixesOf('feed.gz'), null);
});

test('what lies outside of every included prefix is never wanted', () => {
  fc.assert(
    fc.property(anyGlob, repositoryPath, (glob, path) => {
      fc.pre(globFault(glob) === null);
      const { includedPrefixes, wants } = compileFilter({ include: [glob], exclude: [] });

      if (includedPrefixes?.every((prefix) => !path.startsWith(`${prefix}/`)) === true)
        assert.equal(wants(path), false);
    }),
    { numRuns: 2000 },
  );
});

test('what lies below an excluded prefix is never wanted', () => {
  fc.assert(
    fc.property(anyGlob, repositoryPath, (glob, path) => {
      fc.pre(globFault(glob) === null);
      const filter = compileFilter({ include: [], exclude: [glob] });

      for (const prefix of filter.excludedPrefixes) assert.equal(filter.wants(`${prefix}/${path}`), false);
    }),
  );
});
