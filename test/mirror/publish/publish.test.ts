import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { Accepted } from '../../../src/mirror/publish/order.ts';
import { type PublishStep, publish, recover, removeFromTree } from '../../../src/mirror/publish/publish.ts';
import { NOW, sum } from '../verify/facts.ts';
import { type Laid, layTree } from './laid.ts';

const NEVER = new AbortController().signal;
const FILES: Readonly<Record<string, string>> = {
  'g/a/1.0/a-1.0.jar': 'jar',
  'g/a/1.0/a-1.0.jar.sha1': sum('sha1', 'jar'),
  'g/a/1.0/a-1.0.pom': '<project/>',
  'g/a/maven-metadata.xml': '<metadata/>',
  'g/a/maven-metadata.xml.sha1': sum('sha1', '<metadata/>'),
  'feed.clj.gz': 'feed',
};

const acceptAll = (laid: Laid): Accepted[] => Object.entries(FILES).map(([path, bytes]) => laid.accept(path, bytes));

/** The tree, the rows and the counters all say the same. */
function assertWhole(laid: Laid, files: Readonly<Record<string, string>>): void {
  assert.deepEqual(laid.tree(), Object.keys(files).sort());
  assert.deepEqual(laid.inventory.pathsAfter('', 99), Object.keys(files).sort());
  assert.equal(laid.inventory.current().files, Object.keys(files).length);
  for (const [path, bytes] of Object.entries(files)) {
    assert.equal(laid.read(path), bytes);
    assert.equal(laid.inventory.row(path)?.sha256.toString('hex'), sum('sha256', bytes));
  }
  assert.deepEqual(laid.journal.unfinished(), []);
}

test('what was accepted is served, and its digests are in the ledger', async (t) => {
  const laid = layTree(t);

  await publish(acceptAll(laid), laid.room, 4, NOW, NEVER);

  assertWhole(laid, FILES);
  assert.equal(laid.inventory.current().generation, 4);
  assert.equal(laid.inventory.metadataBody('g/a/maven-metadata.xml')?.toString(), '<metadata/>');
  assert.equal(laid.inventory.metadataBody('g/a/maven-metadata.xml.sha1')?.toString(), sum('sha1', '<metadata/>'));
  assert.deepEqual(
    readFileSync(laid.ledger, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).path),
    ['g/a/1.0/a-1.0.jar', 'g/a/1.0/a-1.0.pom'],
  );
});

test('versions are durable before metadata is renamed, and metadata before loose files', async (t) => {
  const laid = layTree(t);

  await publish(acceptAll(laid), laid.room, 1, NOW, NEVER);

  assert.deepEqual(laid.steps, [
    'journal-written',
    'staging-synced',
    ...['version-renamed', 'version-admitted', 'version-synced'],
    ...['metadata-renamed', 'metadata-admitted', 'metadata-synced'],
    ...['loose-renamed', 'loose-admitted', 'loose-synced'],
    'batch-closed',
  ]);
});

test('nothing accepted is nothing done', async (t) => {
  const laid = layTree(t);

  await publish([], laid.room, 1, NOW, NEVER);
  await removeFromTree([], laid.room, 1, NOW, NEVER);

  assert.deepEqual(laid.steps, []);
  assert.equal(laid.inventory.current().generation, 0);
});

const PUBLISHING: readonly PublishStep[] = [
  'journal-written',
  'staging-synced',
  'version-renamed',
  'version-admitted',
  'version-synced',
  'metadata-renamed',
  'metadata-admitted',
  'metadata-synced',
  'loose-renamed',
  'loose-admitted',
  'loose-synced',
  'batch-closed',
];

for (const killedAt of PUBLISHING) {
  test(`a publication that ended at ${killedAt} is finished by the next start`, async (t) => {
    let isKilled = false;
    const laid = layTree(t, (step) => {
      if (isKilled || step !== killedAt) return;
      isKilled = true;
      throw new Error('killed');
    });
    await assert.rejects(publish(acceptAll(laid), laid.room, 4, NOW, NEVER), /killed/);

    const finished = await recover(laid.room, NOW, NEVER);

    assert.equal(finished, killedAt === 'batch-closed' ? 0 : 1);
    assertWhole(laid, FILES);
    assert.equal(laid.inventory.metadataBody('g/a/maven-metadata.xml')?.toString(), '<metadata/>');
  });
}

for (const killedAt of ['journal-written', 'staging-synced', 'rows-retired', 'files-unlinked'] as const) {
  test(`a removal that ended at ${killedAt} is finished by the next start`, async (t) => {
    let isArmed = false;
    const laid = layTree(t, (step) => {
      if (!isArmed || step !== killedAt) return;
      isArmed = false;
      throw new Error('killed');
    });
    await publish(acceptAll(laid), laid.room, 4, NOW, NEVER);
    isArmed = true;
    const leaving = Object.keys(FILES).filter((path) => path.startsWith('g/a/'));
    await assert.rejects(removeFromTree(leaving, laid.room, 5, NOW, NEVER), /killed/);

    await recover(laid.room, NOW, NEVER);

    assertWhole(laid, { 'feed.clj.gz': 'feed' });
    assert.equal(laid.inventory.metadataBody('g/a/maven-metadata.xml'), null);
    assert.deepEqual(laid.inventory.everPublished('g/a/1.0/a-1.0.jar'), new Set([sum('sha256', 'jar')]));
  });
}

test('a replaced metadata file is answered with its own sums', async (t) => {
  const laid = layTree(t);
  await publish(acceptAll(laid), laid.room, 1, NOW, NEVER);
  const path = 'g/a/maven-metadata.xml';
  const next = [laid.accept(path, '<metadata />'), laid.accept(`${path}.sha1`, sum('sha1', '<metadata />'))];

  await publish(next, laid.room, 2, NOW, NEVER);

  assert.equal(laid.inventory.metadataBody(path)?.toString(), '<metadata />');
  assert.equal(laid.inventory.metadataBody(`${path}.sha1`)?.toString(), sum('sha1', '<metadata />'));
});

test('bytes that somebody took away before the rename are not promised, and the rest is published', async (t) => {
  const laid: Laid = layTree(t, (step) => {
    if (step === 'staging-synced') rmSync(join(laid.staging, 'g/a/1.0/a-1.0.jar'));
  });

  await publish(acceptAll(laid), laid.room, 1, NOW, NEVER);

  const { 'g/a/1.0/a-1.0.jar': _lost, ...left } = FILES;
  assertWhole(laid, left);
});

test('removing what is not published is no error', async (t) => {
  const laid = layTree(t);

  await removeFromTree(['g/never'], laid.room, 1, NOW, NEVER);

  assert.equal(laid.inventory.current().files, 0);
});
