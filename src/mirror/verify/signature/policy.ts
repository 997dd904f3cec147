// What `verify.signatures: require` asks of a file, said so that whoever reads it at night knows what to do.

import { baseOf } from '../../../maven/kind.ts';
import { locate } from '../../../maven/layout.ts';
import type { StagedFile } from '../staged-file.ts';
import type { GatePolicy, UnitFacts, Verdict } from '../verdict.ts';
import type { JudgedFile } from './judgement.ts';

/** Null: it may pass. An operator's permit is for exactly these bytes, whoever signed them. */
export function refusedForSignature(file: StagedFile, facts: UnitFacts, policy: GatePolicy): Verdict | null {
  const { path } = file;
  if (policy.signatures !== 'require' || facts.isPermitted(path, file.sha256.toString('hex'))) return null;
  const base = locate(path).kind === 'signature' ? baseOf(path) : path;
  const judged = facts.signaturesOf(base);
  if (judged === null && base !== path && facts.kept.has(base)) {
    const why = `${base} does not lie here as it was published, and its new signature is judged when it does`;
    return { kind: 'deferred', path, verdict: 'incomplete-version', why, retryAt: 0 };
  }
  const refusal = judged === null ? null : refusalOf(judged);
  return refusal === null ? null : { kind: 'rejected', path, ...refusal, expected: null };
}

interface Refusal {
  readonly verdict: 'signature-bad' | 'signature-policy';
  readonly why: string;
}

/** Null where the keysmap allows it. Of what stands in no keysmap (metadata, loose files) only a bad signature is refused. */
export function refusalOf(judged: JudgedFile): Refusal | null {
  const { allowed, class: kind, best } = judged;
  if (allowed === true || (allowed === null && kind !== 'bad')) return null;
  const because = best?.because == null ? '' : `: ${best.because}`;
  return {
    verdict: kind === 'bad' ? 'signature-bad' : 'signature-policy',
    why: `${kind}${because}; ${remedyFor(judged)}`,
  };
}

function remedyFor({ class: kind, best }: JudgedFile): string {
  switch (kind) {
    case 'good':
    case 'key-expired-later':
    case 'revoked-later':
      return `verify.keysmap does not let ${best?.certificate ?? 'this key'} sign it (assay keys trust)`;
    case 'unsigned':
    case 'ssh-only':
    case 'sigstore-only':
      return 'verify.keysmap does not allow it without an OpenPGP signature (noSig)';
    case 'no-key':
      return 'get the key from its owner (assay keys import), or allow it without one (noKey in verify.keysmap)';
    case 'bad':
      return 'ask the publisher; badSig in verify.keysmap would let it through';
    case 'malformed':
    case 'unsupported':
      return 'nothing is proven by it; badSig in verify.keysmap would let it through';
    case 'unbound-subkey':
    case 'revoked-hard':
    case 'wrong-time':
    case 'key-expired-before':
    case 'revoked-before':
      return 'ask the publisher; if you know better, release it from quarantine';
  }
}
