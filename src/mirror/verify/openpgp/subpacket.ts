// Signature subpackets (RFC 9580, 5.2.3.7): what a signature says besides being one. Only what is hashed is the signer's word; of the rest nothing
// but hints at the key is taken, which a wrong one can only make useless.

import { Cursor } from './cursor.ts';

export interface Subpackets {
  /** Epoch seconds. */
  readonly created: number | null;
  /** Seconds after creation; 0 and null: never. */
  readonly expiresAfter: number | null;
  readonly keyExpiresAfter: number | null;
  readonly keyFlags: number | null;
  readonly isPrimaryUserId: boolean;
  readonly revocationReason: number | null;
  /** Upper-case hex, 40 or 64 digits. */
  readonly issuerFingerprint: string | null;
  /** Upper-case hex, 16 digits. */
  readonly issuerKeyId: string | null;
  /** Bodies of signature packets: a subkey's own word that it belongs to the key. */
  readonly embedded: readonly Buffer[];
  /** The first one that is marked critical and not known here. */
  readonly unknownCritical: number | null;
  readonly isBroken: boolean;
}

type Fields = { -readonly [Key in keyof Subpackets]: Subpackets[Key] } & { embedded: Buffer[] };

const KNOWN_AND_WITHOUT_EFFECT = new Set([4, 5, 6, 7, 10, 11, 12, 21, 22, 23, 24, 26, 28, 30, 31, 34, 35, 37, 39]);
const NOTATION = 20;

export function readSubpackets(hashed: Buffer, unhashed: Buffer): Subpackets {
  const said = readArea(hashed);
  const hinted = readArea(unhashed);
  return {
    ...said,
    issuerFingerprint: said.issuerFingerprint ?? hinted.issuerFingerprint,
    issuerKeyId: said.issuerKeyId ?? hinted.issuerKeyId,
    embedded: [...said.embedded, ...hinted.embedded],
    isBroken: said.isBroken || hinted.isBroken,
  };
}

function readArea(area: Buffer): Subpackets {
  const cursor = new Cursor(area);
  const fields: Fields = {
    ...{ created: null, expiresAfter: null, keyExpiresAfter: null, keyFlags: null, isPrimaryUserId: false },
    ...{ revocationReason: null, issuerFingerprint: null, issuerKeyId: null, unknownCritical: null, isBroken: false },
    embedded: [],
  };
  while (cursor.left > 0 && !cursor.isOverrun) {
    const body = cursor.take(lengthOf(cursor));
    const type = body[0];
    if (type === undefined) return { ...fields, isBroken: true };
    note(fields, type & 0x7f, (type & 0x80) !== 0, new Cursor(body.subarray(1)));
  }
  return { ...fields, isBroken: fields.isBroken || cursor.isOverrun };
}

function lengthOf(cursor: Cursor): number {
  const one = cursor.uint8();
  if (one < 192) return one;
  if (one < 255) return ((one - 192) << 8) + cursor.uint8() + 192;
  return cursor.uint32();
}

function note(fields: Fields, type: number, isCritical: boolean, value: Cursor): void {
  switch (type) {
    case 2:
      fields.created = value.uint32();
      break;
    case 3:
      fields.expiresAfter = value.uint32();
      break;
    case 9:
      fields.keyExpiresAfter = value.uint32();
      break;
    case 16:
      fields.issuerKeyId = hex(value.take(8));
      break;
    case 25:
      fields.isPrimaryUserId = value.uint8() !== 0;
      break;
    case 27:
      fields.keyFlags = value.left === 0 ? 0 : value.uint8();
      break;
    case 29:
      fields.revocationReason = value.left === 0 ? null : value.uint8();
      break;
    case 32:
      fields.embedded.push(value.rest());
      break;
    case 33:
      value.uint8();
      fields.issuerFingerprint = hex(value.rest());
      break;
    default:
      // A notation that its maker calls critical changes what is signed in a way that we do not know (RFC 9580, 5.2.3.24).
      if (isCritical && (type === NOTATION || !KNOWN_AND_WITHOUT_EFFECT.has(type))) fields.unknownCritical ??= type;
  }
  if (value.isOverrun) fields.isBroken = true;
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex').toUpperCase();
}
