// What of a certificate is worth keeping: what its owner has signed. Strangers' certifications, which a key server may have hung on it by the
// thousand, photographs, and what does not verify say nothing that is asked here.

import { publicKeyOf } from '../openpgp/public-key.ts';
import { certified, type Owner, ownSignatures } from './self-signature.ts';
import type { Part, TransferableKey } from './transferable.ts';

export interface Bound {
  readonly key: TransferableKey;
  /** Signatures and user IDs that were left out. */
  readonly dropped: number;
}

const MOST_SIGNATURES = 50;
const OVER_KEY = [0x1f, 0x20];
const OVER_USER_ID = [0x10, 0x11, 0x12, 0x13, 0x30];
const OVER_SUBKEY = [0x18, 0x28];

/** A certificate of which nothing is signed keeps its names, unproven as they are. A subkey stays though nothing binds it: it tells whose a signature is not. */
export function boundParts(key: TransferableKey, now: number): Bound {
  const { content: packet } = key.primary;
  const publicKey = publicKeyOf(packet.material);
  const owner: Owner | null = publicKey === null ? null : { packet, key: publicKey };
  const own = <Content>(
    part: Part<Content>,
    types: readonly number[],
    signed: (version: number) => readonly Buffer[],
  ) => ({
    ...part,
    signatures:
      owner === null
        ? []
        : ownSignatures(part.signatures, types, owner, signed, now)
            .slice(0, MOST_SIGNATURES)
            .map(({ body }) => body),
  });
  const primary = own(key.primary, OVER_KEY, () => [packet.hashed]);
  const named = key.userIds.map((part) => own(part, OVER_USER_ID, certified(packet, part.content)));
  const vouched = named.filter(({ signatures }) => signatures.length > 0);
  const userIds = vouched.length > 0 ? vouched : named;
  const subkeys = key.subkeys.map((part) => own(part, OVER_SUBKEY, () => [packet.hashed, part.content.hashed]));
  const bound = { primary, userIds, subkeys };
  return { key: bound, dropped: partsOf(key) - partsOf(bound) };
}

function partsOf({ primary, userIds, subkeys }: TransferableKey): number {
  const signatures = [primary, ...userIds, ...subkeys].reduce((sum, part) => sum + part.signatures.length, 0);
  return signatures + userIds.length;
}
