// `assay client-config TOOL --check`: the tools themselves, as the verb runs them.

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { clientConfigShape } from '../../src/config/shape/client.ts';
import { copyDebian } from '../support/debian-repository.ts';
import { sumOf } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { CLOJURE_JAR } from './client-tools.ts';
import { published, sharedWorld } from './client-world.ts';

const { world: theWorld, end } = sharedWorld((mirror) =>
  copyDebian(mirror.origin.folder, ['org/clojure', 'org/apache/maven/shared', 'commons-io']),
);

describe('client-config --check', () => {
  after(end);

  test('has each tool fetch an artifact, and compares the bytes with what the mirror sends', async (t) => {
    if (!needs(t, 'rsync', 'mvn', 'maven-repo', 'lein', 'gradle')) return;
    const world = await theWorld();
    const wanted = [
      '--repository',
      'clojars,central',
      '--mode',
      'outage',
      '--check',
      '--artifact',
      'org.clojure:clojure:1.11.1',
    ];

    const tried = await Promise.all([
      world.mirror.program('client-config', 'maven', '--mirror', world.http, ...wanted),
      world.mirror.program('client-config', 'leiningen', '--mirror', world.https, '--ca', world.caFile, ...wanted),
      world.mirror.program('client-config', 'gradle', '--mirror', world.https, '--ca', world.caFile, ...wanted),
    ]);

    const sha256 = sumOf(published(world, CLOJURE_JAR), 'sha256');
    for (const { exit, result, problems } of tried) {
      const { tried: outcome } = clientConfigShape.parse(result);
      assert.deepEqual([exit, outcome?.outcome, outcome?.sha256], [0, 'same', sha256], JSON.stringify(problems));
    }
  });

  test('finds something to fetch where nothing is named', async (t) => {
    if (!needs(t, 'rsync', 'mvn', 'maven-repo')) return;
    const world = await theWorld();
    const words = ['--repository', 'clojars,central', '--mode', 'outage', '--check'];

    const { exit, result } = await world.mirror.program('client-config', 'maven', '--mirror', world.http, ...words);

    const { tried } = clientConfigShape.parse(result);
    assert.deepEqual([exit, tried?.outcome], [0, 'same'], JSON.stringify(tried));
    assert.match(tried?.artifact ?? '', /^[\w.-]+:[\w.-]+:[\w.+-]+$/);
  });

  test("tells in the tool's own words why it failed", async (t) => {
    if (!needs(t, 'rsync', 'mvn', 'maven-repo')) return;
    const world = await theWorld();
    const words = ['--repository', 'central', '--mode', 'outage', '--check', '--artifact', 'org.example:gone:1'];

    const { exit, result, problems } = await world.mirror.program(
      'client-config',
      'maven',
      '--mirror',
      world.http,
      ...words,
    );

    const { tried } = clientConfigShape.parse(result);
    assert.deepEqual([exit, problems.map(({ code }) => code)], [3, ['client-trial-failed']]);
    assert.match(tried?.lines.join('\n') ?? '', /Could not find artifact org\.example:gone/);
  });
});
