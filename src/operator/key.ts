// The installation's Ed25519 key: what it signs, others check against the raw public key of `mirrors[].public_keys`.

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { createDurably } from '../host/durable.ts';
import { CodedError, systemCode } from '../host/error.ts';

export interface InstallationKey {
  /** What a signature names it by: `keyIdOf` of its public key. */
  readonly id: string;
  /** The raw 32 bytes in base64, as `mirrors[].public_keys[].key` has them. */
  readonly publicKey: string;
  /** The 64 bytes of an Ed25519 signature (RFC 8032, no prehash). */
  sign(bytes: Uint8Array): Buffer;
}

const PRIVATE_MODE = 0o600;
const OTHERS = 0o007;
const MAX_PEM_BYTES = 16_384;
/** What stands before the 32 raw bytes in the SubjectPublicKeyInfo of an Ed25519 key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const RAW_PUBLIC_KEY = /^[A-Za-z0-9+/]{43}=$/;
const SIGNATURE_BYTES = 64;

/** The key in `path`, made there if there is none: two processes that do so at once get the same. Throws what `loadKey` throws. */
export function loadOrMakeKey(path: string): InstallationKey {
  createKeyFile(path);
  return loadKey(path);
}

/** A new key in a PEM file (PKCS 8, mode 0600), on disk on return. Throws `key-exists` rather than replace one, `key-unusable` where it cannot be written. */
export function makeKey(path: string): InstallationKey {
  if (createKeyFile(path)) return loadKey(path);
  throw new CodedError('key-exists', `There is a key in ${path} already.`, {
    path,
    remedy: 'Go on with it, rotate it, or move it away yourself: a key that is lost cannot be had again.',
  });
}

/** Throws `key-missing`, and `key-unusable` for a file that others may read or that holds no Ed25519 private key. */
export function loadKey(path: string): InstallationKey {
  const pem = readPrivately(path);
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem' });
  } catch (cause) {
    throw unusable(path, 'holds no private key in PEM', cause);
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw unusable(path, `holds a key of type ${key.asymmetricKeyType}, not Ed25519`);
  const publicKey = createPublicKey(key)
    .export({ format: 'der', type: 'spki' })
    .subarray(SPKI_PREFIX.length)
    .toString('base64');
  return { id: keyIdOf(publicKey), publicKey, sign: (bytes) => sign(null, bytes, key) };
}

/** Whether `signature` is one over exactly these bytes. A key that is none (not 32 bytes in base64) verifies nothing. */
export function verifyBytes(publicKey: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (!RAW_PUBLIC_KEY.test(publicKey) || signature.length !== SIGNATURE_BYTES) return false;
  const der = Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, 'base64')]);
  return verify(null, bytes, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
}

/** The key's JWK thumbprint (RFC 7638, RFC 8037): 43 characters of base64url. It names a key and proves nothing. */
export function keyIdOf(publicKey: string): string {
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
}

function createKeyFile(path: string): boolean {
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    return createDurably(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), PRIVATE_MODE);
  } catch (cause) {
    throw unusable(path, `could not be written (${systemCode(cause) ?? 'unknown'})`, cause);
  }
}

/** Looks at the file that it reads, and not at whatever the name meant a moment before. */
function readPrivately(path: string): Buffer {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT')
      throw unusable(path, `could not be read (${systemCode(cause) ?? 'unknown'})`, cause);
    throw new CodedError('key-missing', `There is no key in ${path}.`, {
      cause,
      path,
      remedy: 'Run `assay enroll`, which makes it and prints what the primary needs.',
    });
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > MAX_PEM_BYTES) throw unusable(path, 'is no file of a key');
    if ((stat.mode & OTHERS) !== 0) throw unusable(path, 'may be read by every user of this machine');
    const bytes = Buffer.alloc(stat.size);
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

function unusable(path: string, what: string, cause?: unknown): CodedError {
  return new CodedError('key-unusable', `The key file ${path} ${what}.`, {
    cause,
    path,
    remedy: 'It must be the PEM file of an Ed25519 private key that belongs to the assay user, mode 0600.',
  });
}
