// One public key, ready to check signatures. RSA and EdDSA take a digest that is finished; DSA and ECDSA take what OpenSSL hashed itself, since it
// offers no other way to them.

import { constants, createVerify, type KeyObject, publicDecrypt, type Verify, verify as verifyOnce } from 'node:crypto';
import { Cursor } from './cursor.ts';
import { ecdsaCurve } from './curve.ts';
import { verifyDsa } from './discrete-log.ts';
import type { HashAlgorithm } from './hash-algorithm.ts';
import { KEY_ALGORITHM, type KeyMaterial } from './key-packet.ts';
import { dsaKey, ecKey, edKey, rsaKey } from './spki.ts';

export interface PublicKey {
  /** `rsa4096`, `dsa1024`, `secp256r1`, `ed25519`. */
  readonly name: string;
  /** Shorter than anybody should use: RSA below 2048 bits, DSA below 2048. */
  readonly isWeak: boolean;
  /** Whether it can have made a signature of this algorithm. */
  makes(keyAlgorithm: number): boolean;
  /**
   * Whether the signature is this key's over the bytes that have this digest. `fed` was given the same bytes, when `wantsFeed` asked for it. Null:
   * this machine cannot tell.
   */
  verify(signature: Made, hash: HashAlgorithm, digest: Buffer, fed: Verify | null): boolean | null;
  /** Something to feed with all that is hashed; null: the digest is enough. */
  wantsFeed(hash: HashAlgorithm): Verify | null;
}

/** What a signature packet holds of its algorithm. */
export interface Made {
  readonly keyAlgorithm: number;
  readonly material: Buffer;
}

/** Beyond these a key is a weapon: OpenSSL would work on a single signature for minutes. */
const MOST_RSA_BITS = 16_384;
const MOST_RSA_EXPONENT_BITS = 64;
const MOST_DSA_BITS = 8192;

/** Null for what makes no signatures, is out of bounds, or is no key by its numbers. */
export function publicKeyOf(material: KeyMaterial): PublicKey | null {
  try {
    switch (material.kind) {
      case 'rsa':
        return bitsOf(material.n) > MOST_RSA_BITS || bitsOf(material.e) > MOST_RSA_EXPONENT_BITS ? null : rsa(material);
      case 'dsa':
        return bitsOf(material.p) > MOST_DSA_BITS ? null : dsa(material);
      case 'ecdsa':
        return ecdsa(material.oid, material.point);
      case 'eddsa':
        return eddsa(material.curve, material.point);
      case 'none':
        return null;
    }
  } catch {
    // OpenSSL says that the numbers are no key; a key that is none makes no signature.
    return null;
  }
}

type Material<Kind extends KeyMaterial['kind']> = Extract<KeyMaterial, { readonly kind: Kind }>;

function rsa({ n, e }: Material<'rsa'>): PublicKey {
  const key = rsaKey(n, e);
  const bits = bitsOf(n);
  return {
    name: `rsa${bits}`,
    isWeak: bits < 2048,
    makes: (algorithm) => algorithm === KEY_ALGORITHM.rsa || algorithm === KEY_ALGORITHM.rsaSign,
    verify: ({ material }, hash, digest) => verifyRsa(key, n.length, hash, digest, material),
    wantsFeed: () => null,
  };
}

/** RFC 8017, 8.2.2, the strict way: the whole padded block is made anew and compared, nothing in it is parsed. */
function verifyRsa(key: KeyObject, size: number, hash: HashAlgorithm, digest: Buffer, material: Buffer): boolean {
  const signature = padded(new Cursor(material).integer(), size);
  const tail = Buffer.concat([hash.digestInfo, digest]);
  if (signature === null || tail.length + 11 > size) return false;
  const expected = Buffer.alloc(size, 0xff);
  expected.set([0x00, 0x01]);
  expected.set([0x00], size - tail.length - 1);
  expected.set(tail, size - tail.length);
  try {
    return publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature).equals(expected);
  } catch {
    // A number that is not below the modulus: no signature of this key.
    return false;
  }
}

function dsa(material: Material<'dsa'>): PublicKey {
  const { p, q, g, y } = material;
  const key = dsaKey(p, q, g, y);
  const bits = bitsOf(p);
  return {
    name: `dsa${bits}`,
    isWeak: bits < 2048,
    makes: (algorithm) => algorithm === KEY_ALGORITHM.dsa,
    verify: (signature, _hash, digest, fed) => {
      const [r, s] = pair(signature.material);
      return fed === null ? verifyDsa(material, digest, { r, s }) : finish(fed, key, r, s, q.length);
    },
    wantsFeed: feedOf,
  };
}

function ecdsa(oid: string, point: Buffer): PublicKey | null {
  const curve = ecdsaCurve(oid);
  if (curve === null) return null;
  const key = ecKey(oid, point);
  return {
    name: curve.name,
    isWeak: false,
    makes: (algorithm) => algorithm === KEY_ALGORITHM.ecdsa,
    verify: (signature, _hash, _digest, fed) => {
      const [r, s] = pair(signature.material);
      return fed === null ? null : finish(fed, key, r, s, curve.size);
    },
    wantsFeed: feedOf,
  };
}

/** Digests that OpenSSL does not combine with DSA and ECDSA. */
const NOT_FED = new Set(['md5', 'ripemd160']);

function feedOf(hash: HashAlgorithm): Verify | null {
  return NOT_FED.has(hash.name) ? null : createVerify(hash.name);
}

function finish(fed: Verify, key: KeyObject, r: Buffer, s: Buffer, size: number): boolean {
  const [first, second] = [padded(r, size), padded(s, size)];
  if (first === null || second === null) return false;
  return fed.verify({ key, dsaEncoding: 'ieee-p1363' }, Buffer.concat([first, second]));
}

function eddsa(curve: 'ed25519' | 'ed448', point: Buffer): PublicKey {
  const key = edKey(curve, point);
  const own = curve === 'ed25519' ? KEY_ALGORITHM.ed25519 : KEY_ALGORITHM.ed448;
  return {
    name: curve,
    isWeak: false,
    makes: (algorithm) => algorithm === KEY_ALGORITHM.eddsa || algorithm === own,
    verify: ({ keyAlgorithm, material }, _hash, digest) => {
      const signature = keyAlgorithm === own ? material : joined(material, point.length);
      return signature?.length === 2 * point.length && verifyOnce(null, digest, key, signature);
    },
    wantsFeed: () => null,
  };
}

/** Algorithm 22 writes the two halves as numbers, which lose their leading zeros. */
function joined(material: Buffer, size: number): Buffer | null {
  const [r, s] = pair(material);
  const halves = [padded(r, size), padded(s, size)].filter((half) => half !== null);
  return halves.length === 2 ? Buffer.concat(halves) : null;
}

function pair(material: Buffer): [Buffer, Buffer] {
  const cursor = new Cursor(material);
  return [cursor.integer(), cursor.integer()];
}

/** With leading zeros up to `size` bytes; null when it is longer. */
function padded(value: Buffer, size: number): Buffer | null {
  return value.length > size ? null : Buffer.concat([Buffer.alloc(size - value.length), value]);
}

function bitsOf(value: Buffer): number {
  return value.length === 0 ? 0 : value.length * 8 - Math.clz32(value[0] ?? 0) + 24;
}
