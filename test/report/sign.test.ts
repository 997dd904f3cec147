import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { keyIdOf, makeKey } from '../../src/operator/key.ts';
import { readSignature, type SignedMessage, signMessage, verifyMessage } from '../../src/report/sign.ts';
import { temporaryFolder } from '../support/folder.ts';

const NOW = Date.UTC(2026, 10, 21, 1, 30);
const URL_ = new URL('https://Primary.example.org/-/api/v1/reports');
const BODY = Buffer.from('{"assay_report":1}');

async function signed(t: TestContext, body = BODY) {
  const key = makeKey(join(temporaryFolder(t), 'key'));
  const headers = await signMessage(URL_, body, key, NOW);
  const message: SignedMessage = {
    authority: 'primary.example.org',
    path: '/-/api/v1/reports',
    contentDigest: headers['content-digest'] ?? '',
    signatureInput: headers['signature-input'] ?? '',
    signature: headers.signature ?? '',
    body,
  };
  return { key, headers, message };
}

test('what is signed is what RFC 9421 says, put together by hand', async (t) => {
  const { key, headers } = await signed(t);

  const params = (headers['signature-input'] ?? '').replace(/^sig1=/, '');
  const base = [
    '"@method": POST',
    '"@authority": primary.example.org',
    '"@path": /-/api/v1/reports',
    `"content-digest": sha-256=:${createHash('sha256').update(BODY).digest('base64')}:`,
    `"@signature-params": ${params}`,
  ].join('\n');
  const raw = Buffer.from(key.publicKey, 'base64');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') };
  const signature = Buffer.from((headers.signature ?? '').replace(/^sig1=:|:$/g, ''), 'base64');

  assert.match(
    params,
    /^\("@method" "@authority" "@path" "content-digest"\);created=1795224600;expires=1795224900;nonce="[\w-]{32}";keyid="[\w-]{43}";alg="ed25519"$/,
  );
  assert.ok(verify(null, Buffer.from(base), createPublicKey({ key: jwk, format: 'jwk' }), signature));
});

test('a whole message verifies, and tells who signed it, when and with which nonce', async (t) => {
  const { key, message } = await signed(t);

  const verified = await verifyMessage(message, key.publicKey);
  const facts = await readSignature(message);

  assert.equal(verified.kind, 'verified');
  assert.deepEqual(verified.kind === 'verified' && verified.facts, facts);
  assert.deepEqual([facts?.keyId, facts?.createdAt, facts?.expiresAt], [keyIdOf(key.publicKey), NOW, NOW + 300_000]);
});

test('whatever is changed on the way does not verify, and is called by its name', async (t) => {
  const { key, message } = await signed(t);
  const other = makeKey(join(temporaryFolder(t), 'other'));
  const cut = { ...message, body: BODY.subarray(0, 10) };
  const rebuilt = await signed(t, Buffer.from('{"assay_report":2}'));
  const changes: [Partial<SignedMessage>, string][] = [
    [{}, 'verified'],
    [{ body: cut.body }, 'truncated'],
    [{ body: rebuilt.message.body, contentDigest: rebuilt.message.contentDigest }, 'forged'],
    [{ path: '/-/api/v1/other' }, 'forged'],
    [{ authority: 'other.example.org' }, 'forged'],
    [{ signature: rebuilt.message.signature }, 'forged'],
    [{ signatureInput: message.signatureInput.replace('created=1795224600', 'created=1795224601') }, 'forged'],
    [{ signatureInput: message.signatureInput.replace('"@method" "@authority"', '"@authority" "@method"') }, 'forged'],
    [{ signatureInput: message.signatureInput.replace(' "content-digest"', '') }, 'forged'],
    [{ signatureInput: message.signatureInput.replace(/;expires=\d+/, '') }, 'unsigned'],
    [{ signatureInput: message.signatureInput.replace(/nonce="[^"]*"/, 'nonce="short"') }, 'unsigned'],
    [{ signatureInput: message.signatureInput.replace('alg="ed25519"', 'alg="hmac-sha256"') }, 'forged'],
    [
      {
        signatureInput: `${message.signatureInput}, ${message.signatureInput.replace('sig1', 'sig2')}`,
        signature: `${message.signature}, ${message.signature.replace('sig1', 'sig2')}`,
      },
      'forged',
    ],
    [{ signatureInput: '' }, 'unsigned'],
    [{ signature: '' }, 'unsigned'],
    [{ signature: 'sig1=:AAAA:' }, 'forged'],
    [{ signature: 'nonsense' }, 'forged'],
    [{ contentDigest: '' }, 'unsigned'],
    [{ signatureInput: `sig1=${'('.repeat(1000)}` }, 'unsigned'],
    [{ authority: 'not a host' }, 'unsigned'],
  ];

  const verdicts = await Promise.all(
    changes.map(async ([change]) => (await verifyMessage({ ...message, ...change }, key.publicKey)).kind),
  );
  const byOther = await verifyMessage(message, other.publicKey);

  assert.deepEqual(
    verdicts,
    changes.map(([, expected]) => expected),
  );
  assert.equal(byOther.kind, 'forged');
});

test('no two messages have the same nonce', async (t) => {
  const { key } = await signed(t);

  const nonces = await Promise.all(
    Array.from({ length: 20 }, async () => (await signMessage(URL_, BODY, key, NOW))['signature-input']),
  );

  assert.equal(new Set(nonces).size, 20);
});
