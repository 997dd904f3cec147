// Signature packets of versions 3, 4 and 6 (RFC 9580, 5.2; RFC 4880, 5.2.2). Version 3 is no curiosity: such signatures lie beside artifacts of 2014.

import { Cursor } from './cursor.ts';
import { hashAlgorithm } from './hash-algorithm.ts';
import { KEY_ALGORITHM } from './key-packet.ts';
import { readSubpackets, type Subpackets } from './subpacket.ts';

export interface SignaturePacket extends Subpackets {
  readonly kind: 'signature';
  readonly version: 3 | 4 | 6;
  readonly type: number;
  readonly keyAlgorithm: number;
  readonly hashAlgorithm: number;
  readonly created: number;
  /** What is hashed before the signed bytes: the salt of version 6, else nothing. */
  readonly salt: Buffer;
  /** What is hashed after the signed bytes: the signature's own word, and a trailer that says how long it is. */
  readonly trailer: Buffer;
  /** The first two bytes of the digest, as the signer made it. Not protected by anything. */
  readonly prefix: Buffer;
  /** The signature itself, in the form of its algorithm. */
  readonly material: Buffer;
  /** All of the packet. */
  readonly body: Buffer;
}

export interface PacketFault {
  readonly kind: 'malformed' | 'unsupported';
  readonly why: string;
  readonly version: number | null;
}

export function readSignature(body: Buffer): SignaturePacket | PacketFault {
  const version = body[0];
  switch (version) {
    case undefined:
      return malformed('a signature packet is empty', null);
    case 2:
    case 3:
      return readVersion3(body);
    case 4:
    case 6:
      return readHashedAreas(body, version);
    default:
      return { kind: 'unsupported', why: `signatures of version ${version} are not known here`, version };
  }
}

const NOTHING_SAID = readSubpackets(Buffer.alloc(0), Buffer.alloc(0));

/** Version 2 differs in nothing but its number. */
function readVersion3(body: Buffer): SignaturePacket | PacketFault {
  const cursor = new Cursor(body.subarray(1));
  const length = cursor.uint8();
  const trailer = cursor.take(5);
  const issuerKeyId = cursor.take(8).toString('hex').toUpperCase();
  const [keyAlgorithm, hash] = [cursor.uint8(), cursor.uint8()];
  const prefix = cursor.take(2);
  const material = cursor.rest();
  if (cursor.isOverrun || length !== 5 || !isWhole(keyAlgorithm, material)) {
    return malformed('a signature packet is cut off', 3);
  }
  const [type, created] = [trailer[0] ?? 0, trailer.readUInt32BE(1)];
  return {
    ...NOTHING_SAID,
    ...{ kind: 'signature', version: 3, type, keyAlgorithm, hashAlgorithm: hash, created, issuerKeyId },
    ...{ salt: Buffer.alloc(0), trailer, prefix, material, body },
  };
}

function readHashedAreas(body: Buffer, version: 4 | 6): SignaturePacket | PacketFault {
  const cursor = new Cursor(body);
  cursor.uint8();
  const [type, keyAlgorithm, hash] = [cursor.uint8(), cursor.uint8(), cursor.uint8()];
  const area = () => cursor.take(version === 6 ? cursor.uint32() : cursor.uint16());
  const hashed = area();
  const said = body.subarray(0, cursor.at);
  const unhashed = area();
  const prefix = cursor.take(2);
  const salt = version === 6 ? cursor.take(cursor.uint8()) : Buffer.alloc(0);
  const material = cursor.rest();
  const subpackets = readSubpackets(hashed, unhashed);
  if (cursor.isOverrun || !isWhole(keyAlgorithm, material)) return malformed('a signature packet is cut off', version);
  if (subpackets.isBroken) return malformed('the subpackets of a signature are broken', version);
  const { created, unknownCritical } = subpackets;
  if (unknownCritical !== null) {
    const why = `it depends on a subpacket that is not known here (${unknownCritical})`;
    return { kind: 'unsupported', why, version };
  }
  if (created === null) return malformed('it does not say when it was made', version);
  if (version === 6 && salt.length !== (hashAlgorithm(hash)?.saltLength ?? salt.length)) {
    return malformed('its salt has not the length that its digest asks for', version);
  }
  return {
    ...subpackets,
    ...{ kind: 'signature', version, type, keyAlgorithm, hashAlgorithm: hash, created },
    ...{ salt, trailer: Buffer.concat([said, trailerEnd(version, said.length)]), prefix, material, body },
  };
}

/** Numbers as the algorithm has them. What is not known here has whatever length it has. */
function isWhole(keyAlgorithm: number, material: Buffer): boolean {
  if (keyAlgorithm === KEY_ALGORITHM.ed25519) return material.length === 64;
  if (keyAlgorithm === KEY_ALGORITHM.ed448) return material.length === 114;
  const cursor = new Cursor(material);
  const isRsa = keyAlgorithm === KEY_ALGORITHM.rsa || keyAlgorithm === KEY_ALGORITHM.rsaSign;
  if (isRsa || isInPairs(keyAlgorithm)) cursor.integer();
  if (isInPairs(keyAlgorithm)) cursor.integer();
  return !cursor.isOverrun;
}

function isInPairs(keyAlgorithm: number): boolean {
  return ([KEY_ALGORITHM.dsa, KEY_ALGORITHM.ecdsa, KEY_ALGORITHM.eddsa] as number[]).includes(keyAlgorithm);
}

function trailerEnd(version: 4 | 6, length: number): Buffer {
  const end = Buffer.from([version, 0xff, 0, 0, 0, 0]);
  end.writeUInt32BE(length, 2);
  return end;
}

function malformed(why: string, version: number | null): PacketFault {
  return { kind: 'malformed', why, version };
}
