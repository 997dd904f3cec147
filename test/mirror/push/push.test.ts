import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { systemClock } from '../../../src/host/clock.ts';
import { placeInOrder } from '../../../src/mirror/publish/order.ts';
import { objectStoreOfFile } from '../../support/object-store.ts';
import { MTIME } from '../inventory/laid.ts';
import { type LaidPush, layPush, META, metadata, SIGNAL, version } from './laid.ts';

const store = objectStoreOfFile();
const JAR = 'g/a/1.0/a-1.0.jar';

test('all that is published comes to stand in the bucket, with what has to be said of it', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  laid.publish({ ...version('g', 'a', '1.0'), ...metadata('g', 'a', ['1.0']), 'feed.clj.gz': 'feed' });

  const outcome = await laid.push();
  const head = await laid.store.head(JAR, SIGNAL);

  assert.equal(outcome.end, 'complete');
  assert.deepEqual([outcome.counts.objects, outcome.generation, outcome.adopted], [7, 1, 0]);
  assert.deepEqual(await laid.keys(), laid.inventory.pathsAfter('', 100));
  assert.ok(head.kind === 'found');
  assert.equal(head.contentType, 'application/x-java-archive');
  assert.match(head.cacheControl ?? '', /immutable/);
  const bytes = 'jar of a 1.0';
  assert.deepEqual(head.metadata, {
    'checksum-md5': hash('md5', bytes),
    'checksum-sha1': hash('sha1', bytes),
    'checksum-sha256': hash('sha256', bytes),
    mtime: String(MTIME / 1000),
  });
});

test('objects come in the order of publication, whatever goes side by side', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  for (const number of ['1.0', '1.1', '1.2']) laid.publish(version('g', 'a', number));
  laid.publish({ ...metadata('g', 'a', ['1.0', '1.1', '1.2']), ...metadata('g', '.', ['x']), 'feed.clj.gz': 'feed' });
  writeStatus(laid);
  const order = recording(laid);

  await laid.push({}, { store: order.store });

  const ours = order.keys.filter((key) => !key.startsWith(META));
  const stages = ours.map((key) => placeInOrder(key).slice(0, 2).replace(/^a.*/, 'a'));
  assert.deepEqual(stages, [...stages].sort());
  for (const number of ['1.0', '1.1', '1.2']) {
    const of = ours.filter((key) => key.includes(`/${number}/`));
    assert.deepEqual(of.slice(0, 2).filter((key) => key.endsWith('.sha1')).length, 2, String(of));
    assert.match(of[3] ?? '', /\.pom$/);
  }
  const metas = ours.filter((key) => key.includes('maven-metadata'));
  assert.ok(metas.indexOf('g/a/maven-metadata.xml.sha1') < metas.indexOf('g/a/maven-metadata.xml'));
  assert.equal(order.keys.at(-1), `${META}status.json`);
});

test('the next push looks at what changed, and lists nothing', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  for (let number = 0; number < 20; number += 1) laid.publish(version('g', 'a', `1.${number}`));
  await laid.push();
  laid.publish({ ...version('g', 'a', '2.0'), ...metadata('g', 'a', ['2.0']) });
  const order = recording(laid);

  const outcome = await laid.push({}, { store: order.store });
  const nothing = await laid.push({}, { store: order.store });

  assert.equal(outcome.counts.objects, 6);
  assert.equal(nothing.counts.objects, 0);
  assert.equal(nothing.end, 'complete');
  assert.equal(order.asked.length, 6, 'one request an object, and none besides');
});

test('what is published while a pass is under way is pushed with the rest of it', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  laid.publish(version('g', 'a', '1.0'));
  laid.publish(version('g', 'c', '1.0'), {}, 'open');

  const amid = await laid.push();
  const keys = await laid.keys();
  laid.publish(version('g', 'b', '1.0'));
  const after = await laid.push();

  assert.deepEqual([amid.generation, keys.filter((key) => !key.startsWith('g/a/'))], [1, []]);
  assert.equal(after.generation, 2);
  assert.deepEqual(await laid.keys(), laid.inventory.pathsAfter('', 100));
});

test('what changes at the origin is put again, and what leaves the tree leaves the bucket', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  const snapshot = 'g/a/2-SNAPSHOT/a-2-SNAPSHOT.jar';
  laid.publish({ ...version('g', 'a', '1.0'), [snapshot]: 'one', ...metadata('g', 'a', ['1.0']), 'feed.clj': 'x' });
  await laid.push();

  laid.publish({ [snapshot]: 'two', ...metadata('g', 'a', ['1.0', '2-SNAPSHOT']) });
  laid.unpublish(['feed.clj']);
  const outcome = await laid.push();

  assert.equal(outcome.end, 'complete');
  assert.deepEqual(outcome.removed, ['feed.clj']);
  assert.equal(await laid.body(snapshot), 'two');
  assert.match(await laid.body('g/a/maven-metadata.xml'), /2-SNAPSHOT/);
  assert.deepEqual(await laid.keys(), laid.inventory.pathsAfter('', 100));
});

