// The state of the key, then and now.

import test, { after } from 'node:test';
import { packetsOfKey, transferredIn } from '../../../../src/mirror/verify/key/transferable.ts';
import { armored, type Gpg } from '../../../support/gpg.ts';
import { needs } from '../../../support/needs.ts';
import { makeCertificate, makeKey, makeSignature, packet } from '../../../support/openpgp-maker.ts';
import { assertRow, BYTES, MADE_AT, type Made, plain, type Row, SIGNED_AT, sharedGpg } from './rows.ts';

function revoked(gpg: Gpg, name: string, reason: 0 | 1 | 2 | 3, signedAt: string): Made {
  const key = gpg.key(name);
  const signature = gpg.sign(key, BYTES, signedAt);
  gpg.revoke(key, reason, '2021-06-01');
  return { signature, keyring: gpg.export(key) };
}

/** Signed by a subkey of whose bindings something else is made. */
function withSubkey(gpg: Gpg, name: string, change: (bindings: readonly Buffer[]) => Buffer[]): Made {
  const key = gpg.key(name);
  gpg.subkey(key);
  const signature = gpg.sign(key, BYTES, '2020-06-01');
  const [whole] = transferredIn(gpg.export(key)).keys;
  if (whole === undefined) throw new Error('gpg exported nothing');
  const subkeys = whole.subkeys.map((each) => ({ ...each, signatures: change(each.signatures) }));
  return { signature, keyring: packetsOfKey({ ...whole, subkeys }) };
}

/** GnuPG puts the subkey's own word into the part that is not hashed. */
function withoutUnhashed(body: Buffer): Buffer {
  const begin = 6 + body.readUInt16BE(4);
  return Buffer.concat([
    body.subarray(0, begin),
    Buffer.from([0, 0]),
    body.subarray(begin + 2 + body.readUInt16BE(begin)),
  ]);
}

