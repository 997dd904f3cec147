import assert from 'node:assert/strict';
import test from 'node:test';
import { makeCertificate } from '../../src/demo/certificate.ts';
import { DAY } from '../../src/host/clock.ts';
import { answered, brief, client, httpServer, LOOPBACK, NEVER, rawServer, tlsServer } from './http-peer.ts';

async function pairFor(addresses: readonly string[], now = Date.now()) {
  const made = await makeCertificate({ names: ['localhost'], addresses, now, days: 7 });
  return { cert: made.certificatePem, key: made.keyPem, ca: made.caPem };
}

test('a certificate is checked against the authority that was given, and shown', async (t) => {
  const pair = await pairFor([LOOPBACK]);
  const port = await tlsServer(t, pair, (_, response) => response.end('ok'));
  const url = `https://${LOOPBACK}:${port}/`;

  const outcome = await client(t).ask({ method: 'GET', url, ceilingBytes: 10, ca: pair.ca }, NEVER);

  assert.equal(brief(outcome), '200');
  assert.match(outcome.certificate?.sha256 ?? '', /^[0-9a-f]{64}$/);
  assert.match(outcome.certificate?.subject ?? '', /CN=localhost/);
  const days = ((outcome.certificate?.validTo ?? 0) - Date.now()) / DAY;
  assert.ok(days > 6 && days < 8, String(days));
});

test('unknown authorities, other names and expired certificates are faults of TLS, and nothing is sent', async (t) => {
  let asked = 0;
  const serve = async (pair: Awaited<ReturnType<typeof pairFor>>) =>
    `https://${LOOPBACK}:${await tlsServer(t, pair, (_, response) => {
      asked += 1;
      response.end();
    })}/`;
  const good = await pairFor([LOOPBACK]);
  const otherName = await pairFor(['127.0.0.99']);
  const expired = await pairFor([LOOPBACK], Date.now() - 30 * DAY);
  const asking = client(t);
  const ask = (url: string, ca: string | null) => asking.ask({ method: 'GET', url, ceilingBytes: 10, ca }, NEVER);

  const outcomes = [
    await ask(await serve(good), null),
    await ask(await serve(otherName), otherName.ca),
    await ask(await serve(expired), expired.ca),
  ];

  assert.deepEqual(outcomes.map(brief), [
    'tls SELF_SIGNED_CERT_IN_CHAIN',
    'tls ERR_TLS_CERT_ALTNAME_INVALID',
    'tls CERT_HAS_EXPIRED',
  ]);
  assert.ok((outcomes[2]?.certificate?.validTo ?? 0) < Date.now());
  assert.equal(asked, 0);
});

test('a port that speaks no TLS, a closed port and a name that does not exist are each called what they are', async (t) => {
  const plain = await httpServer(t, (_, response) => response.end());
  const asking = client(t);
  const ask = (url: string) => asking.ask({ method: 'GET', url, ceilingBytes: 10 }, NEVER);

  const outcomes = [
    await ask(plain.replace('http:', 'https:')),
    await ask(`http://${LOOPBACK}:1/`),
    await ask('http://no-such-host.invalid/'),
  ];

  assert.deepEqual(
    outcomes.map((each) => (each.kind === 'failure' ? each.stage : each.kind)),
    ['tls', 'connect', 'dns'],
  );
});

test('a handshake that never ends is given up', async (t) => {
  const mute = await rawServer(t, (socket) => void socket.resume());
  const asking = client(t, { deadlines: { tlsMs: 200 } });

  const outcome = await asking.ask({ method: 'GET', url: mute.replace('http:', 'https:'), ceilingBytes: 1 }, NEVER);

  assert.equal(brief(outcome), 'timeout ETIMEDOUT');
});

test('a client that is closed in the middle of a handshake holds nothing', async (t) => {
  const mute = await rawServer(t, (socket) => void socket.resume());
  const asking = client(t);
  const asked = asking.ask({ method: 'GET', url: mute.replace('http:', 'https:'), ceilingBytes: 1 }, NEVER);
  setTimeout(() => void asking[Symbol.asyncDispose](), 100);

  const outcome = await asked;

  assert.equal(outcome.kind, 'failure');
});

test('it speaks from the address that it is given', async (t) => {
  let from = '';
  const url = await httpServer(t, (request, response) => {
    from = request.socket.remoteAddress ?? '';
    response.end();
  });

  await client(t, { localAddress: '127.0.0.9' }).ask({ method: 'GET', url, ceilingBytes: 1 }, NEVER);

  assert.equal(from, '127.0.0.9');
});

test('a fresh request uses a connection of its own', async (t) => {
  const ports = new Set<number>();
  const url = await httpServer(t, (request, response) => {
    ports.add(request.socket.remotePort ?? 0);
    response.end();
  });
  const asking = client(t, { connections: 1 });
  const ask = (isFresh: boolean) => asking.ask({ method: 'GET', url, ceilingBytes: 1, isFresh }, NEVER);

  for (const isFresh of [false, false, true, true]) answered(await ask(isFresh));

  assert.equal(ports.size, 3);
});