test('keys are put below the prefix, however they are spelled', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  const names = [
    'g/a/1.0+b~1/a-1.0+b~1.jar',
    'g/é/1.0/é-1.0.jar',
    'g/a b/1.0/a b-1.0.jar',
    'g/a%20b/1.0/a%20b-1.0.jar',
  ];
  laid.publish(Object.fromEntries(names.map((name) => [name, name])));

  const outcome = await laid.push({ prefix: 'maven/' });
  const again = await laid.push({ prefix: 'maven/', reconcile: true });

  assert.equal(outcome.end, 'complete');
  assert.deepEqual(await laid.keys(), [...names.map((name) => `maven/${name}`), 'maven/.meta/assay/probe'].sort());
  assert.deepEqual([again.counts.objects, again.drift?.foreign, again.drift?.missing], [0, [], []]);
});

test('a large file goes in parts, and leaves no upload behind', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  const bytes = randomBytes(66 * 1024 * 1024);
  laid.publish({ [JAR]: bytes });

  const outcome = await laid.push();
  const again = await laid.push({ reconcile: true });
  const left = await laid.store.uploads.list('', null, SIGNAL);

  assert.equal(outcome.end, 'complete');
  assert.equal(outcome.counts.bytes, bytes.length);
  assert.equal(again.counts.objects, 0);
  assert.ok(left.kind === 'uploads' && left.uploads.length === 0);
  assert.equal((await laid.listed(JAR))[0]?.size, bytes.length);
  assert.match((await laid.listed(JAR))[0]?.etag ?? '', /-9$/);
});

test('where the origin contradicts itself no sum is told, and one that is mended later is', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  laid.publish({ [JAR]: 'jar' }, { upstreamSum: 'mismatched' });
  laid.publish({ [`${JAR}.sha1`]: 'wrong' });
  await laid.push();
  const before = await laid.store.head(JAR, SIGNAL);

  laid.writer.setUpstreamSum(JAR, 'matched');
  laid.publish({ [`${JAR}.sha1`]: 'right' });
  const outcome = await laid.push();
  const after = await laid.store.head(JAR, SIGNAL);

  assert.ok(before.kind === 'found' && after.kind === 'found');
  assert.equal(before.metadata['checksum-sha1'], undefined);
  assert.equal(after.metadata['checksum-sha1'], hash('sha1', 'jar'));
  assert.deepEqual([outcome.end, outcome.counts.objects], ['complete', 2]);
});

test('status objects come last, and not when something failed', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  writeStatus(laid);
  laid.publish({ [JAR]: 'jar', 'g/a/1.0/a-1.0.pom': 'pom' });
  writeFileSync(join(laid.published, JAR), 'rotten');

  const failed = await laid.push();
  assert.equal(failed.end, 'failed');
  assert.match(failed.sentence ?? '', /not what the inventory says/);
  assert.deepEqual(await laid.keys(), []);
  assert.deepEqual(
    (await laid.listed(META)).map(({ key }) => key),
    [`${META}probe`],
  );

  writeFileSync(join(laid.published, JAR), 'jar');
  const mended = await laid.push();
  assert.equal(mended.end, 'complete');
  assert.equal(await laid.body(`${META}status.json`), '{}');
});

test('with another database all is looked at again, nothing is put twice, and what it does not have goes', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  laid.publish({ ...version('g', 'a', '1.0'), ...metadata('g', 'a', ['1.0']), 'feed.clj': 'feed' });
  await laid.push();
  // As after a restore: another lineage, and no word of what left meanwhile.
  laid.unpublish(['feed.clj']);
  laid.database.exec("DELETE FROM inventory_removed; UPDATE inventory_generation SET lineage = 'another'");

  const outcome = await laid.push({ removal: { maxFiles: 10, maxRatio: 1 } });

  assert.deepEqual([outcome.end, outcome.counts.objects, outcome.removed], ['complete', 0, ['feed.clj']]);
});

test('a change in the middle of its publication is waited for, and is no damage', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  const snapshot = 'g/a/2-SNAPSHOT/a-2-SNAPSHOT.jar';
  laid.publish({ [snapshot]: 'one' });
  // Renamed into the tree, and its row not yet admitted.
  laid.layDown(snapshot, 'two');
  let slept = 0;
  const clock = {
    ...systemClock,
    sleep: async () => {
      slept += 1;
      if (slept === 2) laid.publish({ [snapshot]: 'two' });
    },
  };

  const outcome = await laid.push({}, { clock });

  assert.deepEqual([outcome.end, outcome.failures], ['complete', []]);
  assert.equal(await laid.body(snapshot), 'two');
});

function writeStatus(laid: LaidPush): void {
  mkdirSync(join(laid.published, META), { recursive: true });
  for (const name of ['epoch', 'status.json']) writeFileSync(join(laid.published, META, name), '{}');
}

/** The store, telling what was asked of it. */
function recording(laid: LaidPush) {
  const keys: string[] = [];
  const asked: string[] = [];
  const store: LaidPush['store'] = {
    ...laid.store,
    list: async (request, signal) => {
      asked.push('list');
      return await laid.store.list(request, signal);
    },
    head: async (key, signal) => {
      asked.push(`head ${key}`);
      return await laid.store.head(key, signal);
    },
    put: async (key, bytes, request, signal) => {
      const answer = await laid.store.put(key, bytes, request, signal);
      asked.push(`put ${key}`);
      keys.push(key);
      return answer;
    },
  };
  return { store, keys, asked };
}
