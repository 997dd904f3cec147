import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import test from 'node:test';
import { directionOf, retryAfterMs } from '../../src/host/http/redirect.ts';
import { isPublicAddress } from '../../src/host/http.ts';
import { brief, client, httpServer, NEVER } from './http-peer.ts';

const FROM = new URL('https://mirror.example.org/a/b.jar');

const DIRECTIONS: readonly (readonly [status: number, location: string | undefined, expected: string])[] = [
  [301, '/c.jar', 'https://mirror.example.org/c.jar'],
  [302, 'https://cdn.example.net/x#part', 'https://cdn.example.net/x'],
  [303, 'other', 'https://mirror.example.org/a/other'],
  [307, '//cdn.example.net/x', 'https://cdn.example.net/x'],
  [308, 'https://2130706433/', 'https://127.0.0.1/'],
  [302, 'http://mirror.example.org/a', 'refused'],
  [302, 'ftp://mirror.example.org/a', 'refused'],
  [302, 'file:///etc/passwd', 'refused'],
  [302, 'https://user:word@mirror.example.org/', 'refused'],
  [302, 'https://[not an address/', 'refused'],
  [302, undefined, 'stay'],
  [300, '/c.jar', 'stay'],
  [304, '/c.jar', 'stay'],
  [200, '/c.jar', 'stay'],
];

test('where an answer leads is followed, stayed away from, or no direction at all', () => {
  const got = DIRECTIONS.map(([status, location]) => {
    const direction = directionOf(status, location, FROM);
    return direction.kind === 'go' ? direction.url.href : direction.kind;
  });

  assert.deepEqual(
    got,
    DIRECTIONS.map(([, , expected]) => expected),
  );
});

test('Retry-After is seconds or a date, and anything else is nothing', () => {
  const now = Date.UTC(2026, 10, 21, 12);

  assert.equal(retryAfterMs('120', now), 120_000);
  assert.equal(retryAfterMs('Sat, 21 Nov 2026 12:01:00 GMT', now), 60_000);
  assert.equal(retryAfterMs('Sat, 21 Nov 2026 11:00:00 GMT', now), 0);
  assert.equal(retryAfterMs('soon', now), null);
  assert.equal(retryAfterMs(undefined, now), null);
});

const PUBLIC = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2a00:1450::1', '64:ff9b::808:808'];
const NOT_PUBLIC = [
  ...['127.0.0.1', '127.9.9.9', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254'],
  ...['100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255', '192.0.2.1', '198.19.0.1'],
  ...['::1', '::', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12::1', 'ff02::1', '2001:db8::1', '2002:7f00:1::'],
  ...['::ffff:127.0.0.1', '::ffff:a00:1', '64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b::', 'localhost', ''],
];

test('only addresses of the public Internet are public, however they are written', () => {
  const all = [...PUBLIC, ...NOT_PUBLIC];

  assert.deepEqual(all.filter(isPublicAddress), PUBLIC);
});

test('redirects on the host itself are followed, and each is told', async (t) => {
  const url = await httpServer(t, (request, response) => {
    if (request.url === '/old') response.writeHead(302, { location: '/new' }).end('gone there');
    else response.end('here');
  });

  const outcome = await client(t).ask({ method: 'GET', url: `${url}old`, ceilingBytes: 100, keep: true }, NEVER);

  assert.equal(brief(outcome), '200');
  assert.equal(outcome.finalUrl, `${url}new`);
  assert.deepEqual(outcome.hops, [{ url: `${url}old`, status: 302 }]);
});

test('a redirect to another port of this machine, by address or by name, is not followed unless that is allowed', async (t) => {
  let asked = 0;
  const inner = await httpServer(t, (_, response) => {
    asked += 1;
    response.end('secret');
  });
  const { port } = new URL(inner);
  const targets = [inner, `http://localhost:${port}/`, `http://[::1]:${port}/`, 'http://169.254.169.254/latest'];
  const url = await httpServer(t, (request, response) => {
    response.writeHead(302, { location: targets[Number(request.url?.slice(1))] }).end();
  });
  const ask = (at: number, redirectsToPrivate = false) =>
    client(t).ask({ method: 'GET', url: `${url}${at}`, ceilingBytes: 100, redirectsToPrivate }, NEVER);

  const refused = [await ask(0), await ask(1), await ask(2), await ask(3)];
  const askedBefore = asked;
  const allowed = await ask(0, true);

  assert.deepEqual(refused.map(brief), Array(4).fill('address EACCES'));
  assert.equal(askedBefore, 0);
  assert.equal(brief(allowed), '200');
});

test('a redirect that goes round is left after so many', async (t) => {
  let asked = 0;
  const url = await httpServer(t, (_, response) => {
    asked += 1;
    response.writeHead(302, { location: '/again' }).end();
  });

  const outcome = await client(t).ask({ method: 'GET', url, ceilingBytes: 100, redirects: 3 }, NEVER);

  assert.equal(brief(outcome), 'redirect EREDIRECT');
  assert.equal(asked, 4);
});

test('with no redirects wanted, and for what is posted, the redirect is the answer', async (t) => {
  const url = await httpServer(t, (_, response) => response.writeHead(307, { location: '/other' }).end());

  const asked = await client(t).ask({ method: 'GET', url, ceilingBytes: 100, redirects: 0 }, NEVER);
  const posted = await client(t).ask({ method: 'POST', url, ceilingBytes: 100, body: 'x' }, NEVER);

  assert.deepEqual([brief(asked), brief(posted)], ['307', '307']);
});

test('what proves who we are is not carried to another host', async (t) => {
  const got: IncomingHttpHeaders[] = [];
  const other = await httpServer(t, (request, response) => {
    got.push(request.headers);
    response.end();
  });
  const url = await httpServer(t, (request, response) => {
    got.push(request.headers);
    response.writeHead(302, { location: other }).end();
  });
  const headers = { authorization: 'Bearer word', 'if-none-match': '"x"' };

  await client(t).ask({ method: 'GET', url, ceilingBytes: 1, headers, redirectsToPrivate: true }, NEVER);

  assert.deepEqual(
    got.map((each) => [each.authorization, each['if-none-match']]),
    [
      ['Bearer word', '"x"'],
      [undefined, '"x"'],
    ],
  );
});
