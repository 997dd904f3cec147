import { HOUR } from '../../host/clock.ts';
import { locate } from '../../maven/layout.ts';
import type { StagedFile } from './staged-file.ts';
import type { UnitFacts, Verdict } from './verdict.ts';

/** What may change its bytes may have done so since it was listed; for longer than this it has not. */
const MAY_HAVE_CHANGED_MS = HOUR;

/** Other bytes than those that a signed listing names, whatever the sums beside them say: they were altered on their way, or where they lie. */
export function unlikePromised(
  { path, sha256 }: Pick<StagedFile, 'path' | 'sha256'>,
  facts: UnitFacts,
  now: number,
): Exclude<Verdict, { kind: 'accepted' }> | null {
  const promised = facts.listed.get(path)?.sha256;
  const digest = sha256.toString('hex');
  if (promised === undefined || promised === digest || facts.isPermitted(path, digest)) return null;
  const why = 'the signed inventory of the source names another digest';
  if (!locate(path).mutable) return { kind: 'rejected', path, verdict: 'checksum-mismatch', why, expected: promised };
  const isStanding = now - (facts.heldSince(path, digest) ?? now) >= MAY_HAVE_CHANGED_MS;
  const waiting = { kind: 'deferred', path, verdict: 'unconfirmed', why, retryAt: 0 } as const;
  return isStanding ? { ...waiting, contradicts: promised } : waiting;
}
