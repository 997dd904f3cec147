import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import test from 'node:test';
import { objectStoreOfFile } from '../../support/object-store.ts';
import { type LaidPush, layPush, metadata, SIGNAL, version } from './laid.ts';

const store = objectStoreOfFile();
const JAR = 'g/a/1.0/a-1.0.jar';
const POM = 'g/a/1.0/a-1.0.pom';
const META = 'g/a/maven-metadata.xml';
const OTHER_META = 'g/b/maven-metadata.xml';
const how = { contentType: 'text/plain', cacheControl: 'no-store', metadata: {} };

async function stranger(laid: LaidPush, key: string, content: string): Promise<void> {
  const put = await laid.store.put(key, Buffer.from(content), how, SIGNAL);
  assert.equal(put.kind, 'put');
}

test('other bytes under a released key are an incident: not written over, and nothing names what they stand for', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  await stranger(laid, JAR, 'poison');
  laid.publish({ ...version('g', 'a', '1.0'), ...metadata('g', 'a', ['1.0']) });
  laid.publish({ ...version('g', 'b', '1.0'), ...metadata('g', 'b', ['1.0']) });

  const outcome = await laid.push();

  assert.equal(outcome.end, 'owing');
  assert.deepEqual(
    outcome.conflicts.map(({ row, found }) => [row.path, found.size, found.sha256]),
    [[JAR, 6, null]],
  );
  assert.equal(await laid.body(JAR), 'poison');
  assert.deepEqual([...outcome.held].sort(), [POM, META, `${META}.sha1`].sort());
  const keys = await laid.keys();
  assert.ok(!keys.includes(POM) && !keys.includes(META), String(keys));
  assert.ok(keys.includes(OTHER_META));
  const [finding] = laid.findings.standing('push');
  assert.deepEqual(
    [finding?.verdict, finding?.severity, finding?.path, finding?.mirror],
    ['divergent', 'critical', JAR, 'main'],
  );
});

test('a conflict stands until that object has gone, and costs one request a push meanwhile', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  await stranger(laid, JAR, 'jar of a 1.1');
  laid.publish({ ...version('g', 'a', '1.0'), ...metadata('g', 'a', ['1.0']) });
  const first = await laid.push();
  const asked: string[] = [];
  const watching = {
    ...laid.store,
    head: async (key: string, signal: AbortSignal) => {
      asked.push(key);
      return await laid.store.head(key, signal);
    },
    get: () => Promise.reject(new Error('read again')),
  };

  const second = await laid.push({}, { store: watching });
  await laid.store.remove(JAR, SIGNAL);
  const third = await laid.push();

  assert.deepEqual([first.conflicts[0]?.found.sha256, first.end], [hash('sha256', 'jar of a 1.1'), 'owing']);
  assert.deepEqual([second.conflicts.length, asked], [1, [JAR]]);
  assert.equal(third.end, 'complete');
  assert.equal(await laid.body(JAR), 'jar of a 1.0');
  assert.deepEqual(await laid.keys(), laid.inventory.pathsAfter('', 100));
  assert.deepEqual(laid.findings.standing('push'), []);
});

test('what stands there already, and is ours, is taken as it is', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const before = await layPush(t, s3);
  const files = { ...version('g', 'a', '1.0'), ...metadata('g', 'a', ['1.0']) };
  before.publish(files);
  await before.push();
  // Another database: nothing is known of the bucket.
  const after = await layPush(t, s3, before.store);
  after.publish(files);

  const pushed = await after.push();

  assert.deepEqual([pushed.end, pushed.adopted, pushed.counts.objects], ['complete', 2, 4]);
  const third = await layPush(t, s3, before.store);
  third.publish(files);
  const reconciled = await third.push({ reconcile: true });
  assert.deepEqual([reconciled.end, reconciled.drift?.adopted, reconciled.counts.objects], ['complete', 6, 0]);
});

test('reconcile names what is missing, foreign and altered, and mends what may be mended', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  laid.publish({ ...version('g', 'a', '1.0'), ...metadata('g', 'a', ['1.0']), ...version('g', 'b', '1.0') });
  await laid.push();
  await laid.store.remove(POM, SIGNAL);
  await stranger(laid, 'g/stranger.txt', 'who?');
  await stranger(laid, META, 'rolled back');
  await stranger(laid, 'g/b/1.0/b-1.0.jar', 'poison');

  const unaware = await laid.push();
  const outcome = await laid.push({ reconcile: true });

  assert.equal(unaware.counts.objects, 0);
  assert.deepEqual(outcome.drift, {
    listed: 11,
    missing: [POM],
    foreign: ['g/stranger.txt'],
    altered: ['g/a/maven-metadata.xml', 'g/b/1.0/b-1.0.jar'].sort(),
    adopted: 0,
    unnamed: 0,
  });
  assert.deepEqual(
    outcome.conflicts.map(({ row, found }) => [row.path, found.size]),
    [['g/b/1.0/b-1.0.jar', 6]],
  );
  assert.equal(outcome.counts.objects, 2);
  assert.match(await laid.body(META), /<version>1\.0/);
  assert.equal(await laid.body('g/b/1.0/b-1.0.jar'), 'poison');
  assert.equal(await laid.body('g/stranger.txt'), 'who?');
});

test('a released path whose bytes changed here is a conflict as well', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  laid.publish({ [JAR]: 'one' });
  await laid.push();
  laid.publish({ [JAR]: 'two' });

  const outcome = await laid.push();

  assert.deepEqual([outcome.end, outcome.conflicts[0]?.found.sha256], ['owing', hash('sha256', 'one')]);
  assert.equal(await laid.body(JAR), 'one');
});

test('the target is another one when it lies elsewhere: nothing of the old is believed', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  laid.publish(version('g', 'a', '1.0'));
  await laid.push();
  const other = await s3.open(t, await s3.bucket());

  const outcome = await laid.push({ place: 'another bucket' }, { store: other });

  assert.equal(outcome.counts.objects, 4);
});
