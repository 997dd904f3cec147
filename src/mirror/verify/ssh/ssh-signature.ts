// SSH signatures over files (PROTOCOL.sshsig of OpenSSH), as `ssh-keygen -Y sign` makes them. The key comes with the signature: whether it counts is
// for the file of allowed signers to say.

import { createHash, createVerify, type KeyObject, verify as verifyOnce } from 'node:crypto';
import { Cursor } from '../openpgp/cursor.ts';
import { ecdsaCurve } from '../openpgp/curve.ts';
import { ecKey, edKey, rsaKey } from '../openpgp/spki.ts';

export interface SshSignature {
  /** The key in the form of SSH: what a line of allowed signers holds in base64. */
  readonly publicKey: Buffer;
  /** What the signature is for, `file`. */
  readonly namespace: string;
  /** Of the file. */
  readonly hash: 'sha256' | 'sha512';
  /** `ssh-ed25519`, `rsa-sha2-512`. */
  readonly algorithm: string;
  /** What is signed stands before the digest of the file. */
  readonly head: Buffer;
  readonly material: Buffer;
}

export interface SshFault {
  readonly fault: 'malformed' | 'unsupported';
  readonly why: string;
}

const ARMOR = /^-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END SSH SIGNATURE-----\s*$/;
const MAGIC = Buffer.from('SSHSIG');

export function isSshSignature(bytes: Buffer): boolean {
  return bytes.subarray(0, 64).toString('latin1').startsWith('-----BEGIN SSH SIGNATURE-----');
}

export function readSshSignature(bytes: Buffer): SshSignature | SshFault {
  const base64 = ARMOR.exec(bytes.toString('latin1'))?.[1];
  if (base64 === undefined) return { fault: 'malformed', why: 'its armor is broken' };
  const cursor = new Cursor(Buffer.from(base64, 'base64'));
  if (!cursor.take(MAGIC.length).equals(MAGIC)) return { fault: 'malformed', why: 'it is no SSH signature' };
  const version = cursor.uint32();
  const publicKey = text(cursor);
  const [namespace, reserved, hash, signature] = [text(cursor), text(cursor), text(cursor), new Cursor(text(cursor))];
  const [algorithm, material] = [text(signature), signature.rest()];
  if (cursor.isOverrun || signature.isOverrun) return { fault: 'malformed', why: 'it is cut off' };
  const name = hash.toString('latin1');
  if (version !== 1) return { fault: 'unsupported', why: `SSH signatures of version ${version} are not known here` };
  if (name !== 'sha256' && name !== 'sha512')
    return { fault: 'unsupported', why: `${JSON.stringify(name.slice(0, 40))} is no digest of SSH signatures` };
  const head = Buffer.concat([MAGIC, ...[namespace, reserved, hash].flatMap(counted)]);
  return {
    publicKey: Buffer.from(publicKey),
    namespace: namespace.toString('latin1'),
    ...{ hash: name, algorithm: algorithm.toString('latin1'), head, material },
  };
}

export interface SshProof {
  /** Null: keys of this kind cannot be checked here. */
  readonly isGood: boolean | null;
  /** `ssh-rsa3072`, `ssh-ed25519`. */
  readonly algorithm: string | null;
  readonly isWeak: boolean;
}

/** `digest` of the signed file, by the signature's own hash. */
export function verifySsh(signature: SshSignature, digest: Buffer): SshProof {
  const key = new Cursor(signature.publicKey);
  const type = text(key).toString('latin1');
  const signed = Buffer.concat([signature.head, ...counted(digest)]);
  try {
    return check(type, key, signature, signed);
  } catch {
    // OpenSSL says that the numbers are no key, or no signature of such a key.
    return { isGood: false, algorithm: null, isWeak: false };
  }
}

function check(type: string, key: Cursor, signature: SshSignature, signed: Buffer): SshProof {
  const { algorithm, material } = signature;
  const isHardware = type.startsWith('sk-');
  const own = type.replace(/^sk-/, '').replace(/@openssh\.com$/, '');
  if (own === 'ssh-ed25519') {
    const object = edKey('ed25519', text(key));
    const { bytes, over } = hardware(isHardware, key, material, signed);
    const isGood = algorithm === type && verifyOnce(null, over, object, bytes);
    return { isGood, algorithm: 'ed25519', isWeak: false };
  }
  const curve = ECDSA[own];
  if (curve !== undefined) {
    text(key);
    const object = ecKey(curve.oid, text(key));
    const { bytes, over } = hardware(isHardware, key, material, signed);
    const isGood = algorithm === type && verifyEcdsa(object, curve.hash, curve.oid, over, bytes);
    return { isGood, algorithm: ecdsaCurve(curve.oid)?.name ?? null, isWeak: false };
  }
  if (type !== 'ssh-rsa') return { isGood: null, algorithm: null, isWeak: false };
  const [exponent, modulus] = [unsigned(text(key)), unsigned(text(key))];
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (bits > 16_384 || exponent.length > 8) return { isGood: null, algorithm: null, isWeak: false };
  const hash = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' }[algorithm];
  const bytes = text(new Cursor(material));
  const isGood = hash !== undefined && createVerify(hash).update(signed).verify(rsaKey(modulus, exponent), bytes);
  return { isGood, algorithm: `rsa${bits}`, isWeak: bits < 2048 };
}

const ECDSA: Readonly<Record<string, { oid: string; hash: string }>> = {
  'ecdsa-sha2-nistp256': { oid: '2a8648ce3d030107', hash: 'sha256' },
  'ecdsa-sha2-nistp384': { oid: '2b81040022', hash: 'sha384' },
  'ecdsa-sha2-nistp521': { oid: '2b81040023', hash: 'sha512' },
};

/** A security key signs digests of what it is for and of what is signed, and says how it was asked (PROTOCOL.u2f): somebody must have touched it. */
function hardware(isHardware: boolean, key: Cursor, material: Buffer, signed: Buffer): { bytes: Buffer; over: Buffer } {
  const cursor = new Cursor(material);
  const bytes = text(cursor);
  if (!isHardware) return { bytes, over: signed };
  const asked = cursor.take(5);
  const isTouched = ((asked[0] ?? 0) & 0x01) !== 0;
  const sha256 = (value: Buffer) => createHash('sha256').update(value).digest();
  return {
    bytes: isTouched ? bytes : Buffer.alloc(0),
    over: Buffer.concat([sha256(text(key)), asked, sha256(signed)]),
  };
}

function verifyEcdsa(key: KeyObject, hash: string, oid: string, over: Buffer, bytes: Buffer): boolean {
  const cursor = new Cursor(bytes);
  const size = ecdsaCurve(oid)?.size ?? 0;
  const halves = [unsigned(text(cursor)), unsigned(text(cursor))];
  if (halves.some((half) => half.length > size)) return false;
  const padded = halves.map((half) => Buffer.concat([Buffer.alloc(size - half.length), half]));
  return createVerify(hash).update(over).verify({ key, dsaEncoding: 'ieee-p1363' }, Buffer.concat(padded));
}

/** RFC 4251, 5: a string with its length before it. */
function text(cursor: Cursor): Buffer {
  return cursor.take(cursor.uint32());
}

function counted(value: Buffer): Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return [length, value];
}

function unsigned(value: Buffer): Buffer {
  const first = value.findIndex((byte) => byte !== 0);
  return first < 0 ? Buffer.alloc(0) : value.subarray(first);
}

/** As `ssh-keygen -l` names a key. */
export function sshFingerprint(publicKey: Buffer): string {
  return `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`;
}
