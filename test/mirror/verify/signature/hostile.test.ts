// What somebody sends to hurt: it ends in a class, soon, and whatever else is read is read all the same.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { startDigesters } from '../../../../src/mirror/verify/digest.ts';
import { judgeCertificate } from '../../../../src/mirror/verify/key/certificate.ts';
import { transferredIn } from '../../../../src/mirror/verify/key/transferable.ts';
import { SIGNATURE_CEILING } from '../../../../src/mirror/verify/signature/signature-file.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { armored } from '../../../support/gpg.ts';
import { type Kind, makeCertificate, makeKey, makeSignature, packet } from '../../../support/openpgp-maker.ts';
import { judged, keysetFrom } from './judged.ts';
import { BYTES, MADE_AT, SIGNED_AT } from './rows.ts';

const KEY = makeKey('ed25519', MADE_AT);
const KEYSET = keysetFrom(makeCertificate(KEY, MADE_AT));
const GOOD = packet(2, makeSignature(KEY, BYTES, { created: SIGNED_AT }));

const NESTED = Array.from({ length: 200 }).reduce<Buffer>(
  (inner) => makeSignature(KEY, BYTES, { created: SIGNED_AT, subpackets: [[32, inner.subarray(0, 150)]] }),
  Buffer.alloc(0),
);

const FILES: readonly (readonly [name: string, file: Buffer, expected: string])[] = [
  ['megabytes of armor', armored(Buffer.alloc(8 * 1024 * 1024, 7)), 'malformed'],
  ['megabytes of blank lines', Buffer.alloc(8 * 1024 * 1024, '\n'), 'malformed'],
  [
    'a quarter of a megabyte in one line',
    Buffer.from(`-----BEGIN PGP SIGNATURE-----\n\n${'A'.repeat(200_000)}`),
    'malformed',
  ],
  ['ten thousand signatures', Buffer.concat(Array.from({ length: 10_000 }, () => GOOD)), 'malformed'],
  ['a hundred and one signatures', Buffer.concat(Array.from({ length: 101 }, () => GOOD)), 'malformed'],
  ['a thousand armor blocks', Buffer.concat(Array.from({ length: 1000 }, () => armored(GOOD))), 'malformed'],
  [
    'ten thousand markers',
    Buffer.concat(Array.from({ length: 10_000 }, () => packet(10, Buffer.from('PGP')))),
    'malformed',
  ],
  ['a bomb', packet(8, Buffer.concat([Buffer.from([2]), Buffer.alloc(1000, 0x78)])), 'unsupported'],
  ['a length beyond the end', Buffer.concat([Buffer.from([0xc2, 0xff, 0xff, 0xff, 0xff, 0xff]), GOOD]), 'malformed'],
  ['a number of 65535 bits', packet(2, Buffer.concat([GOOD.subarray(2, -68), Buffer.from([0xff, 0xff])])), 'malformed'],
  ['signatures within signatures', packet(2, NESTED), 'good'],
  ['an unfinished packet of another kind', Buffer.from([0xc4, 0x0d, 3]), 'malformed'],
];

for (const [name, file, expected] of FILES) {
  test(`${name}: ${expected}`, () => {
    assert.equal(judged(file, BYTES, KEYSET).class, expected);
  });
}

test('many signatures that each want a digest of their own do not hash a file a hundred times', () => {
  const all: Buffer[] = [];
  for (const hash of [
    'md5',
    'sha1',
    'ripemd160',
    'sha224',
    'sha256',
    'sha384',
    'sha512',
    'sha3-256',
    'sha3-512',
  ] as const) {
    for (const type of [0, 1]) all.push(packet(2, makeSignature(KEY, BYTES, { created: SIGNED_AT, hash, type })));
  }

  const { signatures } = judged(Buffer.concat(all), BYTES, KEYSET);

  const classes = new Set(signatures.map((each) => each.class));
  assert.equal(signatures.length, 18);
  assert.equal(classes.has('unsupported'), true);
  assert.match(signatures.find((each) => each.class === 'unsupported')?.because ?? '', /too many/);
});

