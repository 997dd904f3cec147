// nginx in front, with the very configuration that the playbook writes: what a client gets is what it gets from assay alone; large files are sent
// by nginx; and while nobody answers behind it, the plain tree.

import assert from 'node:assert/strict';
import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort, ownLoopbackAddress } from '../../../src/demo/loopback.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { needs } from '../../support/needs.ts';
import { type NginxSite, startNginxSite } from '../../support/nginx.ts';
import { rendered } from '../../support/template.ts';
import { CONDITIONAL, RANGES } from './conditional-requests.ts';
import { PLAIN } from './plain-requests.ts';
import { JAR, MODIFIED } from './planted.ts';
import { EMPTY_PATH, JAR_PATH, JAR_TAG, POM_PATH } from './request-row.ts';
import { certificateFiles, type Running, serve } from './running.ts';
import { ask, exchange, type WireAnswer } from './wire.ts';

const PROXY = '127.0.0.0/8';
const AT = '/-/published/';

test('a large file that a trusted proxy asks for is handed over to it, by its path below the location, and to nobody else', async (t) => {
  const { server } = await serve(t, { trustedProxies: [PROXY], accelRedirect: AT });
  const { server: alone } = await serve(t, { accelRedirect: AT });

  const handed = await ask(server.url, 'GET', JAR_PATH);
  const whole = await ask(alone.url, 'GET', JAR_PATH);

  assert.deepEqual([handed.status, handed.body.length, handed.headers['content-length']], [200, 0, '0']);
  assert.equal(handed.headers['x-accel-redirect'], `/-/published${JAR_PATH}`);
  assert.equal(handed.headers.etag, JAR_TAG);
  assert.equal(handed.headers['accept-ranges'], undefined);
  assert.deepEqual([whole.headers['x-accel-redirect'], whole.body.length], [undefined, JAR.length]);
});

for (const [what, method, target, headers] of [
  ['a small file', 'GET', POM_PATH, {}],
  ['a HEAD', 'HEAD', JAR_PATH, {}],
  ['a range', 'GET', JAR_PATH, { range: 'bytes=0-99' }],
  ['a condition that nginx would judge again', 'GET', JAR_PATH, { 'if-match': JAR_TAG }],
  ['what was not modified', 'GET', JAR_PATH, { 'if-none-match': JAR_TAG }],
] as const) {
  test(`${what} is answered here`, async (t) => {
    const { server } = await serve(t, { trustedProxies: [PROXY], accelRedirect: AT });

    const answer = await ask(server.url, method, target, headers);

    assert.equal(answer.headers['x-accel-redirect'], undefined);
    assert.ok(answer.status < 400);
  });
}

test('through nginx every answer has the status, the headers and the bytes that assay alone gives', async (t) => {
  if (!needs(t, 'nginx', 'jinja2')) return;
  const running = await serve(t, { trustedProxies: [PROXY], accelRedirect: AT });
  const { server: alone } = await serve(t);
  withTimes(running);
  const { url, ca, accessLog } = await nginxBefore(t, running);
  const rows = [...PLAIN, ...CONDITIONAL, ...RANGES].filter(({ target }) => !target.startsWith('/-'));

  const differences: string[] = [];
  for (const row of rows) {
    const method = row.method ?? 'GET';
    const direct = shape(await ask(alone.url, method, row.target, row.headers));
    const through = shape(await ask(url, method, row.target, row.headers, { ca, servername: 'mirror.example.org' }));
    if (direct !== through) differences.push(`${row.that}:\n  ${direct}\n  ${through}`);
  }

  assert.ok(rows.length > 40);
  assert.equal(differences.join('\n'), '');
  assert.match(
    accessLog(),
    /^127\.\d+\.\d+\.0 - - \[[^\]]+\] "GET \/com\/example\/one\/1\.0\/one-1\.0\.jar HTTP\/1\.1" 200 200000 /m,
  );
});

