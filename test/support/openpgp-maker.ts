// OpenPGP packets made by hand with node:crypto, for what no program of today makes any more, or would refuse to: version 3, odd digests, broken
// things. Written apart from the code that reads them.

import { createHash, createSign, generateKeyPairSync, type KeyObject, sign as signDigest } from 'node:crypto';

export interface MadeKey {
  readonly publicBody: Buffer;
  readonly privateKey: KeyObject;
  readonly algorithm: 1 | 17 | 19 | 22;
  /** Upper-case hex. */
  readonly fingerprint: string;
  readonly keyId: string;
}

export type Kind = 'rsa1024' | 'rsa2048' | 'rsa4096' | 'dsa1024' | 'dsa2048' | 'secp256r1' | 'ed25519';

/** `created` in epoch seconds. */
export function makeKey(kind: Kind, created: number): MadeKey {
  const { publicKey, privateKey } = pair(kind);
  const jwk = kind.startsWith('dsa') ? {} : publicKey.export({ format: 'jwk' });
  const part = (name: 'n' | 'e' | 'x' | 'y') => Buffer.from(String(Reflect.get(jwk, name)), 'base64url');
  const head = (algorithm: number) => Buffer.concat([Buffer.from([4]), uint32(created), Buffer.from([algorithm])]);
  const oid = (hex: string) => Buffer.from(`${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`, 'hex');
  const made = (algorithm: MadeKey['algorithm'], ...numbers: Buffer[]): MadeKey => {
    const publicBody = Buffer.concat([head(algorithm), ...numbers]);
    const fingerprint = createHash('sha1').update(framed(publicBody)).digest('hex').toUpperCase();
    return { publicBody, privateKey, algorithm, fingerprint, keyId: fingerprint.slice(-16) };
  };
  if (kind.startsWith('rsa')) return made(1, integer(part('n')), integer(part('e')));
  if (kind.startsWith('dsa')) return made(17, ...dsaNumbers(publicKey).map(integer));
  if (kind === 'secp256r1') {
    const point = Buffer.concat([Buffer.from([4]), part('x'), part('y')]);
    return made(19, oid('2a8648ce3d030107'), integer(point));
  }
  return made(22, oid('2b06010401da470f01'), integer(Buffer.concat([Buffer.from([0x40]), part('x')])));
}

function pair(kind: Kind): { publicKey: KeyObject; privateKey: KeyObject } {
  if (kind === 'ed25519') return generateKeyPairSync('ed25519');
  if (kind === 'secp256r1') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const modulusLength = Number(kind.slice(3));
  if (kind.startsWith('rsa')) return generateKeyPairSync('rsa', { modulusLength });
  return generateKeyPairSync('dsa', { modulusLength, divisorLength: modulusLength === 1024 ? 160 : 256 });
}

/** p, q, g, y from the DER of a DSA key: the only integers in it, in this order. */
function dsaNumbers(key: KeyObject): Buffer[] {
  const der = key.export({ format: 'der', type: 'spki' });
  const numbers: Buffer[] = [];
  const walk = (at: number, end: number): void => {
    while (at < end) {
      const tag = der[at] ?? 0;
      const short = der[at + 1] ?? 0;
      const size = short & 0x80 ? short & 0x7f : 0;
      const length = size === 0 ? short : der.readUIntBE(at + 2, size);
      const body = at + 2 + size;
      if (tag === 0x30) walk(body, body + length);
      else if (tag === 0x03) walk(body + 1, body + length);
      else if (tag === 0x02) numbers.push(der.subarray(body, body + length));
      at = body + length;
    }
  };
  walk(0, der.length);
  return numbers;
}

export interface SignOptions {
  readonly version?: 3 | 4;
  readonly type?: number;
  /** Name of the digest. */
  readonly hash?: keyof typeof HASHES;
  /** Epoch seconds. */
  readonly created: number;
  /** Hashed subpackets besides the creation time, each with its type and body. */
  readonly subpackets?: readonly (readonly [type: number, body: Buffer])[];
  /** Whose it says it is; the maker's key ID if not said, null: nobody's. */
  readonly issuer?: string | null;
  /** Two wrong bytes where the beginning of the digest stands. */
  readonly isPrefixWrong?: boolean;
}

const HASHES = {
  md5: 1,
  sha1: 2,
  ripemd160: 3,
  sha256: 8,
  sha384: 9,
  sha512: 10,
  sha224: 11,
  'sha3-256': 12,
  'sha3-512': 14,
};

