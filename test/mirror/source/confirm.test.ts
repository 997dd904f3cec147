import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { systemClock } from '../../../src/host/clock.ts';
import { makeLogger } from '../../../src/host/logger.ts';
import { type Confirmation, confirmOverHttps, type Received } from '../../../src/mirror/source/confirm.ts';
import { client } from '../../host/http-peer.ts';
import { type WebOrigin, webOrigin } from './http/http-source.ts';

const NEVER = new AbortController().signal;
const CLOCK = { now: () => systemClock.now(), sleep: async () => undefined };

function received(path: string, bytes: string, hasMd5 = false): Received {
  return {
    path,
    sha256: hash('sha256', bytes, 'buffer'),
    sha1: hash('sha1', bytes, 'buffer'),
    md5: hasMd5 ? hash('md5', bytes, 'buffer') : null,
  };
}

function confirmerOf(t: TestContext, url: string) {
  return confirmOverHttps(
    {
      url,
      ca: null,
      connections: 2,
      requestsPerSecond: 0,
      maxFileBytes: 1000,
      memory: { recall: () => null, remember: () => undefined },
    },
    { http: client(t, { clock: CLOCK }), clock: CLOCK, logger: makeLogger('silent') },
  );
}

async function ask(t: TestContext, origin: WebOrigin, file: Received): Promise<Confirmation | undefined> {
  return (await confirmerOf(t, origin.url)([file], NEVER)).get(file.path);
}

test('a digest is taken from the headers, from the sum, or from the bytes, whichever there is', async (t) => {
  const origin = await webOrigin(t, {
    'summed.jar': 'jar',
    'summed.jar.sha1': `${hash('sha1', 'jar')}  summed.jar\n`,
    'bare.jar': 'bare',
  });
  origin.misbehave = (path, _request, response) => {
    response.removeHeader('etag');
    if (path !== 'header.jar') return false;
    response.writeHead(200, { 'x-checksum-sha1': hash('sha1', 'header') }).end();
    return true;
  };

  const confirmations = [
    await ask(t, origin, received('header.jar', 'header')),
    await ask(t, origin, received('summed.jar', 'jar')),
    await ask(t, origin, received('bare.jar', 'bare')),
    await ask(t, origin, received('summed.jar', 'jar', true)),
  ];

  assert.deepEqual(
    confirmations,
    Array.from({ length: 4 }, () => ({ kind: 'confirmed' })),
  );
});

test('other bytes than the origin has are contradicted, with its digest', async (t) => {
  const origin = await webOrigin(t, { 'a.jar': 'jar', 'a.jar.sha1': hash('sha1', 'jar'), 'b.jar': 'bare' });

  const bySum = await ask(t, origin, received('a.jar', 'evil', true));
  const byBytes = await ask(t, origin, received('b.jar', 'evil'));

  assert.deepEqual(bySum, { kind: 'contradicted', by: `${origin.url}a.jar.sha1`, expected: hash('sha1', 'jar') });
  assert.deepEqual(byBytes, { kind: 'contradicted', by: `${origin.url}b.jar`, expected: hash('sha256', 'bare') });
});

test('a file that is not there, one that is closed, and one that has a page for a sum prove nothing by that', async (t) => {
  const origin = await webOrigin(t, { 'page.jar': 'jar', 'page.jar.sha1': '<!doctype html>' });
  origin.misbehave = (path, _request, response) => {
    if (path !== 'closed.jar') return false;
    response.writeHead(403).end();
    return true;
  };

  const gone = await ask(t, origin, received('gone.jar', 'x'));
  const closed = await ask(t, origin, received('closed.jar', 'x'));
  const page = await ask(t, origin, received('page.jar', 'jar'));

  assert.deepEqual(gone, { kind: 'open', why: `${origin.url}gone.jar is not there (status 404)` });
  assert.deepEqual(closed, { kind: 'open', why: `${origin.url}closed.jar: refused (status 403)` });
  assert.deepEqual(page, { kind: 'confirmed' });
});

test('an origin that cannot be asked is not asked for every file', async (t) => {
  const origin = await webOrigin(t);
  origin.misbehave = (_path, _request, response) => {
    response.writeHead(500).end();
    return true;
  };
  const files = Array.from({ length: 100 }, (_, index) => received(`${index}.jar`, 'x'));

  const confirmations = await confirmerOf(t, origin.url)(files, NEVER);

  assert.equal(confirmations.size, 100);
  for (const confirmation of confirmations.values())
    assert.match(confirmation.kind === 'open' ? confirmation.why : '', /the origin failed \(status 500\)$/);
  assert.ok(origin.asked.length <= 4, `${origin.asked.length} requests`);
});
