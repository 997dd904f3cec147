// What a visit saw, counted. Claims and proofs are never added up: the one finds mistakes, the other attacks.

import type { CrawlVerdict } from './judge.ts';
import type { Sight } from './sight.ts';

export interface Tally {
  /** Answers by verdict. */
  readonly verdicts: Readonly<Partial<Record<CrawlVerdict, number>>>;
  readonly claims: number;
  readonly proofs: number;
  /** By how much it is behind, as far as the answers show; null when there was none. */
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
  let behindMs: number | null = null;
  return {
    count(sight: Sight): void {
      const { verdict, basis } = sight.judgement;
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      if (basis === 'proof') proofs += 1;
      if (basis === 'claim') claims += 1;
      if (basis !== 'none') behindMs = Math.max(behindMs ?? 0, sight.judgement.behindMs ?? 0);
      if (!WORTH_A_WORD.has(verdict) || isHeld(sight)) return;
      const some = examples.get(verdict) ?? [];
      if (some.length < EXAMPLES) examples.set(verdict, [...some, sight]);
    },
    counts: (): Pick<Tally, 'claims' | 'proofs'> => ({ claims, proofs }),
    read: (): Tally => ({
      verdicts: { ...verdicts },
      claims,
      proofs,
      behindMs,
      examples: [...examples.values()].flat(),
    }),
  };
}

/** Nobody was asked: that its host is left alone is told of the host. */
function isHeld({ probe: { observation } }: Sight): boolean {
  return observation.kind === 'unanswered' && observation.stage === 'held';
}

const WORTH_A_WORD: ReadonlySet<CrawlVerdict> = new Set(['lagging', 'stale-known', 'legal-block', 'unknown']);
