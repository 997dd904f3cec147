// Headers alone. They find mistakes: one that contradicts us is a reason to read the body, one that agrees is worth little.

import type { SumAlgorithm } from '../../../maven/kind.ts';
import { ageOf, ageWords, isWithinLag } from './age.ts';
import type { Circumstances, Claims, Expected, ExpectedFile } from './look.ts';
import { found, type Judgement, ok } from './verdict.ts';

/** Of a HEAD answer. */
export function judgeClaims(claims: Claims, expected: Expected, circumstances: Circumstances): Judgement {
  const { file } = expected;
  if (file === null) return judgeUnexpected(expected, circumstances);
  const contradiction = contradictionOf(claims, file);
  if (contradiction === null) return ok('claim');
  return found('divergent', 'unknown', contradiction, { basis: 'claim', next: 'body' });
}

/** The mirror has what the reference has not. */
export function judgeUnexpected(expected: Expected, circumstances: Circumstances): Judgement {
  const { removal } = expected;
  if (removal === null)
    return found('extra', 'mirror', 'The canonical repository has no such file.', { basis: 'claim', next: 'body' });
  const behindMs = ageOf(removal.at, circumstances);
  const words = removal.kind === 'takedown' ? 'It was taken down' : 'It was removed at the origin';
  const why = `${words} ${ageWords(behindMs)} ago and is still served there.`;
  return found(isWithinLag(behindMs, circumstances) ? 'lagging' : 'extra', 'mirror', why, { basis: 'claim', behindMs });
}

/** What in the headers cannot be true of the file, in words; null when nothing contradicts. */
export function contradictionOf(claims: Claims, file: ExpectedFile): string | null {
  if (claims.contentEncoding !== null) return null;
  if (claims.sizeBytes !== null && claims.sizeBytes !== file.size)
    return `It says ${claims.sizeBytes} bytes instead of ${file.size}.`;
  const wrong = wrongSum(claims, file);
  if (wrong !== null) return `Its header says another ${wrong} than the file has.`;
  return null;
}

/** A sum header that is not the file's, by name; null when there is none. An ETag promises nothing, so it accuses nobody. */
export function wrongSum(claims: Claims, file: ExpectedFile): SumAlgorithm | null {
  for (const [name, value] of Object.entries(claims.sums) as [SumAlgorithm, string][]) {
    const known = name === 'sha256' ? file.sha256 : file.sums[name];
    if (known !== undefined && known !== value) return name;
  }
  return null;
}
