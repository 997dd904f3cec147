// What the owner of a key has signed over it and its parts (RFC 9580, 5.2.4, 10.1.5). Only what verifies is believed.

import { createHash, type Hash } from 'node:crypto';
import { type HashAlgorithm, hashAlgorithm } from '../openpgp/hash-algorithm.ts';
import type { KeyPacket } from '../openpgp/key-packet.ts';
import type { PublicKey } from '../openpgp/public-key.ts';
import { readSignature, type SignaturePacket } from '../openpgp/signature-packet.ts';

/** A key that signs, with its name. */
export interface Owner {
  readonly packet: KeyPacket;
  readonly key: PublicKey;
}

/** The newest come first; what is dated after `now` (epoch seconds) does not count yet. */
export function ownSignatures(
  bodies: readonly Buffer[],
  types: readonly number[],
  owner: Owner,
  signed: (version: number) => readonly Buffer[],
  now: number,
): SignaturePacket[] {
  return bodies
    .map(readSignature)
    .filter((packet) => packet.kind === 'signature')
    .filter((packet) => types.includes(packet.type) && packet.created <= now && mayBeOf(packet, owner.packet))
    .filter((packet) => isValid(packet, owner, signed(packet.version)))
    .sort((a, b) => b.created - a.created);
}

/** A stranger's certification costs no arithmetic, however many there are. */
function mayBeOf(packet: SignaturePacket, owner: KeyPacket): boolean {
  if (packet.issuerFingerprint !== null) return packet.issuerFingerprint === owner.fingerprint;
  return packet.issuerKeyId === null || packet.issuerKeyId === owner.keyId;
}

export function isValid(packet: SignaturePacket, { key }: Owner, signed: readonly Buffer[]): boolean {
  const hash = hashAlgorithm(packet.hashAlgorithm);
  if (hash === null || !key.makes(packet.keyAlgorithm)) return false;
  const pieces = [packet.salt, ...signed, packet.trailer];
  const digest = digestOf(hash, pieces);
  const fed = key.wantsFeed(hash);
  for (const piece of pieces) fed?.update(piece);
  return key.verify(packet, hash, digest, fed) === true;
}

function digestOf(hash: HashAlgorithm, pieces: readonly Buffer[]): Buffer {
  return pieces.reduce((running: Hash, piece) => running.update(piece), createHash(hash.name)).digest();
}

/** What a certification of a user ID is made over; version 3 writes no header before it. */
export function certified(primary: KeyPacket, userId: Buffer): (version: number) => readonly Buffer[] {
  const header = Buffer.from([0xb4, 0, 0, 0, 0]);
  header.writeUInt32BE(userId.length, 1);
  return (version) => (version === 3 ? [primary.hashed, userId] : [primary.hashed, header, userId]);
}
