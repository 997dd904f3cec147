// SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) for the keys of OpenPGP: the one form that node:crypto takes for all of them.

import { createPublicKey, type KeyObject } from 'node:crypto';

const OID = {
  rsa: '2a864886f70d010101',
  dsa: '2a8648ce380401',
  ec: '2a8648ce3d0201',
  ed25519: '2b6570',
  ed448: '2b6571',
} as const;

/** Throws what OpenSSL says of a key that is none. */
export function rsaKey(modulus: Buffer, exponent: Buffer): KeyObject {
  return keyOf(
    sequence(oid(OID.rsa), Buffer.from([0x05, 0x00])),
    bits(sequence(unsigned(modulus), unsigned(exponent))),
  );
}

export function dsaKey(p: Buffer, q: Buffer, g: Buffer, y: Buffer): KeyObject {
  return keyOf(sequence(oid(OID.dsa), sequence(unsigned(p), unsigned(q), unsigned(g))), bits(unsigned(y)));
}

/** `curve` is its object identifier in hex, `point` begins with 04. */
export function ecKey(curve: string, point: Buffer): KeyObject {
  return keyOf(sequence(oid(OID.ec), oid(curve)), bits(point));
}

export function edKey(curve: 'ed25519' | 'ed448', point: Buffer): KeyObject {
  return keyOf(sequence(oid(OID[curve])), bits(point));
}

function keyOf(algorithm: Buffer, key: Buffer): KeyObject {
  return createPublicKey({ key: sequence(algorithm, key), format: 'der', type: 'spki' });
}

function sequence(...parts: Buffer[]): Buffer {
  return element(0x30, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return element(0x06, Buffer.from(hex, 'hex'));
}

function bits(value: Buffer): Buffer {
  return element(0x03, Buffer.concat([Buffer.from([0]), value]));
}

/** A number that begins with a set bit would be read as a negative one. */
function unsigned(value: Buffer): Buffer {
  return element(0x02, (value[0] ?? 0x80) < 0x80 ? value : Buffer.concat([Buffer.from([0]), value]));
}

function element(tag: number, value: Buffer): Buffer {
  const { length } = value;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), value]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(length);
  const digits = size.subarray(size.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length]), digits, value]);
}
