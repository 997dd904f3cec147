import { DAY, HOUR, MINUTE } from '../../host/clock.ts';
import { holdBack } from './hold-back.ts';
import { unlikePromised } from './promised.ts';
import { refusedForSignature } from './signature/policy.ts';
import type { StagedFile } from './staged-file.ts';
import { agrees, judgeSums } from './sums.ts';
import type { GatePolicy, MetadataFacts, Note, Verdict } from './verdict.ts';

/** A set that stays torn with the same bytes this long is how the origin wants it: published as it is, with a standing finding. */
const TORN_FOR_GOOD_MS = 6 * HOUR;
const SUM_MAY_FOLLOW_MS = 30 * MINUTE;
const PAGE_RETRY_MS = DAY;

type Outcome =
  | { kind: 'accepted'; upstreamSum: 'matched' | 'absent' | 'mismatched'; notes: Note[] }
  | Exclude<Verdict, { kind: 'accepted' }>;

/** Metadata, its sums and its signature are one set: published together or not at all (DESIGN 3.4). */
export function judgeMetadata(facts: MetadataFacts, policy: GatePolicy, now: number): Verdict[] {
  const root = facts.staged.get(facts.unit);
  const outcome =
    unlikePromisedIn(facts, now) ?? (root === undefined ? judgeSumsAlone(facts) : judgeRoot(root, facts, policy, now));
  return [...facts.staged.values()].map((member): Verdict => {
    if (outcome.kind !== 'accepted') return { ...outcome, path: member.path };
    if (member.path === facts.unit)
      return { kind: 'accepted', path: member.path, upstreamSum: outcome.upstreamSum, notes: outcome.notes };
    const isWrong = root !== undefined && agrees(member, root) === false;
    return {
      kind: 'accepted',
      path: member.path,
      upstreamSum: 'unchecked',
      notes: isWrong ? ['sum-mismatch-upstream'] : [],
    };
  });
}

/** The set was listed in one state and fetched in another, or somebody would have us believe an old one. */
function unlikePromisedIn(facts: MetadataFacts, now: number): Outcome | null {
  for (const member of facts.staged.values()) {
    const unlike = unlikePromised(member, facts, now);
    if (unlike !== null) return unlike;
  }
  return null;
}

function judgeRoot(root: StagedFile, facts: MetadataFacts, policy: GatePolicy, now: number): Outcome {
  const path = root.path;
  const digest = root.sha256.toString('hex');
  const isPermitted = facts.isPermitted(path, digest);
  if (root.metadata?.kind === 'too-large') {
    return { kind: 'rejected', path, verdict: 'too-large', why: 'metadata above 16 MiB is not read', expected: null };
  }
  const sums = judgeSums(root, facts);
  const notes: Note[] = root.xmlFault === null ? [] : ['not-well-formed'];
  const torn = sums.kind === 'mismatched' ? sums : sums.kind === 'matched' ? pageBeside(facts) : null;
  if (torn !== null && !isPermitted && policy.upstreamSums !== 'record') {
    const since = facts.heldSince(path, digest) ?? now;
    if (root.isPage && sums.kind !== 'matched') return impostor(path);
    if (now - since < TORN_FOR_GOOD_MS) {
      const why = `${torn.by} does not match the metadata it lies beside`;
      return { kind: 'rejected', path, verdict: 'torn-group', why, expected: torn.expected };
    }
  }
  if (sums.kind !== 'matched' && !isPermitted && root.isPage) return impostor(path);
  if (sums.kind === 'pending' || sums.kind === 'unreadable') {
    const retryAt = sums.kind === 'pending' ? 0 : now + PAGE_RETRY_MS;
    if (!isPermitted)
      return { kind: 'deferred', path, verdict: 'sidecar-pending', why: `${sums.by} cannot be read yet`, retryAt };
  }
  if (sums.kind === 'absent' && !isPermitted) {
    const mayFollowUntil = root.mtime + SUM_MAY_FOLLOW_MS;
    if (policy.upstreamSums === 'required' || (now < mayFollowUntil && facts.originHasSums)) {
      return {
        kind: 'deferred',
        path,
        verdict: 'sidecar-pending',
        why: 'the origin has no sum beside it yet',
        retryAt: mayFollowUntil,
      };
    }
    notes.push('no-upstream-sum');
  }
  const refused = refusedForSignature(root, facts, policy);
  if (refused?.kind === 'rejected') return refused;
  const isContradicted = torn !== null || (sums.kind === 'matched' && sums.contradicting.length > 0);
  if (isContradicted) notes.push('sum-mismatch-upstream');
  const held = isPermitted ? { kind: 'free' as const, notes: [] } : holdBack(root, facts, policy, now);
  if (held.kind === 'deferred') return held;
  return {
    kind: 'accepted',
    upstreamSum: isContradicted ? 'mismatched' : sums.kind === 'matched' ? 'matched' : 'absent',
    notes: [...notes, ...held.notes],
  };
}

/** A page where one of several sums should be: left out, the old sum would stay beside the new file; published, it fails every client that reads it. */
function pageBeside(facts: MetadataFacts): { by: string; expected: null } | null {
  const page = [...facts.staged.values()].find((member) => member.sum?.kind === 'page');
  return page === undefined ? null : { by: page.path, expected: null };
}

/** Only sidecars came: they must fit the metadata that is published, or the set is torn. */
function judgeSumsAlone(facts: MetadataFacts): Outcome {
  const kept = facts.kept.get(facts.unit);
  for (const member of facts.staged.values()) {
    if (kept === undefined || (member.sum !== null && agrees(member, kept) !== true)) {
      return {
        kind: 'rejected',
        path: member.path,
        verdict: 'torn-group',
        why: `${member.path} does not match the metadata it lies beside`,
        expected: null,
      };
    }
  }
  return { kind: 'accepted', upstreamSum: 'matched', notes: [] };
}

function impostor(path: string): Outcome {
  return {
    kind: 'rejected',
    path,
    verdict: 'impostor-page',
    why: 'a web page lies where metadata should be',
    expected: null,
  };
}
