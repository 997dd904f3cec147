// The form of a signature file: packets, armor, digests, and what lies in its place.

import test, { after } from 'node:test';
import { armored, unarmored } from '../../../support/gpg.ts';
import { needs } from '../../../support/needs.ts';
import { makeCertificate, makeKey, makeSignature, packet } from '../../../support/openpgp-maker.ts';
import { assertRow, BYTES, byHand, MADE_AT, plain, type Row, SIGNED_AT, sharedGpg } from './rows.ts';

const ROWS: readonly Row[] = [
  {
    name: 'a good signature',
    make: (gpg) => plain(gpg, 'good', 'rsa2048'),
    gpgv: 'GOODSIG',
    sqv: true,
    class: 'good',
    weak: false,
  },
  {
    name: 'a SHA-1 digest',
    make: (gpg) => plain(gpg, 'sha1', 'rsa2048', '--digest-algo', 'SHA1'),
    gpgv: 'GOODSIG',
    sqv: false,
    class: 'good',
    weak: true,
  },
  {
    name: 'an MD5 digest',
    make: () => byHand({ hash: 'md5' }),
    gpgv: 'ERRSIG',
    sqv: false,
    class: 'good',
    weak: true,
  },
  {
    name: 'a RIPEMD-160 digest',
    make: (gpg) => plain(gpg, 'ripemd', 'rsa2048', '--digest-algo', 'RIPEMD160'),
    gpgv: 'GOODSIG',
    sqv: false,
    class: 'good',
    weak: true,
  },
  {
    name: 'DSA of 1024 bits with SHA-1',
    make: (gpg) => plain(gpg, 'dsa', 'dsa1024', '--digest-algo', 'SHA1'),
    gpgv: 'GOODSIG',
    sqv: false,
    class: 'good',
    weak: true,
  },
  {
    name: 'RSA of 1024 bits',
    make: (gpg) => plain(gpg, 'rsa1024', 'rsa1024'),
    gpgv: 'GOODSIG',
    sqv: false,
    class: 'good',
    weak: true,
  },
  {
    name: 'two packets in one block, the key of one unknown',
    make(gpg) {
      const [known, unknown] = [gpg.key('known'), gpg.key('unknown')];
      const both = [unknown, known].map((key) => unarmored(gpg.sign(key, BYTES, '2020-06-01')));
      return { signature: armored(Buffer.concat(both)), keyring: gpg.export(known) };
    },
    gpgv: 'ERRSIG NO_PUBKEY GOODSIG',
    sqv: true,
    class: 'good',
    each: ['no-key', 'good'],
  },
  {
    name: 'two armor blocks in one file, the first over other bytes',
    make(gpg) {
      const key = gpg.key('blocks');
      const blocks = [gpg.sign(key, 'other bytes', '2020-06-01'), gpg.sign(key, BYTES, '2020-06-01')];
      return { signature: Buffer.concat(blocks), keyring: gpg.export(key) };
    },
    gpgv: 'BADSIG',
    sqv: false,
    class: 'good',
    each: ['bad', 'good'],
  },
  {
    name: 'of text mode',
    make: (gpg) => plain(gpg, 'text', 'rsa2048', '--textmode'),
    gpgv: 'GOODSIG',
    sqv: true,
    class: 'good',
  },
  {
    name: 'of another file',
    make(gpg) {
      const key = gpg.key('other');
      return { signature: gpg.sign(key, 'other bytes', '2020-06-01'), keyring: gpg.export(key) };
    },
    gpgv: 'BADSIG',
    sqv: false,
    class: 'bad',
  },
  {
    name: 'of version 3',
    make() {
      const key = makeKey('rsa2048', MADE_AT);
      const signature = armored(packet(2, makeSignature(key, BYTES, { version: 3, created: SIGNED_AT })));
      return { signature, keyring: makeCertificate(key, MADE_AT) };
    },
    gpgv: 'GOODSIG',
    sqv: false,
    class: 'good',
    weak: false,
  },
  {
    name: 'of version 5, which is not of this standard',
    make() {
      const key = makeKey('rsa2048', MADE_AT);
      const body = makeSignature(key, BYTES, { created: SIGNED_AT });
      body[0] = 5;
      return { signature: packet(2, body), keyring: makeCertificate(key, MADE_AT) };
    },
    gpgv: 'NODATA',
    sqv: false,
    class: 'unsupported',
  },
  {
    name: 'with a critical subpacket that nobody knows',
    make() {
      const key = makeKey('rsa2048', MADE_AT);
      const subpackets = [[0x80 | 99, Buffer.from([1])]] as const;
      const signature = packet(2, makeSignature(key, BYTES, { created: SIGNED_AT, subpackets }));
      return { signature, keyring: makeCertificate(key, MADE_AT) };
    },
    gpgv: 'BADSIG',
    sqv: false,
    class: 'unsupported',
  },
  {
    name: 'a web page in its place',
    make: (gpg) => ({ ...plain(gpg, 'page', 'ed25519'), signature: Buffer.from('<html><body>404</body></html>\n') }),
    gpgv: 'NODATA',
    sqv: false,
    class: 'malformed',
  },
  {
    name: 'an empty file in its place',
    make: (gpg) => ({ ...plain(gpg, 'empty', 'ed25519'), signature: Buffer.alloc(0) }),
    gpgv: 'NODATA',
    sqv: false,
    class: 'malformed',
  },
  {
    name: 'an armor block without anything in it',
    make: (gpg) => ({ ...plain(gpg, 'hollow', 'ed25519'), signature: armored(Buffer.alloc(0)) }),
    gpgv: 'NODATA',
    sqv: false,
    class: 'malformed',
  },
  {
    name: 'not armored',
    make(gpg) {
      const { signature, keyring } = plain(gpg, 'binary', 'rsa2048');
      return { signature: unarmored(signature), keyring };
    },
    gpgv: 'GOODSIG',
    sqv: true,
    class: 'good',
  },
  {
    name: 'clearsigned text instead',
    make(gpg) {
      const key = gpg.key('clear');
      return {
        signature: gpg.run('2020-06-01', ['--local-user', key, '--clearsign'], BYTES),
        keyring: gpg.export(key),
      };
    },
    gpgv: '',
    sqv: false,
    class: 'malformed',
  },
  {
    name: 'cut off before the END line',
    make(gpg) {
      const { signature, keyring } = plain(gpg, 'cut', 'rsa2048');
      return { signature: Buffer.from(signature.toString().split('-----END')[0] ?? ''), keyring };
    },
    gpgv: 'GOODSIG',
    sqv: false,
    class: 'malformed',
  },
  {
    name: 'whole, under a check sum of something else',
    make(gpg) {
      const { signature, keyring } = plain(gpg, 'checksum', 'rsa2048');
      return { signature: armored(unarmored(signature), '=AAAA'), keyring };
    },
    gpgv: 'NODATA',
    sqv: true,
    class: 'good',
    notes: ['armor-damaged'],
  },
  {
    name: 'whole, but for the two bytes that nothing protects',
    make: () => byHand({ isPrefixWrong: true }),
    gpgv: 'GOODSIG',
    sqv: true,
    class: 'good',
  },
  {
    name: 'a packet that leaves its length open',
    make() {
      const key = makeKey('rsa2048', MADE_AT);
      const signature = packet(2, makeSignature(key, BYTES, { created: SIGNED_AT }), 3);
      return { signature, keyring: makeCertificate(key, MADE_AT) };
    },
    gpgv: 'NODATA',
    sqv: false,
    class: 'malformed',
  },
  {
    name: 'a packet in parts',
    make() {
      const key = makeKey('rsa4096', MADE_AT);
      const body = makeSignature(key, BYTES, { created: SIGNED_AT });
      const parts = [
        Buffer.from([0xc2, 0xe0 | 9]),
        body.subarray(0, 512),
        Buffer.from([body.length - 512]),
        body.subarray(512),
      ];
      return { signature: Buffer.concat(parts), keyring: makeCertificate(key, MADE_AT) };
    },
    gpgv: 'NODATA',
    sqv: false,
    class: 'malformed',
  },
  {
    name: 'a certificate instead',
    make(gpg) {
      const { keyring } = plain(gpg, 'certificate', 'ed25519');
      return { signature: keyring, keyring };
    },
    gpgv: '',
    sqv: false,
    class: 'malformed',
  },
  {
    name: 'a compressed packet instead',
    make: (gpg) => ({ ...plain(gpg, 'packed', 'ed25519'), signature: packet(8, Buffer.from([0, 1, 2, 3])) }),
    gpgv: 'NODATA',
    sqv: false,
    class: 'unsupported',
  },
];

const gpg = sharedGpg(after);

for (const row of ROWS) {
  test(`${row.name}: ${row.class}`, (t) => {
    if (needs(t, 'gpg', 'gpgv', 'sqv')) assertRow(row, gpg());
  });
}
