// Whether paths may leave the tree. Pure: the guard never learns who asks, only what would go. An origin that was emptied by mistake or by
// malice must not empty us.

import { createHash } from 'node:crypto';

export interface GuardQuestion {
  /** Due for removal, in any order. */
  readonly releases: readonly string[];
  readonly others: readonly string[];
  readonly treeFiles: number;
  /** Already removed within the last 24 hours, by allowance. */
  readonly removedReleases: number;
  readonly removedOthers: number;
  readonly maxFiles: number;
  readonly maxRatio: number;
  /** The digest that an operator accepted, or null. */
  readonly acceptedPlan: string | null;
}

export interface Refusal {
  readonly guard: 'ceiling' | 'max_files' | 'max_ratio' | 'release-absence';
  readonly files: number;
  readonly ratio: number;
  readonly planSha256: string;
}

export interface GuardAnswer {
  readonly mayGo: readonly string[];
  readonly refused: Refusal | null;
  readonly isByOperator: boolean;
}

/** Nobody may remove more than this share of the tree in one go, whatever they accept. */
const HARD_CEILING = 0.4;
/** Below this many files one version is already a large share: only the count guards. */
const RATIO_COUNTS_FROM = 200;

export function askGuard(question: GuardQuestion): GuardAnswer {
  const all = [...question.releases, ...question.others];
  const planSha256 = removalDigest(all);
  const ratio = question.treeFiles === 0 ? 0 : all.length / question.treeFiles;
  const refuse = (guard: Refusal['guard'], mayGo: readonly string[] = []): GuardAnswer => ({
    mayGo,
    refused: { guard, files: all.length - mayGo.length, ratio, planSha256 },
    isByOperator: false,
  });
  if (all.length === 0) return { mayGo: [], refused: null, isByOperator: false };
  if (ratio > HARD_CEILING) return refuse('ceiling');
  if (question.acceptedPlan === planSha256) return { mayGo: all, refused: null, isByOperator: true };
  const releases = overAllowance(question.releases.length + question.removedReleases, question);
  if (releases !== null) return refuse(releases);
  const others = overAllowance(question.others.length + question.removedOthers, question);
  if (others !== null) return refuse(others);
  // Within the allowance; but a release that vanished from the origin is somebody's decision, not a matter of time alone.
  if (question.releases.length > 0) return refuse('release-absence', question.others);
  return { mayGo: all, refused: null, isByOperator: false };
}

function overAllowance(files: number, question: GuardQuestion): 'max_files' | 'max_ratio' | null {
  if (files > question.maxFiles) return 'max_files';
  return question.treeFiles >= RATIO_COUNTS_FROM && files / question.treeFiles > question.maxRatio ? 'max_ratio' : null;
}

/** Names one set of removals: what `sync --plan` prints and `sync --accept-plan` takes. */
export function removalDigest(paths: readonly string[]): string {
  return createHash('sha256')
    .update([...paths].sort().join('\n'))
    .digest('hex');
}
