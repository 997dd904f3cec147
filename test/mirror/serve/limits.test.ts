import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { renderMetrics } from '../../../src/host/metrics.ts';
import type { Route } from '../../../src/host/route.ts';
import { watchSlow } from '../../../src/host/slow.ts';
import { DEADLINES } from '../../../src/mirror/serve/listener.ts';
import { JAR, POM } from './planted.ts';
import { JAR_PATH, POM_PATH } from './request-row.ts';
import { serve } from './running.ts';
import { ask, connect } from './wire.ts';

const SHORT = { ...DEADLINES, headers: 300, request: 300, look: 50 };

it('connections above the limit of one address are cut, and there is room again when one ends', async (t) => {
  const limits = { connections: 100, perAddress: 3, requestsPerSecond: 0 };
  const { server, planted } = await serve(t, { limits });
  const held = await Promise.all([1, 2, 3].map(() => connect(server.url)));
  for (const socket of held) t.after(() => socket.destroy());

  await assert.rejects(ask(server.url, 'GET', POM_PATH));
  held[0]?.destroy();
  await eventually(async () => (await ask(server.url, 'GET', POM_PATH)).status === 200);

  const text = await renderMetrics(planted.rooms.figures.families());
  assert.match(text, /assay_http_refused_connections_total\{limit="per_address"\} [1-9]/);
  assert.match(text, /assay_http_refused_connections_total\{limit="connections"\} 0/);
});

it('connections above the limit of all are cut', async (t) => {
  const { server } = await serve(t, { limits: { connections: 2, perAddress: 100, requestsPerSecond: 0 } });
  const held = await Promise.all([1, 2].map(() => connect(server.url)));
  for (const socket of held) t.after(() => socket.destroy());

  await assert.rejects(ask(server.url, 'GET', POM_PATH));
});

it('a proxy that is trusted has no limit of one client', async (t) => {
  const limits = { connections: 100, perAddress: 1, requestsPerSecond: 0 };
  const { server } = await serve(t, { limits, trustedProxies: ['127.0.0.0/8'] });
  const held = await Promise.all([1, 2, 3].map(() => connect(server.url)));
  for (const socket of held) t.after(() => socket.destroy());

  assert.equal((await ask(server.url, 'GET', POM_PATH)).status, 200);
});

it('requests above the limit of one client get 429 with Retry-After, each client for itself; health is answered', async (t) => {
  const limits = { connections: 100, perAddress: 100, requestsPerSecond: 0.1 };
  const { server } = await serve(t, { limits, trustedProxies: ['127.0.0.1'] });
  const as = (client: string, path = POM_PATH) => ask(server.url, 'GET', path, { 'x-forwarded-for': client });

  const answers = [
    await as('203.0.113.1'),
    await as('203.0.113.1'),
    await as('203.0.113.2'),
    await as('203.0.113.1', '/-/health'),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 429, 200, 200],
  );
  assert.equal(answers[1]?.headers['retry-after'], '2');
});

it('under load pages and listings get 503 with Retry-After, files and what an operator looks at are answered', async (t) => {
  const { server } = await serve(t, {}, () => ({ load: { isHigh: () => true, stop: () => undefined } }));

  const answers = await Promise.all(
    ['/', '/com/example/', '/-/page', POM_PATH, JAR_PATH, '/-/health', '/none'].map((path) =>
      ask(server.url, 'GET', path),
    ),
  );

  assert.deepEqual(
    answers.map(({ status }) => status),
    [503, 503, 503, 200, 200, 200, 404],
  );
  assert.deepEqual([answers[0]?.headers['retry-after'], answers[2]?.headers['retry-after']], ['30', '30']);
});

it('a head that comes byte by byte is cut at its deadline with 408, others are served meanwhile', async (t) => {
  const { server } = await serve(t, { deadlines: SHORT });
  const slow = await connect(server.url);
  t.after(() => slow.destroy());
  let text = '';
  slow.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const ended = new Promise((resolve) => slow.once('close', resolve));
  const drip = setInterval(() => slow.write('x-a: b\r\n'), 20);
  t.after(() => clearInterval(drip));
  slow.on('error', () => undefined);

  slow.write(`GET ${POM_PATH} HTTP/1.1\r\nhost: a\r\n`);
  const meanwhile = await ask(server.url, 'GET', POM_PATH);
  await ended;

  assert.equal(meanwhile.status, 200);
  assert.match(text, /^HTTP\/1\.1 408 /);
});

it('a connection that never asks is ended at the same deadline', async (t) => {
  const { server } = await serve(t, { deadlines: SHORT });
  const idle = await connect(server.url);
  t.after(() => idle.destroy());

  idle.resume();
  await new Promise((resolve) => idle.once('close', resolve));
});

