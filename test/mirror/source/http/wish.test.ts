import assert from 'node:assert/strict';
import test from 'node:test';
import { wishFor } from '../../../../src/mirror/source/http/wish.ts';

const STEM = 'g/a/1.0/a-1.0';
const sums = (path: string) => [path, `${path}.sha1`, `${path}.md5`];

function wished(path: string, here: readonly string[] = []): readonly string[] | null {
  return wishFor(path, (each) => here.includes(each))?.paths ?? null;
}

test('a POM comes with its sums, and any other file of a version with the POM before it', () => {
  assert.deepEqual(wished(`${STEM}.pom`), sums(`${STEM}.pom`));
  assert.deepEqual(wished(`${STEM}.jar`), [...sums(`${STEM}.pom`), ...sums(`${STEM}.jar`)]);
  assert.deepEqual(wished(`${STEM}-sources.jar`, [`${STEM}.pom`]), sums(`${STEM}-sources.jar`));
});

test('whoever asks for a sum or a signature gets the file that it is of, and just that sum if the file is here', () => {
  assert.deepEqual(wished(`${STEM}.jar.sha1`, [`${STEM}.pom`]), sums(`${STEM}.jar`));
  assert.deepEqual(wished(`${STEM}.jar.sha256`, [`${STEM}.pom`, ...sums(`${STEM}.jar`)]), [`${STEM}.jar.sha256`]);
  assert.deepEqual(wished(`${STEM}.jar.asc`, [`${STEM}.pom`, ...sums(`${STEM}.jar`)]), [`${STEM}.jar.asc`]);
});

test('a build of a SNAPSHOT comes with the POM of the same build', () => {
  const build = 'g/a/1.0-SNAPSHOT/a-1.0-20261121.013000-7';

  assert.deepEqual(wished(`${build}-sources.jar`), [...sums(`${build}.pom`), ...sums(`${build}-sources.jar`)]);
  assert.deepEqual(wished('g/a/1.0-SNAPSHOT/a-1.0-SNAPSHOT.jar')?.[0], 'g/a/1.0-SNAPSHOT/a-1.0-SNAPSHOT.pom');
});

test('metadata comes with its sums at every level', () => {
  for (const path of ['g/maven-metadata.xml', 'g/a/maven-metadata.xml', 'g/a/1-SNAPSHOT/maven-metadata.xml'])
    assert.deepEqual(wished(path), sums(path));
});

test('what has no place in a Maven repository is not asked for', () => {
  const paths = [
    'favicon.ico',
    'robots.txt',
    'wp-login.php',
    'g/a/1.0/other.txt',
    '../etc/passwd',
    '.meta/x',
    '-/health',
    'index.html',
    'g/a/1.0/',
  ];

  assert.deepEqual(
    paths.map((path) => wished(path)),
    paths.map(() => null),
  );
});
