import assert from 'node:assert/strict';
import test from 'node:test';
import { artifactAt } from '../../src/maven/artifact-name.ts';

test('a path of a version tells group, artifact, version, classifier and extension', () => {
  const table: [
    path: string,
    group: string,
    artifact: string,
    version: string,
    classifier: string | null,
    extension: string,
  ][] = [
    ['org/example/tool/1.0/tool-1.0.jar', 'org.example', 'tool', '1.0', null, 'jar'],
    ['org/example/tool/1.0/tool-1.0.pom', 'org.example', 'tool', '1.0', null, 'pom'],
    ['org/example/tool/1.0/tool-1.0-sources.jar', 'org.example', 'tool', '1.0', 'sources', 'jar'],
    ['org/example/tool/1.0/tool-1.0-bin.tar.gz', 'org.example', 'tool', '1.0', 'bin', 'tar.gz'],
    ['junit/junit/4.11/junit-4.11.jar', 'junit', 'junit', '4.11', null, 'jar'],
    [
      ...(['io/x/n/4.1.109.Final/n-4.1.109.Final-linux-x86_64.jar', 'io.x', 'n'] as const),
      ...(['4.1.109.Final', 'linux-x86_64', 'jar'] as const),
    ],
    ['a/t/1-SNAPSHOT/t-1-20260101.010101-3-tests.jar', 'a', 't', '1-SNAPSHOT', 'tests', 'jar'],
    ['a/t/1-SNAPSHOT/t-1-SNAPSHOT.jar', 'a', 't', '1-SNAPSHOT', null, 'jar'],
  ];

  for (const [path, group, artifact, version, classifier, extension] of table) {
    const { types: _, ...name } = artifactAt(path) ?? { types: [] };
    assert.deepEqual(name, { group, artifact, version, classifier, extension }, path);
  }
});

test('a file has the types that builds know it by', () => {
  const types = (path: string) => artifactAt(`a/t/1/t-1${path}`)?.types ?? [];

  assert.equal(types('.jar').includes('maven-plugin'), true);
  assert.deepEqual(types('-sources.jar'), ['jar', 'java-source']);
  assert.deepEqual(types('-tests.jar'), ['jar', 'test-jar']);
  assert.deepEqual(types('.pom'), ['pom']);
});

test('metadata and loose files are no artifacts', () => {
  assert.equal(artifactAt('org/example/tool/maven-metadata.xml'), null);
  assert.equal(artifactAt('org/example/tool/1.0/notes.txt'), null);
  assert.equal(artifactAt('archetype-catalog.xml'), null);
});
