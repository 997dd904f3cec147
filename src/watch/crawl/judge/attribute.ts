// Who is at fault, once the origin's own answer and a second look at our own disk are known.

import type { Around, Circumstances, Expected, Observation } from './look.ts';
import { found, isIntegrity, type Judgement, ok } from './verdict.ts';

type Answered = Extract<Observation, { readonly kind: 'answered' }>;

/** Takes the blame from a mirror that only has what the origin has, and from everybody when it is our own copy that is wrong. */
export function attribute(
  said: Judgement,
  expected: Expected,
  observation: Answered,
  circumstances: Circumstances,
  around: Around,
): Judgement {
  if (said.next === 'body' || !isAboutBytes(said)) return said;
  if (around.isOursSound === false) {
    return found('unknown', 'self', 'Our own copy is not what our inventory says of it.', { basis: 'none' });
  }
  const mayChange = expected.file?.isMutable ?? true;
  if (circumstances.role === 'origin') return ofOrigin(said, mayChange);
  const theirs = observation.proof?.end === 'whole' ? observation.proof.sha256 : null;
  if (around.origin?.kind === 'file' && theirs !== null && around.origin.sha256 === theirs)
    return asOrigin(said, mayChange);
  if (around.origin === undefined && mayBeNews(expected, observation, circumstances))
    return found('unknown', 'self', 'It may be newer than our newest pass.', { basis: 'none' });
  return said;
}

/** Without the origin's own answer: what changes by nature, and is dated after our newest pass. Metadata is judged by its own date. */
function mayBeNews({ file, removal }: Expected, { claims }: Answered, { freshAt }: Circumstances): boolean {
  const changes = file === null ? removal === null : file.isMutable && file.kind !== 'metadata';
  return changes && (claims.lastModified ?? 0) > freshAt;
}

function isAboutBytes(said: Judgement): boolean {
  return isIntegrity(said.verdict) || said.verdict === 'index-ahead';
}

/** The origin itself answers with other bytes than were published. What may change is news, and the next pass brings it. */
function ofOrigin(said: Judgement, mayChange: boolean): Judgement {
  if (mayChange && ['divergent', 'extra', 'sidecar-wrong', 'index-ahead'].includes(said.verdict)) return ok('proof');
  if (said.verdict === 'divergent' || said.verdict === 'signature-changed')
    return found('origin-changed', 'origin', 'The origin answers with other bytes than it published before.');
  return { ...said, blame: 'origin' };
}

function asOrigin(said: Judgement, mayChange: boolean): Judgement {
  if (mayChange) return ok('proof');
  if (said.verdict === 'divergent' || said.verdict === 'signature-changed') {
    const why = 'The origin has other bytes than it published before, and the mirror has them from there.';
    return found('origin-changed', 'origin', why);
  }
  return { ...said, blame: 'origin' };
}
