import assert from 'node:assert/strict';
import test from 'node:test';
import { objectStoreOfFile } from '../../../support/object-store.ts';
import { bucketSource, bucketWith } from './s3-source.ts';

const storeOf = objectStoreOfFile();

test('between two sweeps only what the release feed names and what the pass waits for is listed, each unit whole', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const { name } = await bucketWith(t, store, {
    'g/a/1.0/a-1.0.jar': 'jar',
    'g/a/1.0/a-1.0.pom': 'pom',
    'g/a/1.0.1/a-1.0.1.pom': 'pom',
    'g/a/maven-metadata.xml': 'metadata',
    'g/a/maven-metadata.xml.sha1': 'sum',
    'g/a/maven-metadata-old.xml': 'other',
    'g/b/1.0/b-1.0.pom': 'pom',
    'g/c/1.0/c-1.0.pom': 'pom',
    'loose.txt': 'loose',
    'loose.txt.md5': 'sum',
  });
  const version = { artifactFolder: 'g/a', folder: 'g/a/1.0', stem: 'g/a/1.0/a-1.0', releasedAt: 0 };
  const releaseFeed = {
    begin: async () => ({ kind: 'begun', cursor: 'c1' }) as const,
    since: async () => ({ kind: 'releases', versions: [version], cursor: 'c2' }) as const,
  };
  const bucket = bucketSource(t, store, `s3://${name}/`, { releaseFeed });

  const swept = await bucket.list();
  const { outcome, files } = await bucket.list({
    since: 'c1',
    due: [
      { unit: 'g/b/1.0', unitKind: 'version' },
      { unit: 'loose.txt', unitKind: 'loose' },
    ],
  });

  assert.equal(swept.outcome.kind === 'complete' && swept.outcome.cursor, 'c1');
  assert.deepEqual(outcome, { kind: 'news', cursor: 'c2' });
  assert.deepEqual(
    files.map(({ path }) => path),
    [
      'g/a/1.0/a-1.0.jar',
      'g/a/1.0/a-1.0.pom',
      'g/a/maven-metadata.xml',
      'g/a/maven-metadata.xml.sha1',
      'g/b/1.0/b-1.0.pom',
      'loose.txt',
      'loose.txt.md5',
    ],
  );
});

test('while the release feed cannot be read the whole bucket is listed', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const { name } = await bucketWith(t, store, { 'g/a.txt': 'a' });
  const gone = async () => ({ kind: 'trouble', trouble: 'unreachable', sentence: 'gone' }) as const;
  const bucket = bucketSource(t, store, `s3://${name}/`, { releaseFeed: { begin: gone, since: gone } });

  const { outcome, files } = await bucket.list({ since: 'c1' });

  assert.deepEqual([outcome.kind, outcome.kind === 'complete' && outcome.cursor, files.length], ['complete', null, 1]);
});
