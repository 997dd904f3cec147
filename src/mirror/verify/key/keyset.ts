// The certificates of the keyring, as judging wants to find them.

import { createHash } from 'node:crypto';
import type { Certificate, CertificateKey } from './certificate.ts';

export interface Keyset {
  /** Changes with every certificate, and with what its owner says of it. Lower-case hex. */
  readonly version: string;
  /** By fingerprint. */
  readonly certificates: readonly Certificate[];
  find(fingerprint: string): Holder | null;
  /** Whether a key is here that may have made a signature which names this issuer: a fingerprint, or a key ID. */
  knows(issuer: string): boolean;
}

export interface Holder {
  readonly certificate: Certificate;
  readonly key: CertificateKey;
}

export function keysetOf(certificates: readonly Certificate[]): Keyset {
  const sorted = certificates.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  const holders = new Map<string, Holder>();
  const keyIds = new Set<string>();
  for (const certificate of sorted) {
    for (const key of certificate.keys) {
      // A subkey that two certificates claim belongs to the one that it has agreed to.
      const before = holders.get(key.fingerprint);
      if (before === undefined || before.key.whyUnbound !== null) holders.set(key.fingerprint, { certificate, key });
      keyIds.add(key.keyId);
    }
  }
  return {
    version: createHash('sha256')
      .update(JSON.stringify(sorted.map(essence)))
      .digest('hex'),
    certificates: sorted,
    find: (fingerprint) => holders.get(fingerprint) ?? null,
    knows: (issuer) => holders.has(issuer) || keyIds.has(issuer.slice(-16)) || keyIds.has(issuer.slice(0, 16)),
  };
}

function essence({ fingerprint, keys, isBare }: Certificate) {
  const facts = keys.map((key) => [key.fingerprint, key.expires, key.revoked, key.whyUnbound]);
  return [fingerprint, isBare, facts];
}
