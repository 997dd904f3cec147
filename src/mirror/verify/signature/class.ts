// From what arithmetic says of a signature to its class (DESIGN 5.6): the state of the key, then and now, comes in as values.

import { HOUR, SECOND } from '../../../host/clock.ts';
import type { Revocation } from '../key/certificate.ts';
import type { Holder, Keyset } from '../key/keyset.ts';
import type { SignatureEvidence } from './evidence.ts';

/** From the worst to the best: a file with several signatures takes its best. */
export const CLASSES = [
  'bad',
  'malformed',
  'unsupported',
  'no-key',
  'unbound-subkey',
  'revoked-hard',
  'wrong-time',
  'key-expired-before',
  'revoked-before',
  'revoked-later',
  'key-expired-later',
  'good',
] as const;

export type SignatureClass = (typeof CLASSES)[number];

/** Without a signature that could be judged. */
export type WithoutSignature = 'unsigned' | 'ssh-only' | 'sigstore-only';

export interface Classified {
  readonly class: SignatureClass;
  /** Digest or key below what should be used; null where nothing is proven. */
  readonly weak: boolean | null;
  readonly notes: readonly string[];
  readonly algorithm: string | null;
  /** Who is proven to have made it; null: nobody. */
  readonly holder: Holder | null;
  /** For people; null for `good`. */
  readonly because: string | null;
}

/** Clocks of publishers run ahead, and ours behind. */
const SKEW_SECONDS = HOUR / SECOND / 2;

/** `now` in epoch milliseconds. */
export function classify(evidence: SignatureEvidence, keyset: Keyset, now: number): Classified {
  const { proof } = evidence;
  switch (proof.kind) {
    case 'verified': {
      const holder = keyset.find(proof.key);
      // The certificate has left the keyring since.
      return holder === null ? without('no-key', noKey(evidence)) : verified(evidence, holder, now);
    }
    case 'failed': {
      if (proof.key === null)
        return without('bad', 'the digest it was made for begins otherwise: it is over other bytes, whatever the key');
      const algorithm = keyset.find(proof.key)?.key.algorithm ?? null;
      return { ...without('bad', `it does not verify with the key it names, ${proof.key}`), algorithm };
    }
    case 'no-key':
      return without('no-key', noKey(evidence));
    case 'malformed':
    case 'unsupported':
      return without(proof.kind, proof.why);
  }
}

/** Nothing is proven of who made it. */
export function without(kind: SignatureClass, because: string): Classified {
  return { class: kind, weak: null, notes: [], algorithm: null, holder: null, because };
}

function noKey({ issuer }: SignatureEvidence): string {
  return `the key ${issuer ?? 'it does not name'} is not in the keyring`;
}

function verified(evidence: SignatureEvidence, holder: Holder, now: number): Classified {
  const { certificate, key } = holder;
  const state = stateOf(evidence, holder, Math.floor(now / SECOND));
  const notes = [
    ...(certificate.isBare ? ['bare-key'] : []),
    ...(evidence.isDamaged ? ['armor-damaged'] : []),
    ...(state.note === undefined ? [] : [state.note]),
  ];
  return {
    class: state.class,
    weak: evidence.isWeakHash || key.isWeak,
    notes,
    algorithm: key.algorithm,
    holder,
    because: state.because,
  };
}

interface State {
  readonly class: SignatureClass;
  readonly because: string | null;
  readonly note?: string;
}

/** In the order of DESIGN 5.6: the first that holds. All times in epoch seconds. */
function stateOf({ created, expires }: SignatureEvidence, { certificate, key }: Holder, now: number): State {
  const made = created ?? 0;
  if (key.whyUnbound !== null)
    return { class: 'unbound-subkey', because: `of the key ${key.fingerprint}: ${key.whyUnbound}` };
  const revoked = hardest(certificate.keys[0]?.revoked ?? null, key.revoked);
  if (revoked?.isHard === true) {
    return {
      class: 'revoked-hard',
      because: `its key was revoked on ${day(revoked.at)} as compromised, or without a reason`,
    };
  }
  if (made > now + SKEW_SECONDS)
    return { class: 'wrong-time', because: `it says it was made on ${day(made)}, which is still to come` };
  if (made < key.created)
    return { class: 'wrong-time', because: `it says it was made before its key, which is of ${day(key.created)}` };
  if (expires !== null && expires <= now) {
    return { class: 'wrong-time', because: `it was valid until ${day(expires)} only`, note: 'signature-expired' };
  }
  const end = expiryOf({ certificate, key });
  if (end !== null && end <= made)
    return { class: 'key-expired-before', because: `its key had expired on ${day(end)}` };
  if (revoked !== null && revoked.at <= made)
    return { class: 'revoked-before', because: `its key had been given up on ${day(revoked.at)}` };
  if (revoked !== null)
    return { class: 'revoked-later', because: `its key was given up on ${day(revoked.at)}, after it was made` };
  if (end !== null && end <= now)
    return { class: 'key-expired-later', because: `its key expired on ${day(end)}, after it was made` };
  return { class: 'good', because: null };
}

function hardest(primary: Revocation | null, own: Revocation | null): Revocation | null {
  if (primary === null || own === null) return primary ?? own;
  if (primary.isHard !== own.isHard) return primary.isHard ? primary : own;
  return primary.at <= own.at ? primary : own;
}

/** The instant from which a key holds no more: its own end, or that of the primary key. */
export function expiryOf({ certificate, key }: Holder): number | null {
  return earliest(certificate.keys[0]?.expires ?? null, key.expires);
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function day(seconds: number): string {
  return new Date(seconds * SECOND).toISOString().slice(0, 10);
}
