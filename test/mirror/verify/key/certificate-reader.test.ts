import assert from 'node:assert/strict';
import test from 'node:test';
import { type CertificateFile, readCertificates } from '../../../../src/mirror/verify/key/certificate-reader.ts';
import { armoredKeys } from '../../../../src/mirror/verify/openpgp/armor.ts';
import { makeCertificate, makeKey, makeSignature, packet, uint32 } from '../../../support/openpgp-maker.ts';

const MADE_AT = Date.UTC(2020, 0, 1) / 1000;
const NOW = Date.UTC(2026, 10, 21);
const KEY = makeKey('ed25519', MADE_AT);
const OTHER = makeKey('rsa2048', MADE_AT);
const CERTIFICATE = makeCertificate(KEY, MADE_AT);

async function read(files: readonly CertificateFile[], limits = { deadlineMs: 30_000, memoryMib: 128 }) {
  return await readCertificates(files, NOW, AbortSignal.timeout(60_000), limits);
}

/** A revocation of a key, alone. */
function revocation(reason: number): Buffer {
  const framed = Buffer.concat([Buffer.from([0x99, 0, KEY.publicBody.length]), KEY.publicBody]);
  return packet(
    2,
    makeSignature(KEY, framed, { type: 0x20, created: MADE_AT + 1000, subpackets: [[29, Buffer.from([reason])]] }),
  );
}

const REVOCATION = revocation(1);

test('certificates are read from armor and from bytes, several in a file, with text around them', async () => {
  const both = `KEYS of a project\n\n${armoredKeys(CERTIFICATE)}\npub rsa2048\n${armoredKeys(makeCertificate(OTHER, MADE_AT))}`;

  const { certificates, faults } = await read([
    { name: 'KEYS', bytes: Buffer.from(both) },
    { name: 'binary', bytes: CERTIFICATE },
  ]);

  assert.deepEqual(faults, []);
  const found = certificates.map(({ certificate }) => certificate.fingerprint).sort();
  assert.deepEqual(found, [KEY.fingerprint, OTHER.fingerprint].sort());
});

test('copies of one certificate are one: a revocation that only one of them has counts', async () => {
  const revoked = Buffer.concat([CERTIFICATE.subarray(0, 2 + KEY.publicBody.length), revocation(2)]);

  const { certificates } = await read([
    { name: 'a', bytes: CERTIFICATE },
    { name: 'b', bytes: revoked },
  ]);

  assert.equal(certificates.length, 1);
  assert.deepEqual(certificates[0]?.certificate.keys[0]?.revoked, { isHard: true, at: MADE_AT + 1000 });
  assert.equal(certificates[0]?.certificate.isBare, false);
});

test('a revocation that comes alone in the file goes to its certificate, and a stranger’s does not', async () => {
  const { certificates } = await read([
    { name: 'a', bytes: Buffer.concat([revocation(3), CERTIFICATE, makeCertificate(OTHER, MADE_AT)]) },
  ]);

  const revoked = new Map(
    certificates.map(({ certificate }) => [certificate.fingerprint, certificate.keys[0]?.revoked]),
  );
  assert.deepEqual(revoked.get(KEY.fingerprint), { isHard: false, at: MADE_AT + 1000 });
  assert.equal(revoked.get(OTHER.fingerprint), null);
});

test('only what the owner signed is kept', async () => {
  const stranger = packet(2, makeSignature(OTHER, Buffer.from('x'), { type: 0x13, created: MADE_AT }));
  const flooded = Buffer.concat([
    CERTIFICATE,
    ...Array.from({ length: 5000 }, () => stranger),
    packet(13, Buffer.from('Mallory')),
  ]);

  const { certificates } = await read([{ name: 'flooded', bytes: flooded }]);

  const [found] = certificates;
  assert.deepEqual(found?.certificate.userIds, ['Made <made@example.org>']);
  assert.equal(found?.dropped, 5001);
  assert.equal((found?.packets.length ?? 0) < CERTIFICATE.length + 50, true);
});

test('a bare certificate keeps its names, and is bare', async () => {
  const { certificates } = await read([{ name: 'bare', bytes: makeCertificate(KEY, MADE_AT, { isBare: true }) }]);

  assert.deepEqual(certificates[0]?.certificate.userIds, ['Made <made@example.org>']);
  assert.equal(certificates[0]?.certificate.isBare, true);
});

test('what is no certificate is a fault with the name of its file', async () => {
  const files = [
    { name: 'page', bytes: Buffer.from('<html></html>') },
    { name: 'empty', bytes: Buffer.alloc(0) },
    { name: 'secret', bytes: packet(5, KEY.publicBody) },
    { name: 'version-3', bytes: packet(6, Buffer.concat([Buffer.from([3]), uint32(MADE_AT), Buffer.from([0, 0, 1])])) },
    { name: 'alone', bytes: revocation(0) },
    { name: 'good', bytes: CERTIFICATE },
  ];

  const { certificates, faults } = await read(files);

  assert.deepEqual(
    faults.map(({ file }) => file),
    ['page', 'empty', 'secret', 'version-3', 'alone'],
  );
  assert.equal(certificates.length, 1);
  assert.match(faults[2]?.why ?? '', /secret key/);
});

test('a file that takes too long is given up, and the next one is read', async () => {
  const key = packet(6, KEY.publicBody);
  const slow = { name: 'slow', bytes: Buffer.concat([key, ...Array.from({ length: 90_000 }, () => REVOCATION)]) };

  const { certificates, faults } = await read([slow, { name: 'good', bytes: makeCertificate(OTHER, MADE_AT) }], {
    deadlineMs: 1000,
    memoryMib: 128,
  });

  assert.deepEqual(
    faults.map(({ file }) => file),
    ['slow'],
  );
  assert.match(faults[0]?.why ?? '', /took longer/);
  assert.deepEqual(
    certificates.map(({ certificate }) => certificate.fingerprint),
    [OTHER.fingerprint],
  );
});

test('a file that takes too much memory is given up, and the next one is read', async () => {
  const large = Array.from({ length: 99_000 }, (_, index) => packet(13, Buffer.from(`user ${index}`)));
  const greedy = { name: 'greedy', bytes: Buffer.concat([CERTIFICATE, ...large]) };

  const { certificates, faults } = await read([greedy, { name: 'good', bytes: makeCertificate(OTHER, MADE_AT) }], {
    deadlineMs: 60_000,
    memoryMib: 24,
  });

  assert.deepEqual(
    faults.map(({ file }) => file),
    ['greedy'],
  );
  assert.match(faults[0]?.why ?? '', /could not be read/);
  assert.equal(
    certificates.some(({ certificate }) => certificate.fingerprint === OTHER.fingerprint),
    true,
  );
});
