// Files judged and made ready to be written down, for whoever has evidence: a pass, a keyring that has changed, an operator who asks.

import { artifactAt } from '../../../maven/artifact-name.ts';
import { locate } from '../../../maven/layout.ts';
import { continuityOf, continuityWithout } from './continuity.ts';
import type { FileEvidence } from './evidence.ts';
import { type Continuity, type JudgedFile, type Judges, judgeSignatures } from './judgement.ts';
import { besideOf, type RecordedFile, type SignatureRecord, type Versions } from './record.ts';

/** Everything that signatures are judged by, while a job runs. */
export interface Signing {
  /** `require`: what the keysmap does not allow is refused. */
  readonly mode: 'observe' | 'require';
  readonly judges: Judges;
  readonly versions: Versions;
  readonly record: SignatureRecord;
}

/** `path` is of a root. `now` in epoch milliseconds. */
export function judgeAt(path: string, evidence: readonly FileEvidence[], signing: Signing, now: number): JudgedFile {
  return judgeSignatures(evidence, artifactAt(path), signing.judges, now);
}

/** Artifacts and POMs are expected to be signed; of other files only those count that are. */
export function isExpectedSigned(path: string): boolean {
  const { kind } = locate(path);
  return kind === 'pom' || kind === 'artifact';
}

/** With the continuity of the file as it stands now. `sha256` of the signed file. */
export function recordedAs(
  path: string,
  sha256: Buffer,
  evidence: readonly FileEvidence[],
  judged: JudgedFile,
  signing: Signing,
  now: number,
): RecordedFile {
  const { best, allowed } = judged;
  const artifact = locate(path).artifactFolder ?? '';
  return {
    ...{ path, artifact, sha256, evidence, class: judged.class, allowed },
    weak: best?.weak ?? null,
    trusted: best?.trusted ?? null,
    continuity: fileContinuity(path, artifact, evidence, judged, signing, now),
    certificate: best?.certificate ?? null,
    issuer: best?.issuer ?? null,
    signedAt: best?.created == null ? null : best.created * 1000,
  };
}

function fileContinuity(
  path: string,
  artifact: string,
  evidence: readonly FileEvidence[],
  { best }: JudgedFile,
  { record }: Signing,
  now: number,
): Continuity | null {
  if (artifact === '') return null;
  const asOf = referenceTime(path, evidence, record, now);
  if (best !== null) return continuityOf(best, artifact, record, asOf);
  if (evidence.length > 0) return null;
  if (record.find(path)?.continuity === 'stripped') return 'stripped';
  const place = locate(path);
  return place.isMain || place.kind === 'pom' ? continuityWithout(artifact, record, asOf) : null;
}

/** Of each signature beside a file, in their order. */
export function continuityOfEach(
  path: string,
  evidence: readonly FileEvidence[],
  judged: JudgedFile,
  { record }: Signing,
  now: number,
): (Continuity | null)[] {
  const artifact = locate(path).artifactFolder ?? '';
  if (artifact === '') return judged.signatures.map(() => null);
  const asOf = referenceTime(path, evidence, record, now);
  return judged.signatures.map((each) => continuityOf(each, artifact, record, asOf));
}

/** Who signed before is asked as of the day on which these signatures came. */
export function referenceTime(
  path: string,
  evidence: readonly FileEvidence[],
  record: Pick<SignatureRecord, 'find'>,
  now: number,
): number {
  const before = record.find(path);
  return before !== null && besideOf(before.evidence).equals(besideOf(evidence)) ? before.signedSince : now;
}