test('whatever a byte is changed to, a signature has a class, and is good only with what the signer signed', () => {
  const kinds: Kind[] = ['ed25519', 'dsa1024', 'secp256r1', 'rsa1024'];
  const made = kinds.map((kind) => {
    const key = makeKey(kind, MADE_AT);
    const keyset = keysetFrom(makeCertificate(key, MADE_AT));
    return [3, 4].map((version) => {
      const body = makeSignature(key, BYTES, { created: SIGNED_AT, version: version as 3 | 4 });
      return { keyset, signature: packet(2, body) };
    });
  });
  const cases = made.flat();

  fc.assert(
    fc.property(
      fc.nat(cases.length - 1),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.nat(3),
      (which, at, by, cut) => {
        const { keyset, signature } = cases[which] ?? { keyset: KEYSET, signature: GOOD };
        const changed = Buffer.from(signature);
        const place = at % changed.length;
        changed[place] = (changed[place] ?? 0) ^ by;
        const { best } = judged(changed.subarray(0, changed.length - cut), BYTES, keyset);
        // Of a signature nothing but the unhashed hints, the two bytes of the digest and the framing may change.
        return best !== null && (best.class !== 'good' || best.created === SIGNED_AT);
      },
    ),
    { numRuns: 600 },
  );
});

test('bytes of any kind in place of a signature or a certificate have an answer', () => {
  const header = fc.constantFrom(
    Buffer.alloc(0),
    Buffer.from([0xc2]),
    Buffer.from([0x88]),
    Buffer.from([0xc6]),
    GOOD.subarray(0, 20),
  );

  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 400 }), (begin, rest) => {
      const bytes = Buffer.concat([begin, rest]);
      const { class: kind } = judged(bytes, BYTES, KEYSET);
      for (const key of transferredIn(bytes).keys) judgeCertificate(key, SIGNED_AT);
      return kind !== 'good' && kind !== 'unsigned';
    }),
    { numRuns: 2000 },
  );
});

test('a certificate of which any byte is changed is judged, and never gains a key that counts', () => {
  const certificate = makeCertificate(KEY, MADE_AT);
  // Where the self-signature begins, which with the tag of a subkey reads as one: of version 4, too, and bound by nobody.
  const tag = makeCertificate(KEY, MADE_AT, { isBare: true }).length;
  const asSubkey = (certificate[tag] ?? 0) ^ (0xc0 | 14);

  fc.assert(
    fc.property(fc.nat(certificate.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const changed = Buffer.from(certificate);
      changed[at] = (changed[at] ?? 0) ^ by;
      const keys = transferredIn(changed).keys.map((key) => judgeCertificate(key, SIGNED_AT));
      return keys.every(({ fingerprint, isBare, keys: [, ...subkeys] }) => {
        return (fingerprint === KEY.fingerprint || isBare) && subkeys.every(({ whyUnbound }) => whyUnbound !== null);
      });
    }),
    { numRuns: 400, examples: [[tag, asSubkey]] },
  );
});

test('a digest thread reads no more of a signature than it will look at, and goes on', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), BYTES);
  writeFileSync(join(folder, 'file.asc'), Buffer.alloc(64 * 1024 * 1024, 0x99));
  await using digesters = startDigesters(1, KEYSET.certificates[0]?.keys ?? []);
  const signatures = [{ path: 'file.asc', folder }];

  const { files } = await digesters.digest(folder, [{ path: 'file', md5: false, sha512: false, signatures }]);
  const after = await digesters.digest(folder, [{ path: 'file', md5: true, sha512: true }]);

  assert.equal(files[0]?.signatures?.[0]?.signatures[0]?.proof.kind, 'malformed');
  assert.equal(after.files.length, 1);
  assert.ok(SIGNATURE_CEILING < 1024 * 1024);
});