test('nginx, which sends the bytes, sends no header twice', async (t) => {
  if (!needs(t, 'nginx', 'jinja2')) return;
  const running = await serve(t, { trustedProxies: [PROXY], accelRedirect: AT });
  const { url, ca } = await nginxBefore(t, running);
  const request = `GET ${JAR_PATH} HTTP/1.1\r\nHost: mirror.example.org\r\nConnection: close\r\n\r\n`;

  const bytes = await exchange(url, Buffer.from(request), { ca, servername: 'mirror.example.org' });

  const [head = ''] = bytes.toString('latin1').split('\r\n\r\n');
  const names = head
    .split('\r\n')
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
  assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted());
  assert.ok(names.includes('x-checksum-sha256'));
});

test('while nobody answers behind nginx the tree is served all the same, and what is not in it is a 404 that is soon forgotten', async (t) => {
  if (!needs(t, 'nginx', 'jinja2')) return;
  const running = await serve(t, { trustedProxies: [PROXY], accelRedirect: AT });
  withTimes(running);
  const { url, ca } = await nginxBefore(t, running);
  await running.server.stop(0);
  const through = (target: string) => ask(url, 'GET', target, {}, { ca, servername: 'mirror.example.org' });

  const [jar, pom, absent, own] = [
    await through(JAR_PATH),
    await through(POM_PATH),
    await through('/com/example/none/1.0/none-1.0.jar'),
    await through('/-/health'),
  ];

  assert.deepEqual([jar.status, jar.body.equals(JAR)], [200, true]);
  assert.deepEqual(
    [jar.headers['content-type'], jar.headers['cache-control'], jar.headers['last-modified']],
    ['application/x-java-archive', 'public, max-age=31536000, immutable, no-transform', MODIFIED],
  );
  assert.deepEqual([pom.status, pom.headers['content-type']], [200, 'application/xml']);
  assert.deepEqual([absent.status, absent.headers['cache-control']], [404, 'public, max-age=60']);
  assert.equal(own.status, 502);
});

/** As a pass lays them: with the times of the origin. */
function withTimes({ planted }: Running): void {
  const at = Date.parse(MODIFIED) / 1000;
  for (const path of [JAR_PATH, POM_PATH, EMPTY_PATH]) utimesSync(`${planted.site.published}${path}`, at, at);
}

async function nginxBefore(t: TestContext, running: Running): Promise<NginxSite & { ca: string }> {
  const home = temporaryFolder(t);
  const host = ownLoopbackAddress(process.pid);
  const place = `${host}:${await freePort(host)}`;
  const tls = await certificateFiles(t);
  const accessLog = join(home, 'access.log');
  mkdirSync(join(home, 'acme'));
  const text = rendered('nginx.conf.j2', {
    assay_managed: 'test',
    assay_nginx_upstream: new URL(running.server.url).host,
    assay_name: 'mirror.example.org',
    assay_also_names: [],
    assay_nginx_listen: [place],
    assay_nginx_listen_http: [`${host}:${await freePort(host)}`],
    assay_https_port: Number(place.split(':')[1]),
    assay_acme_folder: join(home, 'acme'),
    assay_nginx_log: accessLog,
    assay_nginx_certificate: tls.certificate,
    assay_nginx_key: tls.key,
    assay_tls_profile: 'modern',
    assay_accel_redirect: AT,
    assay_data: running.planted.site.published.replace(/\/published$/, ''),
  });
  const site = await startNginxSite(t, text, `https://${place}/`, accessLog);
  return { ...site, ca: tls.caPem };
}

/** All that a client sees, but for the words of the connection and the moment. */
function shape({ status, headers, body }: WireAnswer): string {
  const { date: _date, connection: _connection, server: _server, 'keep-alive': _alive, ...others } = headers;
  const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1];
  const text = JSON.stringify([status, Object.entries(others).toSorted(), body.toString('latin1').slice(0, 2000)]);
  return boundary === undefined ? text : text.replaceAll(boundary, 'BOUNDARY');
}
