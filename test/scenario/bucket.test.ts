// A mirror of a public bucket, from the command line to what is served.

import assert from 'node:assert/strict';
import test from 'node:test';
import { makeBucketOrigin, mirrorOfBucket } from '../support/bucket-origin.ts';
import { publishedText, startMirror } from '../support/mirror.ts';
import { objectStoreOfFile } from '../support/object-store.ts';

const storeOf = objectStoreOfFile();

test('a bucket is mirrored, changes with it, and what it makes by itself is left out', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const origin = await makeBucketOrigin(t, store);
  await origin.release('tool', '1.0+x');
  await origin.metadata('tool', ['1.0+x']);
  await origin.putBare('org/example/tool/index.html', '<html>');
  await origin.putBare('all-poms.txt', './org/example/tool/1.0+x/tool-1.0+x.pom');
  const mirror = await mirrorOfBucket(t, origin);

  const first = await mirror.sync();
  const quiet = await mirror.sync();
  await origin.release('tool', '2.0');
  await origin.metadata('tool', ['1.0+x', '2.0']);
  const second = await mirror.sync();

  assert.deepEqual([first.exit, first.result.listed, first.result.added], [0, 6, 6]);
  assert.deepEqual([quiet.exit, quiet.result.added, quiet.result.changed, quiet.result.bytes_fetched], [0, 0, 0, 0]);
  assert.deepEqual([second.exit, second.result.added, second.result.changed], [0, 4, 2]);
  assert.deepEqual(
    await mirror.statuses(
      'org/example/tool/1.0+x/tool-1.0+x.jar',
      'org/example/tool/1.0%2Bx/tool-1.0%2Bx.pom',
      'all-poms.txt',
    ),
    [200, 200, 404],
  );
});

test('a release that is rewritten in the same second with the same size stays as it was published', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const origin = await makeBucketOrigin(t, store);
  await origin.release('tool', '1.0', 'good bytes');
  const mirror = await mirrorOfBucket(t, origin);
  await mirror.sync();
  await origin.release('tool', '1.0', 'evil bytes');

  const { exit, result } = await mirror.sync();

  assert.equal(exit, 1);
  assert.deepEqual(result.rejected, [{ path: 'org/example/tool/1.0/tool-1.0.jar', verdict: 'immutable-changed' }]);
  assert.equal(publishedText(mirror, 'org/example/tool/1.0/tool-1.0.jar'), 'good bytes');
});

test('what the bucket lost stays served, and a bucket that was closed removes nothing', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const origin = await makeBucketOrigin(t, store, true);
  await origin.release('tool', '1.0');
  await origin.release('other', '1.0');
  const mirror = await mirrorOfBucket(t, origin);
  await mirror.sync();
  await origin.remove('org/example/tool/1.0/tool-1.0.jar');

  const lost = await mirror.sync();
  const closed = await store.bucket({ open: 'nothing' });
  mirror.configure({ source: [{ ...origin.source, url: `s3://${closed}/` }] });
  const refused = await mirror.sync();

  assert.deepEqual([lost.exit, lost.result.absent], [0, 1]);
  assert.equal(refused.exit, 3);
  assert.equal(refused.problems[0]?.code, 'source-refused');
  assert.deepEqual(
    await mirror.statuses('org/example/tool/1.0/tool-1.0.jar', 'org/example/other/1.0/other-1.0.jar'),
    [200, 200],
  );
});

test('the next source is taken when the first cannot even be listed, and nothing is fetched twice for it', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const origin = await makeBucketOrigin(t, store);
  await origin.release('tool', '1.0');
  const mirror = await startMirror(t, { sections: { source: [origin.source] } });
  await mirror.sync();
  const gone = { ...origin.source, url: 's3://gone-bucket/' };
  mirror.configure({ source: [gone, origin.source] });

  const { exit, result } = await mirror.sync();

  assert.deepEqual([exit, result.listed, result.bytes_fetched], [0, 4, 0]);
});