/** Body of a signature packet by `key` over `bytes`. */
export function makeSignature(key: MadeKey, bytes: Buffer, options: SignOptions): Buffer {
  const { version = 4, type = 0, hash = 'sha256', created, issuer = key.keyId } = options;
  const issuerBytes = issuer === null ? Buffer.alloc(0) : Buffer.from(issuer, 'hex');
  const kinds = Buffer.from([key.algorithm, HASHES[hash]]);
  if (version === 3) {
    const hashed = Buffer.concat([Buffer.from([type]), uint32(created)]);
    const { prefix, material } = signed(key, hash, Buffer.concat([bytes, hashed]), options);
    return Buffer.concat([Buffer.from([3, 5]), hashed, issuerBytes, kinds, prefix, material]);
  }
  const area = Buffer.concat([
    subpacket(2, uint32(created)),
    ...(options.subpackets ?? []).map(([kind, body]) => subpacket(kind, body)),
  ]);
  const said = Buffer.concat([Buffer.from([4, type]), kinds, uint16(area.length), area]);
  const trailer = Buffer.concat([said, Buffer.from([4, 0xff]), uint32(said.length)]);
  const unhashed = issuer === null ? Buffer.alloc(0) : subpacket(16, issuerBytes);
  const { prefix, material } = signed(key, hash, Buffer.concat([bytes, trailer]), options);
  return Buffer.concat([said, uint16(unhashed.length), unhashed, prefix, material]);
}

function signed(
  key: MadeKey,
  hash: keyof typeof HASHES,
  bytes: Buffer,
  { isPrefixWrong = false }: SignOptions,
): { prefix: Buffer; material: Buffer } {
  const digest = createHash(hash).update(bytes).digest();
  const prefix = Buffer.from(digest.subarray(0, 2));
  if (isPrefixWrong) prefix[0] = (prefix[0] ?? 0) ^ 0xff;
  return { prefix, material: materialOf(key, hash, bytes, digest) };
}

function materialOf({ algorithm, privateKey }: MadeKey, hash: string, bytes: Buffer, digest: Buffer): Buffer {
  if (algorithm === 1) return integer(createSign(hash).update(bytes).sign(privateKey));
  const both =
    algorithm === 22
      ? signDigest(null, digest, privateKey)
      : createSign(hash).update(bytes).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' });
  const half = both.length / 2;
  return Buffer.concat([integer(both.subarray(0, half)), integer(both.subarray(half))]);
}

/** A certificate: the key, and a user ID with its self-signature, unless it is to be bare. */
export function makeCertificate(
  key: MadeKey,
  created: number,
  options: { readonly isBare?: boolean; readonly subpackets?: SignOptions['subpackets'] } = {},
): Buffer {
  const userId = Buffer.from('Made <made@example.org>');
  const header = Buffer.concat([Buffer.from([0xb4]), uint32(userId.length)]);
  const over = Buffer.concat([framed(key.publicBody), header, userId]);
  // Key flags: it certifies and signs.
  const { subpackets = [[27, Buffer.from([3])]] } = options;
  const self = makeSignature(key, over, { type: 0x13, created, subpackets });
  const parts = [packet(6, key.publicBody), packet(13, userId)];
  return Buffer.concat(options.isBare === true ? parts : [...parts, packet(2, self)]);
}

/** In the new format, with the shortest length; `lengthKind` of the old format: 0, 1, 2, or 3 for an open end. */
export function packet(tag: number, body: Buffer, lengthKind: number | null = null): Buffer {
  const { length } = body;
  if (lengthKind !== null) {
    const size = [1, 2, 4][lengthKind] ?? 0;
    const bytes = Buffer.alloc(size);
    if (size > 0) bytes.writeUIntBE(length, 0, size);
    return Buffer.concat([Buffer.from([0x80 | (tag << 2) | lengthKind]), bytes, body]);
  }
  const head =
    length < 192
      ? [length]
      : length < 8384
        ? [((length - 192) >> 8) + 192, (length - 192) & 0xff]
        : [0xff, ...uint32(length)];
  return Buffer.concat([Buffer.from([0xc0 | tag, ...head]), body]);
}

/** A multiprecision integer. */
function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const value = first < 0 ? Buffer.alloc(0) : bytes.subarray(first);
  const bits = value.length === 0 ? 0 : value.length * 8 - (Math.clz32(value[0] ?? 0) - 24);
  return Buffer.concat([uint16(bits), value]);
}

function subpacket(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([body.length + 1, type]), body]);
}

function framed(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x99]), uint16(body.length), body]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
