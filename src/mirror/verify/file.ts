import { DAY, MINUTE } from '../../host/clock.ts';
import { locate } from '../../maven/layout.ts';
import { changedRelease } from './immutability.ts';
import { unlikePromised } from './promised.ts';
import { refusedForSignature } from './signature/policy.ts';
import type { StagedFile } from './staged-file.ts';
import { judgeSums } from './sums.ts';
import type { GatePolicy, Note, UnitFacts, Verdict } from './verdict.ts';

/** Deployers upload the file before its sums: a file younger than this at the origin may still get one. */
const SUM_MAY_FOLLOW_MS = 30 * MINUTE;
/** A page where a sum should be goes away with a change that the listing shows; origins also mend in place. */
const PAGE_RETRY_MS = DAY;

/** One file that is neither a checksum nor metadata, cheapest reasons first: its bytes, and then who signed them. */
export function judgeFile(file: StagedFile, facts: UnitFacts, policy: GatePolicy, now: number): Verdict {
  const verdict = judgeBytes(file, facts, policy, now);
  return verdict.kind === 'accepted' ? (refusedForSignature(file, facts, policy) ?? verdict) : verdict;
}

function judgeBytes(file: StagedFile, facts: UnitFacts, policy: GatePolicy, now: number): Verdict {
  const { path } = file;
  if (file.size > policy.maxFileBytes) return tooLarge(file, policy);
  const unlike = unlikePromised(file, facts, now);
  if (unlike !== null) return unlike;
  const isPermitted = facts.isPermitted(path, file.sha256.toString('hex'));
  const changed = isPermitted ? null : changedRelease(file, facts);
  if (changed !== null) return changed;
  const sums = judgeSums(file, facts);
  const notes: Note[] = file.xmlFault === null ? [] : ['not-well-formed'];
  switch (sums.kind) {
    case 'matched':
      // Nothing sniffed in the content overrules a matching sum: a published HTML file with a jar's name is still the publisher's.
      if (sums.contradicting.length === 0) return { kind: 'accepted', path, upstreamSum: 'matched', notes };
      return { kind: 'accepted', path, upstreamSum: 'mismatched', notes: [...notes, 'sum-mismatch-upstream'] };
    case 'mismatched':
      if (isPermitted || policy.upstreamSums === 'record') {
        return { kind: 'accepted', path, upstreamSum: 'mismatched', notes: [...notes, 'sum-mismatch-upstream'] };
      }
      if (file.isPage) return impostor(path);
      return {
        kind: 'rejected',
        path,
        verdict: 'checksum-mismatch',
        why: `${sums.by} says otherwise`,
        expected: sums.expected,
      };
    case 'unreadable':
      if (isPermitted) return { kind: 'accepted', path, upstreamSum: 'absent', notes: [...notes, 'no-upstream-sum'] };
      return {
        kind: 'deferred',
        path,
        verdict: 'sidecar-pending',
        why: `its only sum, ${sums.by}, is a web page`,
        retryAt: now + PAGE_RETRY_MS,
      };
    case 'pending':
      return {
        kind: 'deferred',
        path,
        verdict: 'sidecar-pending',
        why: `${sums.by} is listed and could not be fetched`,
        retryAt: 0,
      };
    case 'absent':
      return withoutSum(file, isPermitted, notes, facts, policy, now);
  }
}

function withoutSum(
  file: StagedFile,
  isPermitted: boolean,
  notes: readonly Note[],
  facts: UnitFacts,
  policy: GatePolicy,
  now: number,
): Verdict {
  const { path } = file;
  if (isPermitted) return { kind: 'accepted', path, upstreamSum: 'absent', notes: [...notes, 'no-upstream-sum'] };
  if (file.isPage) return impostor(path);
  const { kind } = locate(path);
  if (kind === 'pom' || kind === 'artifact') {
    if (policy.upstreamSums === 'required') {
      return {
        kind: 'deferred',
        path,
        verdict: 'sidecar-pending',
        why: 'verify.upstream_sums is required and the origin has no sum',
        retryAt: 0,
      };
    }
    const mayFollowUntil = file.mtime + SUM_MAY_FOLLOW_MS;
    if (now < mayFollowUntil && facts.originHasSums) {
      return {
        kind: 'deferred',
        path,
        verdict: 'sidecar-pending',
        why: 'younger than 30 minutes and without a sum yet',
        retryAt: mayFollowUntil,
      };
    }
  }
  return { kind: 'accepted', path, upstreamSum: 'absent', notes: [...notes, 'no-upstream-sum'] };
}

function impostor(path: string): Verdict {
  return {
    kind: 'rejected',
    path,
    verdict: 'impostor-page',
    why: 'a web page lies where the file should be, and no sum vouches for it',
    expected: null,
  };
}

function tooLarge(file: StagedFile, policy: GatePolicy): Verdict {
  return {
    kind: 'rejected',
    path: file.path,
    verdict: 'too-large',
    why: `${file.size} bytes, source.max_file_mib allows ${policy.maxFileBytes}`,
    expected: null,
  };
}
