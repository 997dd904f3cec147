import assert from 'node:assert/strict';
import test from 'node:test';
import { parseFeedLine, parsePomLine } from '../../../../../src/mirror/source/http/feed/line.ts';

test('a line of all-poms names a version of an artifact', () => {
  assert.deepEqual(parsePomLine('./org/example/tool/1.0+b/tool-1.0+b.pom'), [
    { artifactFolder: 'org/example/tool', folder: 'org/example/tool/1.0+b', stem: 'org/example/tool/1.0+b/tool-1.0+b' },
  ]);
  assert.deepEqual(parsePomLine('./foo/foo/1-SNAPSHOT/foo-1-20261121.013000-2.pom'), [
    { artifactFolder: 'foo/foo', folder: 'foo/foo/1-SNAPSHOT', stem: 'foo/foo/1-SNAPSHOT/foo-1-20261121.013000-2' },
  ]);
});

test('a line of all-poms that is no POM of a version names nothing', () => {
  const lines = [
    '',
    './',
    './a.pom',
    './g/a/1.0/b-2.0.pom',
    './../../etc/a-1.pom',
    './g/a/1.0/a-1.0.jar',
    '<html>',
    './-/a/1/a-1.pom',
  ];

  assert.deepEqual(lines.flatMap(parsePomLine), []);
});

test('a line of feed.clj names every version of its artifact', () => {
  const line =
    '{:group-id "org.example", :artifact-id "tool", :description "says \\"hi\\" {:a 1}", :scm {:tag "x"}, :versions ["1.1" "1.0-SNAPSHOT"], :versions-meta [{:version "1.1", :release-date #inst "2026-11-21T01:30:00.000-00:00"}]}';

  assert.deepEqual(
    parseFeedLine(line).map(({ stem }) => stem),
    ['org/example/tool/1.1/tool-1.1', 'org/example/tool/1.0-SNAPSHOT/tool-1.0-SNAPSHOT'],
  );
});

test('a line of feed.clj that was cut, or leads out of the tree, names nothing', () => {
  const lines = [
    '',
    '{:group-id "g", :artifact-id "a", :vers',
    '{:group-id "g" :artifact-id "a" :versions "1.0"}',
    '{:group-id "../g" :artifact-id "a" :versions ["1.0"]}',
    '{:group-id "g" :artifact-id "a" :versions ["../../x" 7]}',
    '["g" "1.0"]',
    'not edn }',
    '"'.repeat(2_000_000),
  ];

  assert.deepEqual(lines.flatMap(parseFeedLine), []);
});
