import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { runChild } from '../../../src/host/child.ts';
import { startServer } from '../../../src/mirror/serve/server.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { needs } from '../../support/needs.ts';
import { JAR, METADATA, POM, plant } from './planted.ts';
import { JAR_PATH, POM_PATH } from './request-row.ts';
import { REQUESTS } from './requests.ts';
import { certificateFiles, serve, serveOptions } from './running.ts';
import { ask, connect, exchange, parseAnswer } from './wire.ts';

it('HEAD gets the header fields of GET, and no body', async (t) => {
  const { server } = await serve(t);
  const targets = new Set(REQUESTS.filter((row) => row.method === undefined).map((row) => row.target));

  for (const target of targets) {
    const get = await ask(server.url, 'GET', target);
    const head = await ask(server.url, 'HEAD', target);

    // The parser below us refuses these before there is a method.
    if (get.body.length === 0) continue;
    assert.deepEqual(
      { ...head, body: null },
      { ...get, body: null, headers: { ...get.headers, date: head.headers.date } },
    );
    assert.equal(head.body.length, 0);
  }
});

it('requests on one connection are answered in their order', async (t) => {
  const { server } = await serve(t);
  const one = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nhost: a\r\n${more}\r\n`;

  const bytes = await exchange(
    server.url,
    Buffer.from(one(POM_PATH) + one('/none') + one(JAR_PATH) + one(POM_PATH, 'connection: close\r\n')),
  );

  assert.deepEqual(bytes.toString('latin1').match(/HTTP\/1\.1 \d+/g), [
    'HTTP/1.1 200',
    'HTTP/1.1 404',
    'HTTP/1.1 200',
    'HTTP/1.1 200',
  ]);
  assert.ok(bytes.includes(JAR));
  assert.ok(bytes.subarray(-POM.length).equals(POM));
});

it('an upload is told where to deploy, before and after it is sent', async (t) => {
  const { server } = await serve(t);
  const body = 'x'.repeat(1_000_000);

  const waiting = await ask(server.url, 'PUT', '/a/b', { expect: '100-continue', 'content-length': '1000000' });
  const sent = await exchange(
    server.url,
    Buffer.from(
      `PUT /a/b HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: a/b\r\ncontent-length: 1000000\r\n\r\n${body}`,
    ),
  );

  assert.equal(waiting.status, 405);
  assert.equal(parseAnswer(sent).status, 405);
  assert.match(parseAnswer(sent).body.toString(), /Deploy to https:\/\/deploy\.example\.org\/repo/);
});

it('without a place to deploy, the origin is named', async (t) => {
  const { server } = await serve(t, { deployAt: null });

  const answer = await ask(server.url, 'DELETE', POM_PATH);

  assert.match(answer.body.toString(), /Deploy to its origin\./);
});

it('header fields over 16 KiB are refused with 431', async (t) => {
  const { server } = await serve(t);

  const answer = await ask(server.url, 'GET', POM_PATH, { 'x-long': 'x'.repeat(20_000) });

  assert.equal(answer.status, 431);
});

it('health is 503 with the reasons when this machine cannot serve its tree', async (t) => {
  const { planted, server } = await serve(t);
  planted.state.health = { healthy: false, reasons: ['the published tree cannot be read'] };

  const answer = await ask(server.url, 'GET', '/-/health');

  assert.equal(answer.status, 503);
  assert.deepEqual(JSON.parse(answer.body.toString()), planted.state.health);
});

it('the front page names the installation, escaped', async (t) => {
  const { server } = await serve(t, { name: '<script>"&' });

  const page = (await ask(server.url, 'GET', '/')).body.toString();

  assert.ok(page.includes('&#60;script&#62;&#34;&#38;'));
  assert.ok(!page.includes('<script'));
  assert.match(page, /href="\/-\/status\.json"/);
  assert.match(page, /href="\/-\/health"/);
});

it('several addresses are listened on, IPv4 through [::] as well', async (t) => {
  const { server } = await serve(t, { listen: ['127.0.0.1:0', '[::]:0'] });
  const [first = '', second = ''] = server.urls;

  const answers = await Promise.all([
    ask(first, 'GET', POM_PATH),
    ask(second.replace('[::]', '127.0.0.1'), 'GET', POM_PATH),
    ask(second.replace('[::]', '[::1]'), 'GET', POM_PATH),
  ]);

  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 200, 200],
  );
  assert.match(first, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  assert.equal(server.url, first);
  assert.equal(server.port, Number(new URL(first).port));
});

it('two servers share a port with reusePort', async (t) => {
  const one = await serve(t, { reusePort: true });

  const two = await serve(t, { reusePort: true, listen: [`127.0.0.1:${one.server.port}`] });

  assert.equal(two.server.port, one.server.port);
});

it('a port that is taken is refused by its code, and nothing stays open', async (t) => {
  const { planted, server } = await serve(t);
  const taken = `127.0.0.1:${server.port}`;
  const free = await freePort(t);

  const options = { ...serveOptions(planted), listen: [`127.0.0.1:${free}`, taken] };
  await assert.rejects(startServer(options, planted.rooms, new AbortController().signal), { code: 'listen-failed' });

  await assert.rejects(connect(`http://127.0.0.1:${free}/`), { code: 'ECONNREFUSED' });
});