it('a body that never comes to its end is cut, the answer is read before', async (t) => {
  const { server } = await serve(t, { deadlines: SHORT });
  const slow = await connect(server.url);
  t.after(() => slow.destroy());
  slow.on('error', () => undefined);
  let text = '';
  slow.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });

  slow.write('PUT /a HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nx');
  await new Promise((resolve) => slow.once('close', resolve));

  assert.match(text, /^HTTP\/1\.1 405 /);
});

it('a reader that stands still is cut, and its file is closed', async (t) => {
  const { server, planted } = await serve(t, { deadlines: { ...DEADLINES, stalled: 300 } });
  const path = 'com/example/one/1.0/one-1.0.jar';
  planted.put(path, 'artifact', Buffer.alloc(64 * 1024 * 1024));
  const stuck = await connect(server.url);
  t.after(() => stuck.destroy());
  stuck.on('error', () => undefined);

  stuck.write(`GET /${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
  await new Promise((resolve) => stuck.once('readable', resolve));
  const { readdirSync, readlinkSync } = await import('node:fs');
  const isOpen = () => readdirSync('/proc/self/fd').some((fd) => linkOf(readlinkSync, fd).endsWith(path));
  assert.ok(isOpen());
  await eventually(() => !isOpen());
});

it('a reader who takes less than he must is cut, also of an answer in memory', async (t) => {
  const page = { status: 200, headers: {}, body: Buffer.alloc(32 * 1024 * 1024) };
  const large: Route = { method: 'GET', path: '/-/large', weight: 'page', maxBodyBytes: 0, answer: async () => page };
  const { server, planted } = await serve(
    t,
    { deadlines: { ...DEADLINES, look: 50, reading: { patienceMs: 300, bytesPerSecond: 1e9 } } },
    ({ rooms }) => ({ routes: [...rooms.routes, large] }),
  );
  const dripping = await connect(server.url);
  t.after(() => dripping.destroy());
  dripping.on('error', () => undefined);
  const ended = new Promise((resolve) => dripping.once('close', resolve));

  dripping.write('GET /-/large HTTP/1.1\r\nhost: a\r\n\r\n');
  await new Promise((resolve) => dripping.once('readable', resolve));
  const drip = setInterval(() => dripping.read(1), 20);
  t.after(() => clearInterval(drip));
  await eventually(async () =>
    /^assay_http_connections 0$/m.test(await renderMetrics(planted.rooms.figures.families())),
  );
  dripping.resume();
  await ended;

  assert.ok(dripping.bytesRead < page.body.length);
});

it('answers that wait behind a large one on a connection that ends are given up, their files closed', async (t) => {
  const { server, planted } = await serve(t);
  const path = 'com/example/one/1.0/one-1.0.jar';
  planted.put(path, 'artifact', Buffer.alloc(32 * 1024 * 1024));
  const socket = await connect(server.url);
  socket.on('error', () => undefined);
  const { readdirSync, readlinkSync } = await import('node:fs');
  const open = () => readdirSync('/proc/self/fd').filter((fd) => linkOf(readlinkSync, fd).endsWith(path)).length;

  socket.write(`GET /${path} HTTP/1.1\r\nhost: a\r\n\r\n`.repeat(20));
  await new Promise((resolve) => socket.once('readable', resolve));
  await eventually(() => open() > 0);
  socket.destroy();
  await eventually(() => open() === 0);

  assert.ok((await ask(server.url, 'GET', POM_PATH)).body.equals(POM));
});

it('slow requests are told by their thresholds', async (t) => {
  const { server, planted } = await serve(t);
  watchSlow({ request: [0], sql: [], fsync: [], probe: [], put: [] }, planted.rooms.logger);
  t.after(() => watchSlow(null, planted.rooms.logger));

  await ask(server.url, 'GET', `${JAR_PATH}?secret`);
  await eventually(() => planted.logged.some((line) => line.msg === 'request was slow'));

  const line = planted.logged.find(({ msg }) => msg === 'request was slow');
  assert.deepEqual(
    { level: line?.level, path: line?.path, status: line?.status, bytes: line?.bytes },
    { level: 30, path: JAR_PATH, status: 200, bytes: JAR.length },
  );
});

function linkOf(read: (path: string) => string, fd: string): string {
  try {
    return read(`/proc/self/fd/${fd}`);
  } catch {
    // Closed while we looked.
    return '';
  }
}

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await Promise.resolve(holds()).catch(() => false)) return;
    await wait(50);
  }
  assert.fail('it did not come to be within 30 seconds');
}
