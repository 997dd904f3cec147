import assert from 'node:assert/strict';
import test from 'node:test';
import { startFeed } from '../../../../src/mirror/verify/signature/feed.ts';
import { type KeyBody, knownKeys } from '../../../../src/mirror/verify/signature/known-keys.ts';
import { readSignatureFile } from '../../../../src/mirror/verify/signature/signature-file.ts';
import { type MadeKey, makeKey, makeSignature, packet } from '../../../support/openpgp-maker.ts';
import { BYTES, MADE_AT, SIGNED_AT } from './rows.ts';

const [A, B] = [makeKey('ed25519', MADE_AT), makeKey('rsa2048', MADE_AT)];
const ID = 'ABCDEF0123456789';

/** As if somebody had made a key with the ID of another one. */
function withId({ fingerprint, publicBody }: MadeKey, keyId: string): KeyBody {
  return { fingerprint, keyId, body: publicBody };
}

function proofOf(signature: Buffer, ...keys: KeyBody[]) {
  const feed = startFeed(['sha256'], [readSignatureFile('g/a/1/a-1.jar.asc', packet(2, signature))], knownKeys(keys));
  feed.update(BYTES);
  return feed.finish()[0]?.signatures[0]?.proof;
}

test('of several keys with one ID that one has made a signature with which it verifies', () => {
  const signature = makeSignature(B, BYTES, { created: SIGNED_AT, issuer: ID });

  assert.deepEqual(proofOf(signature, withId(A, ID), withId(B, ID)), { kind: 'verified', key: B.fingerprint });
  assert.deepEqual(proofOf(signature, withId(A, ID)), { kind: 'failed', key: A.fingerprint });
});

test('a key that only has the ID of the one that is named by its whole fingerprint accuses nobody', () => {
  const issuer: [number, Buffer] = [33, Buffer.from(`04${B.fingerprint}`, 'hex')];
  const signature = makeSignature(B, BYTES, { created: SIGNED_AT, subpackets: [issuer] });

  assert.deepEqual(proofOf(signature, withId(A, B.keyId)), { kind: 'no-key' });
  assert.deepEqual(proofOf(signature, withId(B, B.keyId)), { kind: 'verified', key: B.fingerprint });
});

test('a signature that names nobody has no key', () => {
  assert.deepEqual(proofOf(makeSignature(A, BYTES, { created: SIGNED_AT, issuer: null }), withId(A, A.keyId)), {
    kind: 'no-key',
  });
});
