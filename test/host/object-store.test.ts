import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import test from 'node:test';
import { isOfTheStore, md5OfEtag, type ObjectStore } from '../../src/host/object-store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { objectStoreOfFile } from '../support/object-store.ts';

const store = objectStoreOfFile();
const signal = new AbortController().signal;
const how = { contentType: 'text/plain', cacheControl: 'max-age=60', metadata: { 'checksum-sha1': 'abc' } };
const MIB = 1024 * 1024;

test('what was put is found with all that was said of it, and its ETag is the MD5 of its bytes', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const bucket = await s3.open(t, await s3.bucket());
  const bytes = Buffer.from('the bytes');

  const put = await bucket.put('a/b.txt', bytes, { ...how, md5: md5(bytes), sha256: sha256(bytes) }, signal);
  const found = await bucket.head('a/b.txt', signal);

  assert.ok(put.kind === 'put' && found.kind === 'found');
  assert.equal(md5OfEtag(put.etag), md5(bytes).toString('hex'));
  assert.equal(found.etag, put.etag);
  assert.equal(found.size, bytes.length);
  assert.equal(found.contentType, 'text/plain');
  assert.equal(found.cacheControl, 'max-age=60');
  assert.equal(found.metadata['checksum-sha1'], 'abc');
});

test('keys with blanks, plus, tilde, percent and letters of the world come back as they went', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const bucket = await s3.open(t, await s3.bucket());
  const keys = ['g/a b/1+2~x/a%20b.jar', 'g/é/ü.pom', "g/(a)!*'.jar", 'g/ab&c=d;e.jar'];

  for (const key of keys) await bucket.put(key, Buffer.from(key), how, signal);
  const page = await bucket.list({ prefix: 'g/' }, signal);
  const bodies = await Promise.all(keys.map((key) => bodyOf(bucket, key)));

  assert.ok(page.kind === 'page');
  assert.deepEqual(new Set(page.objects.map(({ key }) => key)), new Set(keys));
  assert.deepEqual(bodies, keys);
});

test('a listing comes in pages, and goes on after a key', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const bucket = await s3.open(t, await s3.bucket());
  const keys = ['p/1', 'p/2', 'p/3', 'p/4', 'p/5', 'q/1'];
  for (const key of keys) await bucket.put(key, Buffer.from(key), how, signal);

  const first = await bucket.list({ prefix: 'p/', count: 2 }, signal);
  assert.ok(first.kind === 'page' && first.next !== null);
  const second = await bucket.list({ prefix: 'p/', count: 2, next: first.next }, signal);
  const after = await bucket.list({ prefix: 'p/', after: 'p/3' }, signal);

  assert.ok(second.kind === 'page' && after.kind === 'page');
  assert.deepEqual(keysOf(first), ['p/1', 'p/2']);
  assert.deepEqual(keysOf(second), ['p/3', 'p/4']);
  assert.deepEqual(keysOf(after), ['p/4', 'p/5']);
  assert.equal(after.next, null);
});

test('a conditional write meets an object and says so', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const bucket = await s3.open(t, await s3.bucket());

  const first = await bucket.put('k', Buffer.from('one'), { ...how, onlyIfAbsent: true }, signal);
  const second = await bucket.put('k', Buffer.from('two'), { ...how, onlyIfAbsent: true }, signal);

  assert.equal(first.kind, 'put');
  assert.equal(second.kind, 'exists');
  assert.equal(await bodyOf(bucket, 'k'), 'one');
});

test('bytes that do not have the sum that was sent with them are refused', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const bucket = await s3.open(t, await s3.bucket());

  const answer = await bucket.put('k', Buffer.from('one'), { ...how, md5: md5(Buffer.from('two')) }, signal);
  const found = await bucket.head('k', signal);

  assert.equal(answer.kind, 'damaged');
  assert.equal(found.kind, 'absent');
});

test('a large object goes in parts, and what was begun and given up leaves nothing', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const bucket = await s3.open(t, await s3.bucket());
  const bytes = randomBytes(12 * MIB);

  const begun = await bucket.uploads.begin('big', how, false, signal);
  const other = await bucket.uploads.begin('left', how, false, signal);
  assert.ok(begun.kind === 'begun' && other.kind === 'begun');
  const parts = [];
  for (const [index, start] of [0, 5 * MIB, 10 * MIB].entries()) {
    const piece = bytes.subarray(start, start + 5 * MIB);
    const part = await bucket.uploads.part({ key: 'big', id: begun.id }, index + 1, piece, { md5: md5(piece) }, signal);
    assert.ok(part.kind === 'part');
    parts.push(part);
  }
  const open = await bucket.uploads.list('', null, signal);
  const done = await bucket.uploads.complete({ key: 'big', id: begun.id }, parts, true, signal);
  const aborted = await bucket.uploads.abort({ key: 'left', id: other.id }, signal);
  const again = await bucket.uploads.abort({ key: 'left', id: other.id }, signal);
  const left = await bucket.uploads.list('', null, signal);

  assert.ok(open.kind === 'uploads' && left.kind === 'uploads' && done.kind === 'put');
  assert.deepEqual(open.uploads.map(({ key }) => key).sort(), ['big', 'left']);
  assert.equal(md5OfEtag(done.etag), null);
  assert.deepEqual([aborted.kind, again.kind], ['aborted', 'aborted']);
  assert.deepEqual(left.uploads, []);
  const opened = await bucket.get('big', {}, signal);
  assert.ok(opened.kind === 'opened');
  assert.ok((await buffer(opened.body)).equals(bytes));
});

