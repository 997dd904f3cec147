// What is true of the signatures beside one file, as far as keyring, keysmap and clock of now can tell (DESIGN 5.6), and whether that is enough.

import type { ArtifactName } from '../../../maven/artifact-name.ts';
import type { Keyset } from '../key/keyset.ts';
import type { Allowance, Keysmap } from '../key/keysmap.ts';
import type { AllowedSigners } from '../ssh/allowed-signers.ts';
import { classifySsh } from '../ssh/classify-ssh.ts';
import { CLASSES, type Classified, classify, expiryOf, type SignatureClass, type WithoutSignature } from './class.ts';
import type { FileEvidence, SignatureEvidence } from './evidence.ts';

/** `same` and `changed`: as whoever signed this artifact before, or somebody else. `new`: nobody did. `stripped`: there was a signature, and is none. */
export type Continuity = 'same' | 'new' | 'changed' | 'stripped';

export interface JudgedSignature {
  readonly class: SignatureClass;
  readonly weak: boolean | null;
  /** By the keysmap; null where there is none, or nobody is proven to have signed. */
  readonly trusted: boolean | null;
  readonly notes: readonly string[];
  readonly version: number | null;
  readonly hash: string | null;
  readonly algorithm: string | null;
  readonly issuer: string | null;
  /** Fingerprint of the certificate whose key is proven to have made it. */
  readonly certificate: string | null;
  /** The key that made it, where that is not the primary one. */
  readonly subkey: string | null;
  /** Epoch seconds. */
  readonly created: number | null;
  /** Epoch seconds; null: never, or not known. */
  readonly keyExpires: number | null;
  readonly because: string | null;
}

export interface JudgedFile {
  readonly class: SignatureClass | WithoutSignature;
  readonly signatures: readonly JudgedSignature[];
  /** The one that the class comes from. */
  readonly best: JudgedSignature | null;
  /** Whether `require` lets the file through; null without a keysmap. */
  readonly allowed: boolean | null;
}

/** By what it is judged. */
export interface Judges {
  readonly keyset: Keyset;
  readonly keysmap: Keysmap | null;
  /** Null: SSH signatures are recorded, and prove nothing. */
  readonly signers: AllowedSigners | null;
}

/** `name` is null for what is no file of a version: nothing is written down about such files. `now` in epoch milliseconds. */
export function judgeSignatures(
  evidence: readonly FileEvidence[],
  name: ArtifactName | null,
  judges: Judges,
  now: number,
): JudgedFile {
  const allowance = judges.keysmap === null || name === null ? null : judges.keysmap.allowanceOf(name);
  const signatures = evidence
    .filter(({ kind }) => kind !== 'ssh' || judges.signers !== null)
    .flatMap(({ kind, signatures }) =>
      signatures.map((each) => judgeOne(each, kind === 'ssh', allowance, judges, now)),
    );
  const best = bestOf(signatures);
  const kind = best?.class ?? withoutSignature(evidence);
  return { class: kind, signatures, best, allowed: allowance === null ? null : isAllowed(kind, best, allowance) };
}

function judgeOne(
  evidence: SignatureEvidence,
  isSsh: boolean,
  allowance: Allowance | null,
  { keyset, signers }: Judges,
  now: number,
): JudgedSignature {
  const classified = isSsh ? classifySsh(evidence, signers, now) : classify(evidence, keyset, now);
  const { holder } = classified;
  const { version, hash, issuer, created } = evidence;
  return {
    ...{ class: classified.class, weak: classified.weak },
    trusted: isSsh ? (classified.class === 'good' ? true : null) : trustIn(classified, allowance),
    ...{ notes: classified.notes, version, hash, algorithm: classified.algorithm, issuer },
    certificate: holder?.certificate.fingerprint ?? null,
    subkey: holder === null || holder.key.isPrimary ? null : holder.key.fingerprint,
    created,
    keyExpires: holder === null ? null : expiryOf(holder),
    because: classified.because,
  };
}

/** A map may name the certificate, or the very subkey. */
function trustIn({ holder }: Classified, allowance: Allowance | null): boolean | null {
  if (holder === null || allowance === null) return null;
  return allowance.allows(holder.certificate.fingerprint) || allowance.allows(holder.key.fingerprint);
}

/** A trusted one before others of its class, and a strong one before a weak one. */
function bestOf(signatures: readonly JudgedSignature[]): JudgedSignature | null {
  const rank = ({ class: kind, trusted, weak }: JudgedSignature) =>
    CLASSES.indexOf(kind) * 4 + (trusted === true ? 2 : 0) + (weak === true ? 0 : 1);
  return signatures.reduce<JudgedSignature | null>(
    (best, each) => (best === null || rank(each) > rank(best) ? each : best),
    null,
  );
}

function withoutSignature(evidence: readonly FileEvidence[]): WithoutSignature {
  if (evidence.some(({ kind }) => kind === 'ssh')) return 'ssh-only';
  return evidence.some(({ kind }) => kind === 'sigstore') ? 'sigstore-only' : 'unsigned';
}

function isAllowed(kind: JudgedFile['class'], best: JudgedSignature | null, allowance: Allowance): boolean {
  switch (kind) {
    case 'good':
    case 'key-expired-later':
    case 'revoked-later':
      return best?.trusted === true;
    case 'unsigned':
    case 'ssh-only':
    case 'sigstore-only':
      return allowance.noSignature;
    case 'no-key':
      return (
        allowance.noKey || (best?.issuer !== null && best?.issuer !== undefined && allowance.allowsLost(best.issuer))
      );
    case 'bad':
    case 'malformed':
    case 'unsupported':
      return allowance.badSignature;
    case 'unbound-subkey':
    case 'revoked-hard':
    case 'wrong-time':
    case 'key-expired-before':
    case 'revoked-before':
      return false;
  }
}