const ROWS: readonly Row[] = [
  {
    name: 'made before its key expired',
    make(gpg) {
      const key = gpg.key('expired-later', { expire: '1y' });
      return { signature: gpg.sign(key, BYTES, '2020-06-01'), keyring: gpg.export(key) };
    },
    gpgv: 'EXPKEYSIG',
    sqv: true,
    class: 'key-expired-later',
  },
  {
    name: 'made after its key had expired',
    make(gpg) {
      const key = gpg.key('expired-before');
      const signature = gpg.sign(key, BYTES, '2022-06-01');
      gpg.run('2020-02-01', ['--quick-set-expire', key, '20210101T000000']);
      return { signature, keyring: gpg.export(key) };
    },
    gpgv: 'EXPKEYSIG',
    sqv: false,
    class: 'key-expired-before',
  },
  {
    name: 'made while its key had run out and was not extended yet',
    make(gpg) {
      const key = gpg.key('extended');
      const signature = gpg.sign(key, BYTES, '2021-06-01');
      gpg.run('2020-02-01', ['--quick-set-expire', key, '20210101T000000']);
      gpg.run('2022-01-01', ['--quick-set-expire', key, '0']);
      return { signature, keyring: gpg.export(key) };
    },
    gpgv: 'GOODSIG',
    sqv: false,
    class: 'good',
  },
  {
    name: 'its key superseded later',
    make: (gpg) => revoked(gpg, 'superseded', 2, '2020-06-01'),
    gpgv: 'REVKEYSIG',
    sqv: true,
    class: 'revoked-later',
  },
  {
    name: 'its key retired later',
    make: (gpg) => revoked(gpg, 'retired', 3, '2020-06-01'),
    gpgv: 'REVKEYSIG',
    sqv: true,
    class: 'revoked-later',
  },
  {
    name: 'its key superseded before',
    make: (gpg) => revoked(gpg, 'superseded-before', 2, '2022-06-01'),
    gpgv: 'REVKEYSIG',
    sqv: false,
    class: 'revoked-before',
  },
  {
    name: 'its key compromised',
    make: (gpg) => revoked(gpg, 'compromised', 1, '2020-06-01'),
    gpgv: 'REVKEYSIG',
    sqv: false,
    class: 'revoked-hard',
  },
  {
    name: 'its key revoked without a reason',
    make: (gpg) => revoked(gpg, 'revoked', 0, '2020-06-01'),
    gpgv: 'REVKEYSIG',
    sqv: false,
    class: 'revoked-hard',
  },
  {
    name: 'made in the future',
    make(gpg) {
      const key = gpg.key('future');
      return { signature: gpg.sign(key, BYTES, '2030-01-01'), keyring: gpg.export(key) };
    },
    gpgv: 'GOODSIG',
    sqv: false,
    class: 'wrong-time',
  },
  {
    name: 'made before its key was',
    make() {
      const key = makeKey('rsa2048', MADE_AT);
      const signature = armored(packet(2, makeSignature(key, BYTES, { created: MADE_AT - 86_400 })));
      return { signature, keyring: makeCertificate(key, MADE_AT) };
    },
    gpgv: 'ERRSIG',
    sqv: false,
    class: 'wrong-time',
  },
  {
    name: 'itself valid for a year only',
    make: (gpg) => plain(gpg, 'short', 'ed25519', '--default-sig-expire', '1y'),
    gpgv: 'EXPSIG',
    sqv: false,
    class: 'wrong-time',
    notes: ['signature-expired'],
  },
  {
    name: 'of another file, its key unknown: two bytes convict it',
    make(gpg) {
      const [key, stranger] = [gpg.key('absent'), gpg.key('present')];
      return { signature: gpg.sign(key, 'other bytes', '2020-06-01'), keyring: gpg.export(stranger) };
    },
    gpgv: 'ERRSIG NO_PUBKEY',
    sqv: false,
    class: 'bad',
  },
  {
    name: 'its key unknown',
    make(gpg) {
      const [key, stranger] = [gpg.key('absent-too'), gpg.key('present-too')];
      return { signature: gpg.sign(key, BYTES, '2020-06-01'), keyring: gpg.export(stranger) };
    },
    gpgv: 'ERRSIG NO_PUBKEY',
    sqv: false,
    class: 'no-key',
  },
  {
    name: 'by a subkey that signs',
    make(gpg) {
      const key = gpg.key('with-subkey');
      gpg.subkey(key, { algorithm: 'rsa2048' });
      return { signature: gpg.sign(key, BYTES, '2020-06-01'), keyring: gpg.export(key) };
    },
    gpgv: 'GOODSIG',
    sqv: true,
    class: 'good',
  },
  {
    name: 'by a subkey that its primary key has not signed',
    make: (gpg) => withSubkey(gpg, 'unbound', () => []),
    gpgv: 'ERRSIG',
    sqv: false,
    class: 'unbound-subkey',
  },
  {
    name: 'by a subkey that has not agreed',
    make: (gpg) => withSubkey(gpg, 'unasked', (bodies) => bodies.map(withoutUnhashed)),
    gpgv: 'ERRSIG',
    sqv: false,
    class: 'unbound-subkey',
  },
  {
    name: 'by a key that its owner lets certify only',
    make() {
      const key = makeKey('rsa2048', MADE_AT);
      const signature = packet(2, makeSignature(key, BYTES, { created: SIGNED_AT }));
      return { signature, keyring: makeCertificate(key, MADE_AT, { subpackets: [[27, Buffer.from([1])]] }) };
    },
    gpgv: 'ERRSIG',
    sqv: false,
    class: 'unbound-subkey',
  },
  {
    name: 'by a bare key, which no verifier takes',
    make() {
      const key = makeKey('rsa2048', MADE_AT);
      const signature = packet(2, makeSignature(key, BYTES, { created: SIGNED_AT }));
      return { signature, keyring: makeCertificate(key, MADE_AT, { isBare: true }) };
    },
    gpgv: 'ERRSIG',
    sqv: false,
    class: 'good',
    notes: ['bare-key'],
  },
];

const gpg = sharedGpg(after);

for (const row of ROWS) {
  test(`${row.name}: ${row.class}`, (t) => {
    if (needs(t, 'gpg', 'gpgv', 'sqv')) assertRow(row, gpg());
  });
}
