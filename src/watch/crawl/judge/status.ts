// Answers without a file: silence, refusal, absence.

import { isSignature } from '../../../maven/kind.ts';
import { ageOf, ageWords, isExcused } from './age.ts';
import { certificateFault } from './certificate.ts';
import type { Around, Circumstances, Expected, Observation } from './look.ts';
import { found, type Judgement, ok } from './verdict.ts';

type Silence = Extract<Observation, { readonly kind: 'unanswered' }>;

/** No answer at all. That it is the mirror's fault and not ours is for the round to make sure. */
export function judgeSilence({ stage, detail, sentence }: Silence): Judgement {
  if (stage === 'held') return found('unknown', 'self', sentence, { basis: 'none' });
  if (stage === 'tls' && certificateFault(detail))
    return found('bad-certificate', 'mirror', sentence, { basis: 'none' });
  return found('unreachable', 'mirror', sentence, { basis: 'none' });
}

/** Answers that say nothing of a file. Null: it is about the file. */
export function judgeStatus(status: number): Judgement | null {
  if (status >= 200 && status < 300) return null;
  if (status === 304) return ok('claim');
  if (status === 404 || status === 410 || status === 403) return null;
  if (status === 451)
    return found('legal-block', 'unknown', 'It may not be served there for a legal reason (451).', { basis: 'claim' });
  if (status === 429) return found('unknown', 'self', 'It asks us to be slower (429).', { basis: 'none' });
  return found('unreachable', 'mirror', `It answers ${status}.`, { basis: 'none' });
}

/** The file is not there. Younger than the lag window, it need not be. */
export function judgeAbsence(
  status: number,
  expected: Expected,
  circumstances: Circumstances,
  around: Around,
): Judgement {
  const { file, path } = expected;
  if (file === null || file.isAbsentAtOrigin || !circumstances.isWanted) return ok('claim');
  const behindMs = ageOf(file.publishedAt, circumstances);
  const said = { basis: 'claim', behindMs } as const;
  const words = `${path.slice(path.lastIndexOf('/') + 1)} is not there (${status})`;
  if (circumstances.role === 'origin') {
    return found('missing', 'origin', `${words}: the origin shows it no more, or not yet there.`, said);
  }
  if (around.isIndexed === true && !circumstances.isUpdating) {
    return found('index-ahead', 'mirror', `${words}, and the mirror's own metadata names its version.`, said);
  }
  if (isExcused(behindMs, circumstances)) {
    return found('lagging', 'mirror', `${words} yet, ${ageWords(behindMs)} after it was published.`, said);
  }
  if (isSignature(path) && around.isBaseThere === true) {
    return found('signature-stripped', 'mirror', `${words}, and the file that it signs is.`, said);
  }
  return found('missing', 'mirror', `${words}, ${ageWords(behindMs)} after it was published.`, said);
}
