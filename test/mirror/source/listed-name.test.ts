import assert from 'node:assert/strict';
import test from 'node:test';
import { md5OfTag } from '../../../src/mirror/source/entity-tag.ts';
import { oddName } from '../../../src/mirror/source/listed-name.ts';

test('names that can be repository paths are not odd', () => {
  const names = [
    'g/a/1.0+x/a-1.0+x.jar',
    'maven-metadata.xml',
    'feed.txt',
    'g/index.html.md5',
    'all-poms.txt.old',
    'a/-/b',
  ];

  assert.deepEqual(
    names.map(oddName),
    names.map(() => null),
  );
});

test('names that lead astray are unsafe, and told in letters that can be printed', () => {
  assert.deepEqual(oddName('../x'), { name: '../x', reason: 'segment ..', weight: 'unsafe' });
  assert.deepEqual(oddName('a\nb'), { name: 'a\\#012b', reason: 'control character', weight: 'unsafe' });
  assert.equal(oddName('a/')?.weight, 'unsafe');
  assert.equal(oddName('-/x')?.weight, 'unsafe');
});

test('what the origin makes by itself, and what is ours, is left out without a word', () => {
  const names = [
    'index.html',
    'g/a/index.html',
    'feed.clj.gz',
    'all-poms.txt',
    'all-poms.txt.gz.sha1',
    'all-jars.clj.md5',
    '.index/x',
    '.meta/x',
  ];

  assert.deepEqual(
    names.map((name) => oddName(name)?.weight),
    names.map(() => 'ignored'),
  );
});

test('an ETag is taken for an MD5 only when it is 32 hex digits and strong', () => {
  const md5 = '5d41402abc4b2a76b9719d911017c592';

  assert.equal(md5OfTag(`"${md5.toUpperCase()}"`), md5);
  assert.equal(md5OfTag(md5), md5);
  const others = [`"${md5}-2"`, `W/"${md5}"`, `"${md5}`.slice(0, -1), '"5f2a-1234"', '', null, undefined];
  assert.deepEqual(
    others.map(md5OfTag),
    others.map(() => null),
  );
});
