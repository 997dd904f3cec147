import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { systemClock } from '../../../../src/host/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { objectStoreOfFile } from '../../../support/object-store.ts';
import { bucketSource, bucketWith, put } from './s3-source.ts';

const storeOf = objectStoreOfFile();
const NEVER = new AbortController().signal;

const md5 = (text: string) => hash('md5', text);

test('a public bucket is listed without credentials, with sizes, times and MD5 sums', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const { name } = await bucketWith(t, store, {
    'g/a/1.0+x/a-1.0+x.jar': 'jar',
    'g/a/1.0+x/ü ~(1).txt': 'text',
    'g/a/index.html': '<html>',
    'index.html': '<html>',
    'all-poms.txt.gz': 'feed',
    '.meta/x': 'x',
    'g/folder/': '',
    'g/../x': 'x',
  });
  const before = systemClock.now();

  const { outcome, files, odd } = await bucketSource(t, store, `s3://${name}/`).list();

  assert.equal(outcome.kind, 'complete');
  assert.deepEqual(
    files.map(({ path, size, md5: sum }) => [path, size, sum]),
    [
      ['g/a/1.0+x/a-1.0+x.jar', 3, md5('jar')],
      ['g/a/1.0+x/ü ~(1).txt', 4, md5('text')],
    ],
  );
  for (const { mtime } of files) assert.ok(mtime % 1000 === 0 && Math.abs(mtime - before) < 3_600_000);
  assert.deepEqual(
    odd.filter(({ weight }) => weight === 'unsafe').map(({ name: key }) => key),
    ['g/../x'],
  );
});

test('a repository below a prefix is listed and read without it', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const { name } = await bucketWith(t, store, { 'repo/g/a.txt': 'a', 'repo2/g/b.txt': 'b', 'other.txt': 'c' });
  const bucket = bucketSource(t, store, `s3://${name}/repo/`);

  const { files } = await bucket.list();
  const outcome = await bucket.fetch(['g/a.txt']);

  assert.deepEqual(
    files.map(({ path }) => path),
    ['g/a.txt'],
  );
  assert.deepEqual(outcome, { kind: 'fetched', bytes: 1, unreadable: [] });
  assert.equal(readFileSync(join(bucket.staging, 'g/a.txt'), 'utf8'), 'a');
});

test('of a versioned bucket the newest versions are listed, and nothing of what was deleted', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const name = await store.bucket({ open: 'get-and-list', versioned: true });
  const own = await store.open(t, name);
  await put(own, { 'g/a.txt': 'old', 'g/b.txt': 'b' });
  await put(own, { 'g/a.txt': 'newer' });
  await own.remove('g/b.txt', NEVER);

  const { files } = await bucketSource(t, store, `s3://${name}/`).list();

  assert.deepEqual(
    files.map(({ path, size, md5: sum }) => [path, size, sum]),
    [['g/a.txt', 5, md5('newer')]],
  );
});

test('an equal bucket has an equal fingerprint, and any change another', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const { name, own } = await bucketWith(t, store, { 'g/a.txt': 'a', 'g/b.txt': 'b' });
  const bucket = bucketSource(t, store, `s3://${name}/`);
  const { outcome } = await bucket.list();
  const known = outcome.kind === 'complete' ? outcome.fingerprint : '';

  const same = await bucket.list({ known });
  await put(own, { 'g/b.txt': 'c' });
  const other = await bucket.list({ known });

  assert.equal(same.outcome.kind === 'complete' && same.outcome.isKnown, true);
  assert.equal(other.outcome.kind === 'complete' && other.outcome.isKnown, undefined);
});

test('only the folders that are wanted are listed', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const { name } = await bucketWith(t, store, { 'g/a/1': '1', 'g/ab/2': '2', 'h/3': '3', 'h/x/4': '4' });

  const included = await bucketSource(t, store, `s3://${name}/`, { includedPrefixes: ['g/a', 'h'] }).list();
  const excluded = await bucketSource(t, store, `s3://${name}/`, { excludedPrefixes: ['h'] }).list();

  assert.deepEqual(
    included.files.map(({ path }) => path),
    ['g/a/1', 'h/3', 'h/x/4'],
  );
  assert.deepEqual(
    excluded.files.map(({ path }) => path),
    ['g/a/1', 'g/ab/2'],
  );
});

test('a bucket that is closed, one that is not there, and wrong keys are told apart', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const closed = await store.bucket({ open: 'nothing' });

  const troubles = [];
  for (const url of [`s3://${closed}/`, 's3://no-such-bucket/']) {
    const { outcome } = await bucketSource(t, store, url).list();
    troubles.push(outcome.kind === 'trouble' ? [outcome.trouble, outcome.sentence] : outcome);
  }
  const signed = await bucketSource(t, store, `s3://${closed}/`, { isSigned: true }).list();

  assert.match(String(troubles[0]), /^refused,http:.*\/bucket-\d+\/\?.*: refused \(status 403\)/);
  assert.match(String(troubles[1]), /^refused,http:.*\/no-such-bucket\/: there is nothing \(status 404\)/);
  assert.equal(signed.outcome.kind, 'complete');
});