test('a read goes on from a byte, and only while the object is the same one', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const bucket = await s3.open(t, await s3.bucket());
  const put = await bucket.put('k', Buffer.from('0123456789'), how, signal);
  assert.ok(put.kind === 'put');

  const rest = await bucket.get('k', { from: 4, etag: put.etag }, signal);
  const changed = await bucket.get('k', { from: 4, etag: 'f'.repeat(32) }, signal);

  assert.ok(rest.kind === 'opened');
  assert.equal((await buffer(rest.body)).toString(), '456789');
  assert.equal(changed.kind, 'exists');
});

test('without keys a bucket is read as far as it is open to all', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const names = [await s3.bucket({ open: 'get' }), await s3.bucket({ open: 'get-and-list' })];
  for (const name of names) await (await s3.open(t, name)).put('k', Buffer.from('one'), how, signal);

  const answers = [];
  for (const name of names) {
    const anonymous = await s3.open(t, name, { credentials: { kind: 'anonymous' } });
    const absent = await anonymous.head('absent', signal);
    const written = await anonymous.put('k', Buffer.from('two'), how, signal);
    answers.push([await bodyOf(anonymous, 'k'), absent.kind, written.kind]);
  }

  assert.deepEqual(answers, [
    ['one', 'denied', 'denied'],
    ['one', 'absent', 'denied'],
  ]);
});

test('without a file the keys are found as AWS tools find them', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const name = await s3.bucket();
  const names = { AWS_ACCESS_KEY_ID: s3.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.secretAccessKey };
  const before = Object.keys(names).map((key) => [key, process.env[key]] as const);
  t.after(() => {
    for (const [key, value] of before) {
      if (value === undefined) delete process.env[key];
      else process.env[key] = value;
    }
  });
  Object.assign(process.env, names);

  const bucket = await s3.open(t, name, { credentials: { kind: 'chain' } });
  const put = await bucket.put('k', Buffer.from('one'), how, signal);

  assert.equal(put.kind, 'put');
});

test('each way of being unable is told apart, and none of them tells a secret', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const name = await s3.bucket();
  const folder = temporaryFolder(t);
  const keyFile = (id: string, secret: string) => {
    const path = join(folder, `${id}-${secret}`);
    writeFileSync(path, `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`);
    return { credentials: { kind: 'file' as const, path } };
  };
  const cases = {
    credentials: await s3.open(t, name, keyFile(s3.accessKeyId, 'a-wrong-secret')),
    unknown: await s3.open(t, name, keyFile('nobody', 'a-wrong-secret')),
    bucket: await s3.open(t, 'no-such-bucket'),
    file: await s3.open(t, name, { credentials: { kind: 'file', path: join(folder, 'no-such-file') } }),
    closed: await s3.open(t, name, { endpoint: 'http://127.0.0.1:9', attempts: 1 }),
    name: await s3.open(t, name, { endpoint: 'http://no-such-host.invalid', attempts: 1 }),
  };

  const faults: Record<string, string> = {};
  for (const [which, bucket] of Object.entries(cases)) {
    const answer = await bucket.put('k', Buffer.from('one'), how, signal);
    assert.ok(answer.kind !== 'put');
    assert.doesNotMatch(JSON.stringify(answer), /a-wrong-secret|assay-demo-secret/);
    assert.ok(isOfTheStore(answer), which);
    faults[which] = answer.kind;
  }

  assert.deepEqual(faults, {
    credentials: 'credentials',
    unknown: 'credentials',
    bucket: 'no-bucket',
    file: 'no-credentials',
    closed: 'unreachable',
    name: 'unreachable',
  });
});

async function bodyOf(bucket: ObjectStore, key: string): Promise<string> {
  const opened = await bucket.get(key, {}, signal);
  return opened.kind === 'opened' ? (await buffer(opened.body)).toString() : opened.kind;
}

function keysOf(page: { objects: readonly { key: string }[] }): string[] {
  return page.objects.map(({ key }) => key);
}

function md5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest();
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
