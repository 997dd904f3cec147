import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import test, { type TestContext } from 'node:test';
import { deliveryOf, type WebhookOptions, webhookChannel } from '../../../src/watch/alert/channel/webhook.ts';
import { messageOf } from '../../../src/watch/alert/message.ts';
import { client, httpServer, LOOPBACK, NEVER } from '../../host/http-peer.ts';
import { FINDING, INCIDENT } from './incidents.ts';

const BODY = { kind: 'incident', event: 'opened', incident: INCIDENT, finding: FINDING, threadKey: null } as const;
const LETTER = { key: 'alert chat 1', body: BODY, message: messageOf(BODY, { name: 'm', pages: null }) };

async function receiver(t: TestContext, status = 200) {
  const got: { headers: IncomingHttpHeaders; text: string }[] = [];
  const url = await httpServer(t, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
      response.writeHead(status).end();
    });
  });
  return { url, got };
}

function channel(t: TestContext, options: Partial<WebhookOptions> & { url: string }) {
  return webhookChannel({ secret: null, template: { kind: 'own' }, ca: null, ...options }, client(t));
}

test('the incident arrives as JSON, signed over exactly these bytes', async (t) => {
  const { url, got } = await receiver(t);

  const delivery = await channel(t, { url, secret: 'word' }).send(LETTER, NEVER);

  assert.deepEqual(delivery, { kind: 'sent' });
  const { headers, text } = got[0] ?? { headers: {}, text: '' };
  const signature = `sha256=${createHmac('sha256', 'word').update(text).digest('hex')}`;
  assert.equal(headers['x-assay-signature'], signature);
  assert.equal(headers['x-hub-signature-256'], signature);
  assert.equal(headers['idempotency-key'], LETTER.key);
  const json = JSON.parse(text) as { kind: string; event: string; incident: { id: string; verdict: string } };
  assert.deepEqual(
    [json.kind, json.event, json.incident.id, json.incident.verdict],
    ['incident', 'opened', INCIDENT.id, 'divergent'],
  );
});

test('chats get the words in the field that they look for', async (t) => {
  const { url, got } = await receiver(t);

  await channel(t, { url, template: { kind: 'text' } }).send(LETTER, NEVER);
  await channel(t, { url, template: { kind: 'content' } }).send(LETTER, NEVER);

  const [slack, discord] = got.map(({ text }) => JSON.parse(text) as Record<string, string>);
  assert.match(slack?.text ?? '', /divergent at alpha/);
  assert.match(discord?.content ?? '', /divergent at alpha/);
  assert.ok((discord?.content ?? '').length <= 2000);
});

test('what a mirror chose stays within its string in a template of one’s own', async (t) => {
  const { url, got } = await receiver(t);
  const letter = { ...LETTER, body: { ...BODY, incident: { ...INCIDENT, path: 'a", "to": "evil' } } };
  const json = '{"where": "{{path}}", "to": "ops", "what": "{{verdict}} {{unknown}}"}';

  await channel(t, { url, template: { kind: 'file', json } }).send(letter, NEVER);

  assert.deepEqual(JSON.parse(got[0]?.text ?? ''), {
    where: 'a", "to": "evil',
    to: 'ops',
    what: 'divergent {{unknown}}',
  });
});

test('a template that makes no JSON is never sent', async (t) => {
  const { url, got } = await receiver(t);

  const delivery = await channel(t, { url, template: { kind: 'file', json: '{"a": {{text}}}' } }).send(LETTER, NEVER);

  assert.equal(delivery.kind, 'dead');
  assert.deepEqual(got, []);
});

test('an answer says whether it is worth sending it again', async (t) => {
  const kinds = [200, 204, 400, 401, 404, 410, 408, 429, 500, 503, 302].map(
    (status) => deliveryOf(status, undefined).kind,
  );

  assert.deepEqual(kinds, [
    'sent',
    'sent',
    'dead',
    'dead',
    'dead',
    'dead',
    'later',
    'later',
    'later',
    'later',
    'later',
  ]);
  assert.deepEqual(deliveryOf(429, '60'), { kind: 'later', reason: 'it answers 429', retryAfterMs: 60_000 });
  const down = await channel(t, { url: `http://${LOOPBACK}:1/` }).send(LETTER, NEVER);
  assert.equal(down.kind, 'later');
});
