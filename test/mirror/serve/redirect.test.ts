import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { it, type TestContext } from 'node:test';
import { renderMetrics } from '../../../src/host/metrics.ts';
import type { AccessEntry } from '../../../src/mirror/serve/access-line.ts';
import { NO_ACCESS_LOG } from '../../../src/mirror/serve/server.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { POM_PATH } from './request-row.ts';
import { certificateFiles, serve } from './running.ts';
import { ask } from './wire.ts';

async function redirecting(t: TestContext) {
  const challenges = temporaryFolder(t);
  const tls = await certificateFiles(t);
  const entries: AccessEntry[] = [];
  const accessLog = { ...NO_ACCESS_LOG, add: (entry: AccessEntry) => void entries.push(entry) };
  const { server, planted } = await serve(t, { tls, redirectFrom: ['127.0.0.1:0'], challenges }, () => ({ accessLog }));
  const { figures } = planted.rooms;
  return { plain: server.redirectUrls[0] ?? '', port: server.port, challenges, entries, figures };
}

it('people who come over plain HTTP are sent to the same page over HTTPS', async (t) => {
  const { plain, port } = await redirecting(t);

  const answers = await Promise.all([
    ask(plain, 'GET', '/?a=b', { host: 'Mirror.example.org:8080' }),
    ask(plain, 'HEAD', '/-/status.json', { host: 'mirror.example.org' }),
    ask(plain, 'GET', POM_PATH, { host: '[::1]:80', accept: 'text/html,*/*;q=0.8' }),
    ask(plain, 'GET', '/org/', { host: 'evil.example/@"<script>' }),
  ]);

  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers.location]),
    [
      [301, `https://mirror.example.org:${port}/`],
      [301, `https://mirror.example.org:${port}/-/status.json`],
      [301, `https://[::1]:${port}${POM_PATH}`],
      [301, `https://mirror.example.org:${port}/org/`],
    ],
  );
});

it('a build tool that comes over plain HTTP gets no file and no redirect, and is told why', async (t) => {
  const { plain, port } = await redirecting(t);

  const get = await ask(plain, 'GET', POM_PATH);
  const put = await ask(plain, 'PUT', '/a', { 'content-length': '0' });

  assert.deepEqual([get.status, get.reason, get.headers.location], [403, 'Use HTTPS', undefined]);
  assert.match(get.body.toString(), new RegExp(`https://mirror\\.example\\.org:${port}/`));
  assert.equal(put.status, 405);
});

it('what comes over plain HTTP is written down and counted', async (t) => {
  const { plain, entries, figures } = await redirecting(t);

  await ask(plain, 'GET', '/org/');
  const told = await ask(plain, 'GET', POM_PATH, { 'user-agent': 'Apache-Maven/3.9.9' });

  assert.deepEqual(
    entries.map(({ address, method, target, status, bytes, agent }) => [address, method, target, status, bytes, agent]),
    [
      ['127.0.0.1', 'GET', '/org/', 301, 0, undefined],
      ['127.0.0.1', 'GET', POM_PATH, 403, told.body.length, 'Apache-Maven/3.9.9'],
    ],
  );
  const text = await renderMetrics(figures.families());
  assert.match(text, /assay_http_answers_total\{method="GET",status="301",of="redirect"\} 1/);
});

it('ACME challenges are answered from the folder of their client, and nothing else in it or beside it is', async (t) => {
  const { plain, challenges } = await redirecting(t);
  mkdirSync(`${challenges}/.well-known/acme-challenge`, { recursive: true });
  writeFileSync(`${challenges}/.well-known/acme-challenge/abc_DEF-1`, 'abc_DEF-1.thumbprint');
  writeFileSync(`${challenges}/secret`, 'secret');

  const statuses: number[] = [];
  for (const path of ['abc_DEF-1', 'none', '../../secret', '%2e%2e/secret', '..%2f..%2fsecret', '']) {
    statuses.push((await ask(plain, 'GET', `/.well-known/acme-challenge/${path}`)).status);
  }
  const found = await ask(plain, 'GET', '/.well-known/acme-challenge/abc_DEF-1?x');

  assert.equal(found.body.toString(), 'abc_DEF-1.thumbprint');
  assert.deepEqual(statuses, [200, 404, 403, 403, 403, 301]);
});
