// What a visit saw, counted. Claims and proofs are never added up: the one finds mistakes, the other attacks.

import type { CrawlVerdict } from './judge.ts';
import type { Sight } from './sight.ts';

export interface Tally {
  /** Answers by verdict. */
  readonly verdicts: Readonly<Partial<Record<CrawlVerdict, number>>>;
  readonly claims: number;
  readonly proofs: number;
  /**
   * By how much it is behind, as far as the answers show; null when there was none. What it lost long ago is no lateness: only what is younger than
   * the newest that it has counts.
   */
  readonly behindMs: number | null;
  /** The first paths of each verdict that is no trouble and yet worth a word. */
  readonly examples: readonly Sight[];
}

const EXAMPLES = 5;

export function openTally() {
  const verdicts: Partial<Record<CrawlVerdict, number>> = {};
  const examples = new Map<CrawlVerdict, Sight[]>();
  let claims = 0;
  let proofs = 0;
  let hasAnswered = false;
  let newestAt = Number.NEGATIVE_INFINITY;
  const late: { readonly at: number; readonly behindMs: number }[] = [];
  return {
    count(sight: Sight): void {
      const { verdict, basis } = sight.judgement;
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      if (basis === 'proof') proofs += 1;
      if (basis === 'claim') claims += 1;
      if (basis !== 'none') hasAnswered = true;
      const { behindMs } = sight.judgement;
      if (behindMs !== null) late.push({ at: momentOf(sight), behindMs });
      else if (isThere(sight)) newestAt = Math.max(newestAt, momentOf(sight));
      if (!WORTH_A_WORD.has(verdict) || isHeld(sight)) return;
      const some = examples.get(verdict) ?? [];
      if (some.length < EXAMPLES) examples.set(verdict, [...some, sight]);
    },
    counts: (): Pick<Tally, 'claims' | 'proofs'> => ({ claims, proofs }),
    read: (): Tally => ({
      verdicts: { ...verdicts },
      claims,
      proofs,
      behindMs: hasAnswered
        ? late.reduce((most, each) => (each.at > newestAt ? Math.max(most, each.behindMs) : most), 0)
        : null,
      examples: [...examples.values()].flat(),
    }),
  };
}

/** When it became so at the reference. */
function momentOf({ expected: { file, removal } }: Sight): number {
  return file?.publishedAt ?? removal?.at ?? Number.NEGATIVE_INFINITY;
}

/** As it is now. A sum may fit an older file beside it. */
function isThere({ expected: { file }, judgement, probe: { observation } }: Sight): boolean {
  const isOk = judgement.verdict === 'ok' || judgement.verdict === 'no-upstream-sum';
  return (
    isOk && file !== null && file.kind !== 'checksum' && observation.kind === 'answered' && observation.status === 200
  );
}

/** Nobody was asked: that its host is left alone is told of the host. */
function isHeld({ probe: { observation } }: Sight): boolean {
  return observation.kind === 'unanswered' && observation.stage === 'held';
}

const WORTH_A_WORD: ReadonlySet<CrawlVerdict> = new Set(['lagging', 'stale-known', 'legal-block', 'unknown']);
