import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { createMessage, enums, generateKey, readKey, readPrivateKey, sign } from 'openpgp';
import { needs } from '../../../support/needs.ts';
import { type Kind, makeCertificate, makeKey, makeSignature, packet } from '../../../support/openpgp-maker.ts';
import { judged, keysetFrom } from './judged.ts';
import { BYTES, MADE_AT, SIGNED_AT, sharedGpg } from './rows.ts';

const BY_GPG = {
  rsa3072: 'rsa3072',
  dsa2048: 'dsa2048',
  dsa3072: 'dsa3072',
  nistp256: 'secp256r1',
  nistp384: 'secp384r1',
  nistp521: 'secp521r1',
  brainpoolP256r1: 'brainpoolP256r1',
  brainpoolP384r1: 'brainpoolP384r1',
  brainpoolP512r1: 'brainpoolP512r1',
  secp256k1: 'secp256k1',
  ed25519: 'ed25519',
} as const;

const gpg = sharedGpg(after);

for (const [made, name] of Object.entries(BY_GPG)) {
  test(`what GnuPG signs with ${made} verifies, and is called ${name}`, (t) => {
    if (!needs(t, 'gpg')) return;
    const opened = gpg();
    const key = opened.key(made, { algorithm: made });
    const keyset = keysetFrom(opened.export(key));
    const signature = opened.sign(key, BYTES, '2020-06-01', '--digest-algo', 'SHA512');

    const { best } = judged(signature, BYTES, keyset);
    const other = judged(signature, Buffer.concat([BYTES, Buffer.from('!')]), keyset);

    assert.deepEqual([best?.class, best?.algorithm, best?.hash, best?.weak], ['good', name, 'sha512', false]);
    assert.equal(best?.certificate, key);
    assert.equal(other.class, 'bad');
  });
}

const HASHES = ['md5', 'sha1', 'ripemd160', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-512'] as const;
const KINDS: readonly Kind[] = ['rsa2048', 'dsa1024', 'dsa2048', 'secp256r1', 'ed25519'];

for (const kind of KINDS) {
  const key = makeKey(kind, MADE_AT);
  for (const hash of HASHES) {
    // OpenSSL makes none of the two with these, and GnuPG allows no digest that is shorter than the curve.
    const isMade = !(['md5', 'ripemd160'].includes(hash) && /^(dsa|secp)/.test(kind));
    if (!isMade) continue;
    for (const version of [3, 4] as const) {
      test(`a signature of version ${version} by ${kind} over ${hash} verifies`, () => {
        const body = makeSignature(key, BYTES, { version, created: SIGNED_AT, hash });
        const keyset = keysetFrom(makeCertificate(key, MADE_AT));

        const { best } = judged(packet(2, body), BYTES, keyset);
        const wrong = judged(packet(2, body), BYTES.subarray(1), keyset);

        const isWeak = ['md5', 'sha1', 'ripemd160'].includes(hash) || kind === 'dsa1024';
        assert.deepEqual([best?.class, best?.hash, best?.weak, best?.version], ['good', hash, isWeak, version]);
        assert.equal(wrong.class, 'bad');
      });
    }
  }
}

for (const algorithm of ['dsa1024', 'dsa2048']) {
  test(`RIPEMD-160 with ${algorithm}, as the nineties made it, verifies`, (t) => {
    if (!needs(t, 'gpg')) return;
    const opened = gpg();
    const key = opened.key(`old-${algorithm}`, { algorithm });
    const keyset = keysetFrom(opened.export(key));
    const old = algorithm === 'dsa1024' ? ['--digest-algo', 'RIPEMD160'] : ['--enable-dsa2', '--digest-algo', 'SHA256'];
    const signature = opened.sign(key, BYTES, '2020-06-01', ...old);

    assert.equal(judged(signature, BYTES, keyset).class, 'good');
    assert.equal(judged(signature, BYTES.subarray(1), keyset).class, 'bad');
  });
}

async function versionSix(algorithm: 'curve25519' | 'curve448') {
  const date = new Date(MADE_AT * 1000);
  const config = { v6Keys: true };
  const made = await generateKey({ type: algorithm, userIDs: [{ name: 'Six' }], date, config, format: 'armored' });
  const signingKeys = await readPrivateKey({ armoredKey: made.privateKey });
  const key = await readKey({ armoredKey: made.publicKey });
  const message = await createMessage({ binary: BYTES });
  const signature = await sign({
    message,
    signingKeys,
    detached: true,
    date: new Date(SIGNED_AT * 1000),
    format: 'binary',
  });
  return { signature: Buffer.from(signature), keyring: Buffer.from(key.write()), fingerprint: key.getFingerprint() };
}

for (const [type, name] of [
  ['curve25519', 'ed25519'],
  ['curve448', 'ed448'],
] as const) {
  test(`a signature of version 6 by ${name} verifies, and names a key of 64 digits`, async () => {
    const { signature, keyring, fingerprint } = await versionSix(type);
    const keyset = keysetFrom(keyring);

    const { best } = judged(signature, BYTES, keyset);

    assert.deepEqual([best?.class, best?.version, best?.algorithm], ['good', 6, name]);
    assert.equal(best?.issuer, fingerprint.toUpperCase());
    assert.equal(judged(signature, BYTES.subarray(1), keyset).class, 'bad');
  });
}

test('a digest that nobody knows is unsupported', () => {
  const key = makeKey('ed25519', MADE_AT);
  const body = makeSignature(key, BYTES, { created: SIGNED_AT });
  body[3] = 77;

  const { best } = judged(packet(2, body), BYTES, keysetFrom(makeCertificate(key, MADE_AT)));

  assert.deepEqual([best?.class, best?.hash], ['unsupported', null]);
  assert.match(best?.because ?? '', /digest .*77/);
});

test('a key algorithm that nobody knows is unsupported, or bad where two bytes say so', () => {
  const key = makeKey('ed25519', MADE_AT);
  const body = makeSignature(key, BYTES, { created: SIGNED_AT, issuer: 'ABCDEF0123456789' });
  const unknown = Buffer.from(body);
  unknown[2] = enums.publicKey.elgamal;

  const { best } = judged(packet(2, unknown), BYTES, keysetFrom(makeCertificate(key, MADE_AT)));

  // The algorithm is hashed, so that this change shows in the digest.
  assert.equal(best?.class, 'bad');
});
