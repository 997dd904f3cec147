import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { compareVersions, newestFirst, parseVersionRange } from '../../src/maven/version-order.ts';
import { needs } from '../support/needs.ts';

const VERSIONS = [
  ...['1', '1.0', '1.0.0', '1..2', '1-', '-1', '1.-2', '1.0.0.0.0.1', '1.0-0-1', '1-0.ga', '1.0.0-0.0.0'],
  ...['1-alpha', '1-alpha-1', '1a1', '1.0-beta', '1b2', '1.0-m3', '1.0-milestone-4', '1.0-rc1', '1.0-cr2', '1.rc.2'],
  ...['1.0-SNAPSHOT', '1.0-20210101.123456-7', '1.0-ga', '1.0.Final', '1.0.RELEASE', '1.0-sp', '1.0-sp1', '1.0-xyz'],
  ...['1.0.x', '1.x', '1x', '1.x.1', '1.x-1', '1.x.0', '1.0.0.x', '1.0.0-x-', '1.0-.x', 'a', 'a.b', 'x1', '1.0_2'],
  ...['1.1.4c', '4.1.109.Final', '9999.0-empty-to-avoid-conflict-with-guava', '31.1-jre', '31.1-android', 'r09', 'v1'],
  ...['3.0.1-b06', '3.0.1-b04', '3.4-beta4', '2.2_beta1', '1.0-alpha-12', '1.0-alpha-3', '3.3.0-v20070604'],
  ...['20040616', '1.0.20040616', '99999999999999999999', '100000000000000000000'],
];

/** Where Debian's Maven has the class that everybody's versions are compared with. */
const JARS = '/usr/share/java/maven-artifact-3.x.jar:/usr/share/java/commons-lang3.jar';

test('versions are ordered as Maven orders them', (t) => {
  if (!needs(t, 'mvn')) return;
  const pairs = VERSIONS.flatMap((a) => VERSIONS.map((b): [string, string] => [a, b]));
  const oracle = 'org.apache.maven.artifact.versioning.ComparableVersion';
  const { stdout } = spawnSync('java', ['-cp', JARS, oracle, ...pairs.flat()], { maxBuffer: 64 * 1024 * 1024 });

  // It prints how each word stands to the next one: every second line is one of our pairs.
  const theirs = [...stdout.toString().matchAll(/^ {3}(\S+) (<|==|>) (\S+)$/gm)].filter((_, index) => index % 2 === 0);
  const ours = pairs.map(([a, b]) => `${a} ${signOf(compareVersions(a, b))} ${b}`);

  assert.deepEqual(
    ours,
    theirs.map(([, a, sign, b]) => `${a} ${sign} ${b}`),
  );
});

function signOf(order: number): string {
  return order < 0 ? '<' : order > 0 ? '>' : '==';
}

test('a range holds what lies between its ends', () => {
  const table: [range: string, inside: string[], outside: string[]][] = [
    ['[1.0,2.0)', ['1.0', '1.0.0', '1.5', '2.0-rc1'], ['0.9', '2.0', '2.1', '1.0-alpha']],
    ['(1.0,2.0]', ['1.1', '2.0'], ['1.0', '2.0.1']],
    ['(,1.0]', ['0', '1.0'], ['1.0.1']],
    ['[1.5]', ['1.5', '1.5.0'], ['1.4', '1.5.1']],
    ['(,1.0],[1.2,)', ['0.5', '1.0', '1.2', '9'], ['1.1']],
    ['(,)', ['anything'], []],
    ['[3.0.1-b04, 3.0.1-b06]', ['3.0.1-b05'], ['3.0.1-b07']],
  ];

  for (const [text, inside, outside] of table) {
    const range = parseVersionRange(text);
    assert.ok(range !== null, text);
    assert.deepEqual(
      inside.filter((version) => !range(version)),
      [],
      text,
    );
    assert.deepEqual(
      outside.filter((version) => range(version)),
      [],
      text,
    );
  }
});

test('what is no range is none', () => {
  const none = ['', '1.0', '[1.0', '1.0]', '(1.0)', '[]', '[1.0,2.0', '[1.0,2.0,3.0]', '[1.0] x', '[[1.0]]'];

  assert.deepEqual(
    none.filter((text) => parseVersionRange(text) !== null),
    [],
  );
});

test('a version of hostile length is compared, and soon', () => {
  const long = 'a1'.repeat(50_000);

  assert.equal(compareVersions(long, long), 0);
  assert.equal(compareVersions('1', long) > 0, true);
});

test('the newest version stands first, and equal ones always in the same order', () => {
  assert.deepEqual(newestFirst(['1.0', '1.10', '1.9', '2.0-SNAPSHOT', '2.0', '1', '2.0-rc1']), [
    ...['2.0', '2.0-SNAPSHOT', '2.0-rc1', '1.10', '1.9', '1', '1.0'],
  ]);
});
