import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setupContent, setupRoutes } from '../../src/client/setup.ts';
import { framedSetup } from '../../src/dashboard/routes.ts';
import type { RouteAnswer } from '../../src/host/route.ts';

const OWN = { name: 'mirror.example.org', url: 'https://mirror.example.org/', country: null };
const ALPHA = { name: 'alpha & <co>', url: 'https://alpha.example.org/maven/', country: 'DE' };

test('the mirror itself is chosen, the listed ones can be, and nobody else', () => {
  const first = setupContent(OWN, [ALPHA, OWN], new URLSearchParams());
  const both = setupContent(OWN, [ALPHA], new URLSearchParams(`mirror=${ALPHA.url}&mirror=${OWN.url}&mode=outage`));
  const evil = setupContent(OWN, [ALPHA], new URLSearchParams('mirror=https://evil.example/&repository=x&mode=y'));

  assert.deepEqual(
    first.mirrors.map(({ url, chosen }) => [url, chosen]),
    [
      [OWN.url, true],
      [ALPHA.url, false],
    ],
  );
  assert.deepEqual([both.wish.mirrors, both.wish.mode], [[OWN.url, ALPHA.url], 'outage']);
  assert.deepEqual(evil.wish.mirrors, [OWN.url]);
  assert.deepEqual([evil.wish.mode, evil.repositories.map(({ chosen }) => chosen)], ['prefer', [true, false]]);
});

test('the page has a file for each tool, escaped, and runs nothing', async () => {
  const { status, headers, text } = await ask('/-/setup', `mirror=${ALPHA.url}`);

  assert.equal(status, 200);
  assert.match(headers['content-security-policy'] ?? '', /default-src 'none'/);
  for (const title of [
    'Maven',
    'Leiningen',
    'deps.edn',
    'Gradle',
    'Boot',
    'IntelliJ IDEA and Cursive',
    'Old clients',
  ]) {
    assert.match(text, new RegExp(`<h2[^>]*>${title}`));
  }
  assert.match(text, /&#60;id&#62;clojars&#60;\/id&#62;/);
  assert.match(text, /alpha &#38; &#60;co&#62;, DE/);
  assert.doesNotMatch(text, /<script|<co>|javascript:|onload/i);
});

test('each file can be fetched as it is, for the address under which the mirror was found', async () => {
  const file = await ask('/-/setup/:tool', 'mode=outage', { tool: 'leiningen' }, 'mirror.example.org:8443');
  const plain = await ask('/-/setup/:tool', '', { tool: 'maven' }, '127.0.0.1:8080', false);
  const refused = await ask('/-/setup/:tool', '', { tool: 'leiningen' }, '127.0.0.1:8080', false);
  const unknown = await ask('/-/setup/:tool', '', { tool: 'ant' });

  assert.equal(file.headers['content-type'], 'text/plain; charset=utf-8');
  assert.match(file.text, /"https:\/\/mirror\.example\.org:8443\/"/);
  assert.match(plain.text, /<url>http:\/\/127\.0\.0\.1:8080\/<\/url>/);
  assert.deepEqual([refused.status, unknown.status], [404, 404]);
});

test('a host header that is none does not get onto the page', async () => {
  for (const host of ['evil.example/"><b>', 'a b', '[x]', '', 'u@mirror.example.org']) {
    const { text } = await ask('/-/setup', '', {}, host);

    assert.match(text, /https:\/\/mirror\.example\.org\//);
    assert.doesNotMatch(text, /evil|<b>|u@/);
  }
});

async function ask(
  path: string,
  query: string,
  params: Record<string, string> = {},
  host = 'mirror.example.org',
  isTls = true,
): Promise<RouteAnswer & { text: string }> {
  const routes = setupRoutes({
    ...{ name: 'mirror.example.org', isTls, listed: () => [ALPHA] },
    framed: (asked, title, body) => framedSetup({ name: 'mirror.example.org', version: '0.1.0' }, asked, title, body),
  });
  const route = routes.find((each) => each.path === path);
  if (route === undefined) throw new Error(path);
  const request = { method: 'GET', path, params, headers: { host }, body: Buffer.alloc(0), address: '', now: 0 };
  const answer = await route.answer({ ...request, query: new URLSearchParams(query) });
  return { ...answer, text: answer.body?.toString() ?? '' };
}
