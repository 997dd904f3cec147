// What an answer of a mirror is worth. Pure: whoever judges bytes cannot fetch them, and the same look is the same judgement at any time.

import { attribute } from './judge/attribute.ts';
import { judgeBody } from './judge/body.ts';
import { judgeClaims } from './judge/claims.ts';
import type { Around, Circumstances, Expected, Observation } from './judge/look.ts';
import { judgeAbsence, judgeSilence, judgeStatus } from './judge/status.ts';
import { type Judgement, ok } from './judge/verdict.ts';

export { sumIn } from './judge/body.ts';
export { certificateVerdict } from './judge/certificate.ts';
export { judgeGroup } from './judge/group.ts';
export type { Around, Circumstances, Claims, Expected, ExpectedFile, Observation, Proof, Stage } from './judge/look.ts';
export { newVersions } from './judge/metadata.ts';
export { type CrawlVerdict, isIntegrity, isTrouble, type Judgement } from './judge/verdict.ts';

export interface Look {
  readonly expected: Expected;
  readonly observation: Observation;
  readonly circumstances: Circumstances;
  readonly around: Around;
}

/** The verdict on one answer for one path, and whom it blames. */
export function judge(look: Look): Judgement {
  const { expected, observation, circumstances, around } = look;
  if (observation.kind === 'unanswered') return judgeSilence(observation);
  const byStatus = judgeStatus(observation.status);
  if (byStatus !== null) return byStatus;
  if (isAbsent(observation.status)) return judgeAbsence(observation.status, expected, circumstances, around);
  if (!circumstances.isWanted && expected.file === null) return ok('claim');
  const said =
    observation.proof === null
      ? judgeClaims(observation.claims, expected, circumstances)
      : judgeBody(observation.proof, observation.claims, expected, circumstances, around);
  return attribute(said, expected, observation, circumstances, around);
}

function isAbsent(status: number): boolean {
  return status === 404 || status === 410 || status === 403;
}
