// Keys by the names that signatures call them. What is here came from the keyring; whether a key may sign is not asked here.

import { readKey } from '../openpgp/key-packet.ts';
import { type PublicKey, publicKeyOf } from '../openpgp/public-key.ts';
import type { SignaturePacket } from '../openpgp/signature-packet.ts';

/** Plain values: they are given to threads. */
export interface KeyBody {
  readonly fingerprint: string;
  readonly keyId: string;
  readonly body: Uint8Array;
}

export interface Candidate {
  readonly fingerprint: string;
  readonly key: PublicKey;
  /** The signature names this very key, as exactly as it names any: if it is not good with it, it is bad. */
  readonly isNamed: boolean;
}

export interface KnownKeys {
  /** All that may have made it: a key ID is short enough to be forged, so several can have one. */
  candidates(packet: SignaturePacket): readonly Candidate[];
}

export const NO_KEYS: KnownKeys = { candidates: () => [] };

/** Keys are unpacked when they are first asked for. */
export function knownKeys(bodies: readonly KeyBody[]): KnownKeys {
  const byKeyId = new Map<string, KeyBody[]>();
  for (const each of bodies) byKeyId.set(each.keyId, [...(byKeyId.get(each.keyId) ?? []), each]);
  const unpacked = new Map<string, PublicKey | null>();
  const unpack = ({ fingerprint, body }: KeyBody): PublicKey | null => {
    const before = unpacked.get(fingerprint);
    if (before !== undefined) return before;
    const packet = readKey(Buffer.from(body));
    const key = packet.kind === 'key' ? publicKeyOf(packet.material) : null;
    unpacked.set(fingerprint, key);
    return key;
  };
  return {
    candidates(packet) {
      const named = packet.issuerFingerprint;
      const ids = new Set([packet.issuerKeyId, named?.slice(-16), named?.slice(0, 16)]);
      const found = [...ids].flatMap((id) => byKeyId.get(id ?? '') ?? []);
      return [...new Set(found)].flatMap((each): Candidate[] => {
        const key = unpack(each);
        const isNamed = named === null || named === each.fingerprint;
        return key === null ? [] : [{ fingerprint: each.fingerprint, key, isNamed }];
      });
    },
  };
}
