// Who signed before, and whether it is somebody else now. Only what was known before this moment counts: in a first pass, or of an artifact that is
// new here, every signer is new, in whatever order its versions come.

import type { Continuity, JudgedFile } from './judgement.ts';
import type { SignatureRecord } from './record.ts';

type Known = Pick<SignatureRecord, 'signersBefore' | 'latestPomBefore'>;

/** Of one signature. A key that is not here proves nothing: that it names another signer is news, that it names the same is only a claim. */
export function continuityOf(
  signature: JudgedFile['signatures'][number],
  artifact: string,
  known: Known,
  now: number,
): Continuity | null {
  if (signature.certificate === null && signature.class !== 'no-key') return null;
  const before = known.signersBefore(artifact, now);
  if (before.length === 0) return 'new';
  if (signature.certificate !== null) return before.includes(signature.certificate) ? 'same' : 'changed';
  const { issuer } = signature;
  return issuer !== null && before.some((each) => each.endsWith(issuer) || each.startsWith(issuer)) ? null : 'changed';
}

/** `stripped` for a new file of an artifact whose latest version was signed. */
export function continuityWithout(artifact: string, known: Known, now: number): Continuity | null {
  const latest = known.latestPomBefore(artifact, now);
  return latest === null || latest === 'unsigned' || latest === 'ssh-only' || latest === 'sigstore-only'
    ? null
    : 'stripped';
}