it('TCP keep-alive is on for an accepted connection', async (t) => {
  const { server } = await serve(t);
  const socket = await connect(server.url);
  t.after(() => socket.destroy());
  socket.write(`GET ${POM_PATH} HTTP/1.1\r\nhost: a\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));

  // proc(5): timer 02 is keep-alive; for a moment after the answer another one may run, until it was acknowledged.
  for (let tries = 0; tries < 200 && timersOf(server.port)[0] !== '02'; tries += 1) await wait(10);
  assert.deepEqual(timersOf(server.port), ['02']);
});

it('stopping takes no new connection, ends idle ones and lets an answer come to its end', async (t) => {
  const { planted, server } = await serve(t);
  const path = 'com/example/one/1.0/one-1.0.jar';
  planted.put(path, 'artifact', Buffer.alloc(32 * 1024 * 1024));
  const idle = await connect(server.url);
  const busy = await connect(server.url);
  t.after(() => idle.destroy());
  t.after(() => busy.destroy());
  busy.write(`GET /${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
  await new Promise((resolve) => busy.once('readable', resolve));

  const stopped = server.stop(20_000);
  const idleEnded = new Promise((resolve) => idle.once('close', resolve));
  idle.resume();
  let received = 0;
  for await (const chunk of busy) received += chunk.length;
  await Promise.all([stopped, idleEnded]);

  assert.ok(received > 32 * 1024 * 1024);
  await assert.rejects(connect(server.url), { code: 'ECONNREFUSED' });
});

it('stopping cuts what has not ended in time', async (t) => {
  const { planted, server } = await serve(t);
  const path = 'com/example/one/1.0/one-1.0.jar';
  planted.put(path, 'artifact', Buffer.alloc(64 * 1024 * 1024));
  const stuck = await connect(server.url);
  t.after(() => stuck.destroy());
  stuck.write(`GET /${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
  await new Promise((resolve) => stuck.once('readable', resolve));

  await Promise.all([server.stop(50), server.stop(50)]);

  await assert.rejects(connect(server.url), { code: 'ECONNREFUSED' });
});

it('an aborted signal stops the server', async (t) => {
  const planted = plant(t);
  const abort = new AbortController();
  const server = await startServer(serveOptions(planted), planted.rooms, abort.signal);

  abort.abort();
  await server.stop();

  await assert.rejects(connect(server.url), { code: 'ECONNREFUSED' });
});

it('curl gets every byte over HTTPS, resumes, and asks again only for what has changed', async (t) => {
  needs(t, 'curl');
  const tls = await certificateFiles(t);
  const { server } = await serve(t, { tls });
  const folder = temporaryFolder(t);
  const ca = `${folder}/ca.pem`;
  const curl = (...args: string[]) => runCurl(t, [...args, '--cacert', ca, '--silent', '--fail', '--show-error']);
  writeFileSync(ca, tls.caPem);
  writeFileSync(`${folder}/part`, JAR.subarray(0, 70_000));
  const metadata = `${server.url}com/example/one/maven-metadata.xml`;

  await curl('--remote-time', '--output', `${folder}/whole`, server.url + JAR_PATH.slice(1));
  await curl('--continue-at', '-', '--output', `${folder}/part`, server.url + JAR_PATH.slice(1));
  await curl('--etag-save', `${folder}/tag`, '--output', `${folder}/metadata`, metadata);
  const again = await curl('--etag-compare', `${folder}/tag`, '--write-out', '%{http_code} %{size_download}', metadata);

  assert.ok(readFileSync(`${folder}/whole`).equals(JAR));
  assert.ok(readFileSync(`${folder}/part`).equals(JAR));
  assert.ok(readFileSync(`${folder}/metadata`).equals(METADATA));
  assert.equal(again, '304 0');
});

async function runCurl(t: TestContext, args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const exit = await runChild(
    {
      command: 'curl',
      args,
      env: { PATH: process.env.PATH ?? '' },
      onLine: (line) => lines.push(line),
      deadlineMs: 30_000,
    },
    t.signal,
  );
  assert.deepEqual(exit, { kind: 'exited', status: 0, stderr: '' });
  return lines.join('\n');
}

async function freePort(t: TestContext): Promise<number> {
  const { server } = await serve(t);
  await server.stop(0);
  return server.port;
}

/** The timers of the established connections that were accepted on a local port. */
function timersOf(port: number): string[] {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(local) && fields[3] === '01')
    .map((fields) => fields[5]?.slice(0, 2) ?? '');
}
