import { type Classified, without } from '../signature/class.ts';
import type { SignatureEvidence } from '../signature/evidence.ts';
import type { AllowedSigner, AllowedSigners } from './allowed-signers.ts';

/** What signatures of files are made for, if a line of allowed signers says nothing else. */
const NAMESPACE = 'file';

/** An SSH signature does not say when it was made: its key must be allowed now. `now` in epoch milliseconds. */
export function classifySsh(evidence: SignatureEvidence, signers: AllowedSigners | null, now: number): Classified {
  const { proof, issuer, ssh } = evidence;
  const told = (classified: Classified): Classified => ({
    ...classified,
    notes: ['ssh'],
    algorithm: ssh?.algorithm ?? null,
  });
  if (proof.kind === 'malformed' || proof.kind === 'unsupported') return told(without(proof.kind, proof.why));
  if (proof.kind !== 'verified') return told(without('bad', 'it does not verify with the key that it brings'));
  const lines = signers?.of(issuer ?? '') ?? [];
  const namespace = ssh?.namespace ?? '';
  if (lines.length === 0) return told(without('no-key', `the key ${issuer} is not in verify.allowed_signers`));
  const meant = lines.filter((line) => isMeant(line, namespace));
  if (meant.length === 0)
    return told(without('unbound-subkey', `its key is not allowed for ${JSON.stringify(namespace)}`));
  if (meant.some((line) => isValid(line, now))) {
    return { ...told(without('good', '')), weak: ssh?.isWeak ?? false, because: null };
  }
  const isOver = meant.some(({ validBefore }) => validBefore !== null && validBefore <= now);
  const because = isOver
    ? 'its key is allowed no more, and an SSH signature does not say when it was made'
    : 'its key is not allowed yet';
  return told(without(isOver ? 'key-expired-before' : 'wrong-time', because));
}

function isMeant({ namespaces }: AllowedSigner, namespace: string): boolean {
  return namespaces === null ? namespace === NAMESPACE : namespaces.includes(namespace);
}

function isValid({ validAfter, validBefore }: AllowedSigner, now: number): boolean {
  return (validAfter === null || validAfter <= now) && (validBefore === null || now < validBefore);
}
