// Public key packets of versions 4 and 6 (RFC 9580, 5.5.2). Version 3 names its keys by MD5 and is left out.

import { createHash } from 'node:crypto';
import { Cursor } from './cursor.ts';
import { ecdsaCurve, eddsaCurve } from './curve.ts';

export const KEY_ALGORITHM = { rsa: 1, rsaSign: 3, dsa: 17, ecdsa: 19, eddsa: 22, ed25519: 27, ed448: 28 } as const;

export interface KeyPacket {
  readonly kind: 'key';
  readonly version: 4 | 6;
  /** Epoch seconds. */
  readonly created: number;
  readonly algorithm: number;
  /** Upper-case hex: 40 digits of SHA-1, or 64 of SHA-256. */
  readonly fingerprint: string;
  /** Upper-case hex, 16 digits. */
  readonly keyId: string;
  readonly material: KeyMaterial;
  /** What a signature over this key hashes. */
  readonly hashed: Buffer;
}

export type KeyMaterial =
  | { readonly kind: 'rsa'; readonly n: Buffer; readonly e: Buffer }
  | { readonly kind: 'dsa'; readonly p: Buffer; readonly q: Buffer; readonly g: Buffer; readonly y: Buffer }
  | { readonly kind: 'ecdsa'; readonly oid: string; readonly point: Buffer }
  | { readonly kind: 'eddsa'; readonly curve: 'ed25519' | 'ed448'; readonly point: Buffer }
  /** It encrypts, or it is of a kind that is not known here: it makes no signature that could be checked. */
  | { readonly kind: 'none' };

export interface KeyFault {
  readonly kind: 'malformed' | 'unsupported';
  readonly why: string;
}

export function readKey(body: Buffer): KeyPacket | KeyFault {
  const version = body[0];
  if (version === undefined) return { kind: 'malformed', why: 'a key packet is empty' };
  if (version !== 4 && version !== 6)
    return { kind: 'unsupported', why: `keys of version ${version} are not known here` };
  const cursor = new Cursor(body);
  cursor.uint8();
  const [created, algorithm] = [cursor.uint32(), cursor.uint8()];
  const numbers = new Cursor(version === 6 ? cursor.take(cursor.uint32()) : cursor.rest());
  const material = readMaterial(algorithm, numbers);
  if (cursor.isOverrun || numbers.isOverrun) return { kind: 'malformed', why: 'a key packet is cut off' };
  if (material === null) return { kind: 'malformed', why: 'a key packet holds numbers that no key has' };
  const hashed = hashedForm(version, body);
  const digest = createHash(version === 4 ? 'sha1' : 'sha256')
    .update(hashed)
    .digest();
  const keyId = (version === 4 ? digest.subarray(-8) : digest.subarray(0, 8)).toString('hex').toUpperCase();
  const fingerprint = digest.toString('hex').toUpperCase();
  return { kind: 'key', version, created, algorithm, fingerprint, keyId, material, hashed };
}

/** RFC 9580, 5.2.4: the packet with a header of its own, whatever header it came with. */
function hashedForm(version: 4 | 6, body: Buffer): Buffer {
  const header = Buffer.alloc(version === 4 ? 3 : 5, version === 4 ? 0x99 : 0x9b);
  header.writeUIntBE(body.length, 1, header.length - 1);
  return Buffer.concat([header, body]);
}

function readMaterial(algorithm: number, cursor: Cursor): KeyMaterial | null {
  switch (algorithm) {
    case KEY_ALGORITHM.rsa:
    case KEY_ALGORITHM.rsaSign:
      return { kind: 'rsa', n: cursor.integer(), e: cursor.integer() };
    case KEY_ALGORITHM.dsa:
      return { kind: 'dsa', p: cursor.integer(), q: cursor.integer(), g: cursor.integer(), y: cursor.integer() };
    case KEY_ALGORITHM.ecdsa: {
      const oid = cursor.take(cursor.uint8()).toString('hex');
      const point = cursor.integer();
      const curve = ecdsaCurve(oid);
      if (curve === null) return { kind: 'none' };
      return point.length === 1 + 2 * curve.size && point[0] === 4 ? { kind: 'ecdsa', oid, point } : null;
    }
    case KEY_ALGORITHM.eddsa: {
      const curve = eddsaCurve(cursor.take(cursor.uint8()).toString('hex'));
      const point = cursor.integer();
      if (curve === null) return { kind: 'none' };
      // 40 says that what follows is the point as it is, without the big-endian dress of a multiprecision integer.
      const native = point.length === 1 + curve.size && point[0] === 0x40 ? point.subarray(1) : point;
      return native.length === curve.size ? { kind: 'eddsa', curve: curve.name, point: native } : null;
    }
    case KEY_ALGORITHM.ed25519:
      return { kind: 'eddsa', curve: 'ed25519', point: cursor.take(32) };
    case KEY_ALGORITHM.ed448:
      return { kind: 'eddsa', curve: 'ed448', point: cursor.take(57) };
    default:
      return { kind: 'none' };
  }
}
