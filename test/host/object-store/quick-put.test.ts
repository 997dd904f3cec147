import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { systemClock } from '../../../src/host/clock.ts';
import { authorize, encodeKey, makeKeyOfDay } from '../../../src/host/object-store/signature.ts';
import { type ObjectStore, openObjectStore } from '../../../src/host/object-store.ts';
import { objectStoreOfFile } from '../../support/object-store.ts';
import { writeKeys } from './keys.ts';

const store = objectStoreOfFile();
const signal = new AbortController().signal;
const how = {
  contentType: 'text/plain',
  cacheControl: 'max-age=60, no-transform',
  metadata: { 'checksum-sha1': 'abc' },
};

test('the signature is the one that AWS publishes for its own example', () => {
  const headers = {
    date: 'Fri, 24 May 2013 00:00:00 GMT',
    host: 'examplebucket.s3.amazonaws.com',
    'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    'x-amz-date': '20130524T000000Z',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
  };
  const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
  const path = `/${encodeKey('test$file.text')}`;

  const authorization = authorize(path, headers, keys, 'us-east-1', makeKeyOfDay('us-east-1'));

  assert.equal(
    authorization,
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
      'SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, ' +
      'Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  );
});

test('what goes the short way comes to stand there as the SDK puts it', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const bucket = await s3.open(t, await s3.bucket());
  const keys = ['first', 'second', "third/a b+c~d(e)!'*é.jar"];

  const found = [];
  for (const key of keys) {
    const put = await bucket.put(key, Buffer.from('the same bytes'), how, signal);
    const head = await bucket.head(key, signal);
    assert.ok(put.kind === 'put' && head.kind === 'found', key);
    assert.equal(put.etag, head.etag);
    found.push({ ...head, modifiedAt: 0 });
  }

  assert.deepEqual(found[1], found[0]);
  assert.deepEqual(found[2], found[0]);
});

test('only the first object goes through the SDK', async (t) => {
  const { bucket, asked } = await storeThat(t, () => 200);

  for (const key of ['a', 'b', 'c']) await bucket.put(key, Buffer.from('x'), how, signal);

  assert.deepEqual(asked.map(isOfSdk), [true, false, false]);
  assert.match(
    asked[2]?.headers.authorization ?? '',
    /SignedHeaders=cache-control;content-type;host;.*x-amz-meta-checksum/,
  );
});

test('a store that lets the SDK in and not us is soon asked by the SDK alone', async (t) => {
  const { bucket, asked } = await storeThat(t, (request) => (isOfSdk(request) ? 200 : 403));

  const answers = [];
  for (const key of ['a', 'b', 'c', 'd']) answers.push((await bucket.put(key, Buffer.from('x'), how, signal)).kind);

  assert.deepEqual(answers, ['put', 'put', 'put', 'put']);
  assert.deepEqual(asked.map(isOfSdk), [true, false, true, true, true]);
});

test('what both are refused says nothing against us, and a failure of the store is retried by the SDK', async (t) => {
  let answer = 200;
  const { bucket, asked } = await storeThat(t, () => answer);
  await bucket.put('a', Buffer.from('x'), how, signal);

  answer = 400;
  const refused = await bucket.put('b', Buffer.from('x'), how, signal);
  answer = 200;
  await bucket.put('c', Buffer.from('x'), how, signal);

  assert.equal(refused.kind, 'refused');
  assert.deepEqual(asked.map(isOfSdk), [true, false, true, false]);
});

interface AnsweringStore {
  readonly bucket: ObjectStore;
  readonly asked: IncomingMessage[];
}

async function storeThat(t: TestContext, statusOf: (request: IncomingMessage) => number): Promise<AnsweringStore> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    request.resume();
    request.once('end', () => response.writeHead(statusOf(request), { etag: '"e"' }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { kind: 'file' as const, path: writeKeys(t) };
  const options = { bucket: 'b', region: 'us-east-1', endpoint, pathStyle: true, credentials, attempts: 1 };
  const bucket = await openObjectStore(options, systemClock);
  t.after(() => {
    bucket[Symbol.dispose]();
    server.closeAllConnections();
    server.close();
  });
  return { bucket, asked };
}

function isOfSdk(request: IncomingMessage): boolean {
  return request.headers['user-agent']?.includes('aws-sdk') === true;
}