test('files are staged with their bytes and the time that the bucket has for them', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const { name } = await bucketWith(t, store, { 'g/a/1.0+x/a.jar': 'jar', 'g/empty': '', 'g/b': 'b' });
  const bucket = bucketSource(t, store, `s3://${name}/`);
  const { files } = await bucket.list();

  const outcome = await bucket.fetch(['g/a/1.0+x/a.jar', 'g/empty', 'g/b', 'g/gone']);

  assert.deepEqual(outcome, { kind: 'fetched', bytes: 4, unreadable: [] });
  assert.deepEqual(bucket.named.toSorted(), ['g/a/1.0+x/a.jar', 'g/b', 'g/empty']);
  for (const { path, mtime, size } of files) {
    const staged = statSync(join(bucket.staging, path));
    assert.deepEqual([staged.mtimeMs, staged.size], [mtime, size]);
  }
});

test('what lies in staging or in a seed is taken only when its MD5 is that of the object', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const { name } = await bucketWith(t, store, {
    'g/same': 'same',
    'g/cut': 'whole',
    'g/seeded': 'seed',
    'g/poisoned': 'good',
  });
  const bucket = bucketSource(t, store, `s3://${name}/`);
  const seed = temporaryFolder(t);
  for (const [folder, path, text] of [
    [bucket.staging, 'g/same', 'same'],
    [bucket.staging, 'g/cut', 'who'],
    [seed, 'g/seeded', 'seed'],
    [seed, 'g/poisoned', 'evil'],
  ] as const) {
    mkdirSync(join(folder, 'g'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  const outcome = await bucket.fetch(['g/same', 'g/cut', 'g/seeded', 'g/poisoned'], { basis: { seed } });

  assert.deepEqual(outcome, { kind: 'fetched', bytes: 'whole'.length + 'good'.length, unreadable: [] });
  assert.equal(readFileSync(join(bucket.staging, 'g/cut'), 'utf8'), 'whole');
  assert.equal(readFileSync(join(bucket.staging, 'g/seeded'), 'utf8'), 'seed');
  assert.equal(readFileSync(join(bucket.staging, 'g/poisoned'), 'utf8'), 'good');
});

test('links and folders that a stranger left in staging are not followed', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const { name } = await bucketWith(t, store, { 'g/a/x': 'x', 'g/y': 'y', 'g/z': 'z' });
  const bucket = bucketSource(t, store, `s3://${name}/`);
  const outside = temporaryFolder(t);
  writeFileSync(join(outside, 'y'), 'precious');
  mkdirSync(join(bucket.staging, 'g'));
  symlinkSync(outside, join(bucket.staging, 'g/a'));
  symlinkSync(join(outside, 'y'), join(bucket.staging, 'g/y'));
  mkdirSync(join(bucket.staging, 'g/z'));

  const outcome = await bucket.fetch(['g/a/x', 'g/y', 'g/z']);

  assert.equal(outcome.kind, 'fetched');
  assert.equal(readFileSync(join(outside, 'y'), 'utf8'), 'precious');
  assert.equal(statSync(join(outside, 'x'), { throwIfNoEntry: false }), undefined);
  assert.deepEqual(
    ['g/a/x', 'g/y', 'g/z'].map((path) => readFileSync(join(bucket.staging, path), 'utf8')),
    ['x', 'y', 'z'],
  );
});

test('an object above the ceiling is left, and more than the plan ends the fetch', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const { name } = await bucketWith(t, store, { 'g/large': 'x'.repeat(5000), 'g/small': 'x' });
  const bucket = bucketSource(t, store, `s3://${name}/`, { maxFileBytes: 4999 });

  const left = await bucket.fetch(['g/large', 'g/small']);
  const ended = await bucketSource(t, store, `s3://${name}/`).fetch(['g/large'], { ceilingBytes: 4999 });

  assert.deepEqual([left.kind, left.kind === 'fetched' && left.unreadable], ['fetched', ['g/large']]);
  assert.equal(ended.kind === 'trouble' && ended.trouble, 'too-large');
});

test('a fetch past its deadline, and one that is aborted, stop cleanly', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const { name } = await bucketWith(t, store, { 'g/a': 'a' });
  const bucket = bucketSource(t, store, `s3://${name}/`);

  const late = await bucket.fetch(['g/a'], { deadline: systemClock.now() - 1 });
  const aborted = await bucket.source.fetch(
    { folders: [], files: ['g/a'], basis: 'staging', deadline: systemClock.now() + 60_000 },
    () => undefined,
    AbortSignal.abort(),
  );

  assert.deepEqual(
    [late, aborted].map((each) => each.kind === 'trouble' && each.trouble),
    ['stopped', 'stopped'],
  );
});

test('a comparison by content names what differs and not what is gone', async (t) => {
  const store = await storeOf(t);
  if (store === null) return;
  const { name } = await bucketWith(t, store, { 'g/same': 'same', 'g/other': 'here' });
  const bucket = bucketSource(t, store, `s3://${name}/`);
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'g'));
  for (const [path, text] of [
    ['same', 'same'],
    ['other', 'ours'],
    ['gone', 'gone'],
  ] as const)
    writeFileSync(join(folder, 'g', path), text);

  const outcome = await bucket.source.differing(['g/same', 'g/other', 'g/gone'], folder, NEVER);

  assert.deepEqual(outcome, { kind: 'compared', paths: ['g/other'] });
});
