import assert from 'node:assert/strict';
import test from 'node:test';
import { removalDigest } from '../../../src/mirror/pass/pass.ts';
import { objectStoreOfFile } from '../../support/object-store.ts';
import { layPush, SIGNAL, version } from './laid.ts';

const store = objectStoreOfFile();
const NUMBERS = ['1.0', '1.1', '1.2', '1.3', '1.4'];

test('the guard keeps more than its allowance from going, and an operator lets exactly that through', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  for (const number of NUMBERS) laid.publish(version('g', 'a', number));
  await laid.push();
  const gone = Object.keys(version('g', 'a', '1.0'));
  laid.unpublish(gone);
  const removal = { maxFiles: 2, maxRatio: 1 };

  const refused = await laid.push({ removal });
  const still = await laid.keys();
  const wrong = await laid.push({ removal, acceptPlan: removalDigest(['g/x']) });
  const accepted = await laid.push({ removal, acceptPlan: refused.refused?.planSha256 ?? '' });

  assert.deepEqual([refused.end, refused.refused?.guard, refused.refused?.files], ['owing', 'max_files', 4]);
  assert.equal(refused.refused?.planSha256, removalDigest(gone));
  assert.equal(still.length, 20);
  assert.deepEqual(wrong.removed, []);
  assert.equal(accepted.removed.length, 4);
  assert.deepEqual(await laid.keys(), laid.inventory.pathsAfter('', 100));
});

test('the allowance is of a day, over all pushes', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  for (const number of NUMBERS) laid.publish(version('g', 'a', number));
  await laid.push();
  const removal = { maxFiles: 6, maxRatio: 1 };
  laid.unpublish(Object.keys(version('g', 'a', '1.0')));
  const first = await laid.push({ removal });
  laid.unpublish(Object.keys(version('g', 'a', '1.1')));

  const second = await laid.push({ removal });

  assert.deepEqual([first.removed.length, second.removed.length, second.refused?.guard], [4, 0, 'max_files']);
});

test('what was taken down goes at once, whatever else stands in the way; metadata first, then artifacts, POM and sums', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  for (const number of NUMBERS) laid.publish(version('g', 'a', number));
  await laid.push();
  const how = { contentType: 'text/plain', cacheControl: '', metadata: {} };
  await laid.store.put('g/b/1.0/b-1.0.jar', Buffer.from('poison'), how, SIGNAL);
  laid.publish(version('g', 'b', '1.0'));
  laid.unpublish([...Object.keys(version('g', 'a', '1.0')), ...Object.keys(version('g', 'a', '1.1'))]);
  laid.takedowns.add({ prefix: 'g/a/1.0', reason: 'a key', legal: false, at: 0, actor: 'me' });

  const outcome = await laid.push({ removal: { maxFiles: 0, maxRatio: 0 } });

  assert.equal(outcome.conflicts.length, 1);
  assert.deepEqual(
    outcome.removed.map((path) => path.replace('g/a/1.0/a-1.0', '')),
    ['.jar', '.pom', '.jar.sha1', '.pom.sha1'],
  );
});

test('a plan says what would be put and removed, and does nothing', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  for (const number of NUMBERS) laid.publish(version('g', 'a', number));
  await laid.push();
  laid.publish(version('g', 'a', '2.0'));
  laid.unpublish(Object.keys(version('g', 'a', '1.0')));
  const before = await laid.keys();

  const planned = await laid.plan();

  assert.deepEqual(await laid.keys(), before);
  assert.deepEqual(
    planned.steps.map(({ path, how }) => [path.slice(-8), how]),
    [
      ['jar.sha1', 'put'],
      ['pom.sha1', 'put'],
      ['-2.0.jar', 'create'],
      ['-2.0.pom', 'create'],
    ],
  );
  assert.deepEqual(planned.removals.map(({ path }) => path).sort(), Object.keys(version('g', 'a', '1.0')).sort());
});

test('in a versioned bucket what was removed is there still, as an older version', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const bucket = await s3.bucket({ versioned: true });
  const laid = await layPush(t, s3, await s3.open(t, bucket));
  for (const number of NUMBERS) laid.publish(version('g', 'a', number));
  await laid.push();
  laid.unpublish(Object.keys(version('g', 'a', '1.0')));

  const outcome = await laid.push();
  const again = await laid.push({ reconcile: true });

  assert.equal(outcome.removed.length, 4);
  assert.deepEqual(again.drift?.foreign, []);
  assert.equal(await s3.versions(bucket, 'g/a/1.0/a-1.0.jar'), 1);
});
