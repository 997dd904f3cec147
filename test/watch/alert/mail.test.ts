import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { makeCertificate } from '../../../src/demo/certificate.ts';
import { type MailCatcherOptions, startMailCatcher } from '../../../src/demo/mail-catcher.ts';
import { systemClock } from '../../../src/host/clock.ts';
import { type MailOptions, mailChannel } from '../../../src/watch/alert/channel/mail.ts';
import { messageOf } from '../../../src/watch/alert/message.ts';
import { LOOPBACK, NEVER } from '../../host/http-peer.ts';
import { FINDING, INCIDENT } from './incidents.ts';

const BODY = { kind: 'incident', event: 'opened', incident: INCIDENT, finding: FINDING, threadKey: null } as const;
const LETTER = { key: 'alert ops 1', body: BODY, message: messageOf(BODY, { name: 'm.example.org', pages: null }) };
const ACCOUNT = { user: 'assay', password: 'secret word' };

async function catcher(t: TestContext, options: Partial<MailCatcherOptions> = {}) {
  const made = await startMailCatcher({ address: LOOPBACK, ...options });
  t.after(() => made.stop());
  return made;
}

function channel(smtp: string, options: Partial<MailOptions> = {}) {
  const from = 'assay@example.org';
  const to = ['ops@example.org', 'night@example.org'];
  return mailChannel(
    { smtp, user: null, password: null, from, to, ca: null, name: 'm.example.org', ...options },
    systemClock,
  );
}

async function pair() {
  const made = await makeCertificate({ names: ['localhost'], addresses: [LOOPBACK], now: Date.now(), days: 1 });
  return { tls: { certificatePem: made.certificatePem, keyPem: made.keyPem }, ca: made.caPem };
}

test('a message arrives at all receivers, whole', async (t) => {
  const server = await catcher(t);

  const delivery = await channel(server.url).send(LETTER, NEVER);

  assert.deepEqual(delivery, { kind: 'sent' });
  const [mail] = server.caught;
  assert.deepEqual(mail?.to, ['ops@example.org', 'night@example.org']);
  assert.match(mail?.source ?? '', /^Subject: \[assay m\.example\.org\] critical: divergent/m);
  assert.match(mail?.source ?? '', /^Auto-Submitted: auto-generated/m);
  assert.ok(mail?.source.includes('b'.repeat(64)));
});

test('a long URL is not broken, and a name that is no ASCII arrives as it is', async (t) => {
  const server = await catcher(t);
  const url = `https://alpha.example.org/${'long/'.repeat(40)}a.jar`;
  const evidence = { ...FINDING.evidence, url } as typeof FINDING.evidence;
  const path = 'org/beispiel/größe/1.0/größe-1.0.jar';
  const letterOf = (finding: typeof FINDING, incident: typeof INCIDENT) => ({
    ...LETTER,
    message: messageOf({ ...BODY, finding, incident }, { name: 'm', pages: null }),
  });

  await channel(server.url).send(letterOf({ ...FINDING, evidence: evidence ?? null }, INCIDENT), NEVER);
  await channel(server.url).send(letterOf(FINDING, { ...INCIDENT, path }), NEVER);

  assert.ok(server.caught[0]?.source.includes(url));
  assert.match(server.caught[1]?.source ?? '', /gr=C3=B6=C3=9Fe/);
});

test('the same message has the same Message-ID, and a later one belongs to its thread', async (t) => {
  const server = await catcher(t);
  const sending = channel(server.url);

  await sending.send(LETTER, NEVER);
  await sending.send(LETTER, NEVER);
  await sending.send({ ...LETTER, key: 'alert ops 2', body: { ...BODY, threadKey: 'alert ops 1' } }, NEVER);

  const ids = server.caught.map(({ source }) => /^Message-ID: (\S+)/im.exec(source)?.[1]);
  const parent = /^In-Reply-To: (\S+)/im.exec(server.caught[2]?.source ?? '')?.[1];
  assert.match(ids[0] ?? '', /^<[0-9a-f]{32}@m\.example\.org>$/);
  assert.equal(ids[1], ids[0]);
  assert.notEqual(ids[2], ids[0]);
  assert.equal(parent, ids[0]);
});

test('with an account the line is encrypted, the server proves itself, and the password is sent', async (t) => {
  const { tls, ca } = await pair();
  const server = await catcher(t, { tls, account: ACCOUNT });

  const delivery = await channel(server.url, { ...ACCOUNT, ca }).send(LETTER, NEVER);

  assert.deepEqual(delivery, { kind: 'sent' });
  assert.deepEqual([server.caught[0]?.isEncrypted, server.caught[0]?.user], [true, 'assay']);
});

test('a password goes neither over an open line nor to a server that nobody vouches for', async (t) => {
  const { tls } = await pair();
  const open = await catcher(t, { account: ACCOUNT });
  const stranger = await catcher(t, { tls, account: ACCOUNT });

  const deliveries = [
    await channel(open.url, ACCOUNT).send(LETTER, NEVER),
    await channel(stranger.url, ACCOUNT).send(LETTER, NEVER),
  ];

  assert.deepEqual(
    deliveries.map(({ kind }) => kind),
    ['later', 'later'],
  );
  assert.deepEqual([...open.caught, ...stranger.caught], []);
});

test('without an account a certificate of its own making is better than an open line', async (t) => {
  const { tls } = await pair();
  const server = await catcher(t, { tls });

  await channel(server.url).send(LETTER, NEVER);

  assert.equal(server.caught[0]?.isEncrypted, true);
});

test('a wrong password and a server that is down are tried again, an unknown receiver is not', async (t) => {
  const { tls, ca } = await pair();
  const guarded = await catcher(t, { tls, account: ACCOUNT });
  const refusing = await catcher(t, { refuses: { code: 550, words: 'no such user' } });
  const greylisting = await catcher(t, { refuses: { code: 451, words: 'later please' } });

  const deliveries = [
    await channel(guarded.url, { user: 'assay', password: 'other', ca }).send(LETTER, NEVER),
    await channel(`smtp://${LOOPBACK}:1`).send(LETTER, NEVER),
    await channel(refusing.url).send(LETTER, NEVER),
    await channel(greylisting.url).send(LETTER, NEVER),
  ];

  assert.deepEqual(
    deliveries.map(({ kind }) => kind),
    ['later', 'later', 'dead', 'later'],
  );
});
