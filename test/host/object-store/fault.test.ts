import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import { systemClock } from '../../../src/host/clock.ts';
import { openObjectStore } from '../../../src/host/object-store.ts';

const signal = new AbortController().signal;
const how = { contentType: 'text/plain', cacheControl: 'max-age=60', metadata: {} };

test('what a store says of overload, of its clock and of a connection that it cuts is understood', async (t) => {
  const words: Record<string, [number, string]> = {
    'slow-down': [503, 'SlowDown'],
    'clock-skew': [403, 'RequestTimeTooSkewed'],
    credentials: [400, 'ExpiredToken'],
    'wrong-region': [301, 'PermanentRedirect'],
    unsupported: [501, 'NotImplemented'],
    contended: [409, 'ConditionalRequestConflict'],
    'store-failed': [500, 'InternalError'],
    refused: [400, 'EntityTooLarge'],
    cut: [0, ''],
  };
  const kinds: string[] = [];
  for (const [status, code] of Object.values(words)) {
    const endpoint = await answering(t, status, code);
    const options = { bucket: 'b', region: 'r', endpoint, pathStyle: true, credentials: ANYBODY, attempts: 1 };
    const bucket = await openObjectStore(options, systemClock);
    t.after(() => bucket[Symbol.dispose]());
    kinds.push((await bucket.put('k', Buffer.from('one'), how, signal)).kind);
  }

  assert.deepEqual(kinds, Object.keys(words));
});

test('a body that is cut ends with a fault, not with less', async (t) => {
  const endpoint = await serving(t, (response) => {
    response.writeHead(200, { 'content-length': '1000', etag: '"x"' });
    response.write('half', () => response.destroy());
  });
  const options = { bucket: 'b', region: 'r', endpoint, pathStyle: true, credentials: ANYBODY };
  const bucket = await openObjectStore(options, systemClock);
  t.after(() => bucket[Symbol.dispose]());

  const opened = await bucket.get('k', {}, signal);
  assert.ok(opened.kind === 'opened');
  const error = await buffer(opened.body).then(
    () => null,
    (cause: unknown) => cause,
  );

  assert.notEqual(error, null);
  assert.equal(bucket.readFault(error, 'k', signal).kind, 'cut');
});

test('an abort ends a request, and a body under way, with its own reason', async (t) => {
  const endpoint = await serving(t, (response) => {
    response.writeHead(200, { 'content-length': '1000', etag: '"x"' });
    response.write('half');
  });
  const silent = await serving(t, () => undefined);
  const options = { bucket: 'b', region: 'r', pathStyle: true, credentials: ANYBODY };
  const sending = await openObjectStore({ ...options, endpoint }, systemClock);
  const waiting = await openObjectStore({ ...options, endpoint: silent }, systemClock);
  t.after(() => sending[Symbol.dispose]());
  t.after(() => waiting[Symbol.dispose]());
  const stop = new AbortController();

  const opened = await sending.get('k', {}, stop.signal);
  assert.ok(opened.kind === 'opened');
  const head = waiting.head('k', stop.signal);
  setImmediate(() => stop.abort(new Error('enough')));

  await assert.rejects(head, /enough/);
  const error = await buffer(opened.body).catch((cause: unknown) => cause);
  assert.throws(() => sending.readFault(error, 'k', stop.signal), /enough/);
});

const ANYBODY = { kind: 'anonymous' } as const;

async function answering(t: TestContext, status: number, code: string): Promise<string> {
  return await serving(t, (response) => {
    if (status === 0) return response.destroy();
    response.writeHead(status, { 'content-type': 'application/xml' });
    return response.end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
  });
}

async function serving(t: TestContext, answer: (response: ServerResponse) => unknown): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
