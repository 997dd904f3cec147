// The verdicts of a crawl (DESIGN 5.5).

import type { Blame } from '../../../finding/finding.ts';

export type Information = 'lagging' | 'stale-known' | 'no-upstream-sum' | 'legal-block' | 'unknown';
export type Trouble =
  | 'missing'
  | 'extra'
  | 'truncated'
  | 'oversize'
  | 'impostor-page'
  | 'torn-group'
  | 'index-ahead'
  | 'sidecar-wrong'
  | 'header-wrong'
  | 'signature-stripped'
  | 'signature-changed'
  | 'divergent'
  | 'origin-changed'
  | 'bad-certificate'
  | 'certificate-expiring'
  | 'unreachable';
export type CrawlVerdict = 'ok' | Information | Trouble;

/** What the judgement rests on: a body that we hashed, what the mirror says of it, or neither. */
export type Basis = 'proof' | 'claim' | 'none';

export interface Judgement {
  readonly verdict: CrawlVerdict;
  readonly blame: Blame;
  /** For people, one sentence. */
  readonly why: string;
  readonly basis: Basis;
  /** By how much the mirror is behind, as far as this answer shows; null where it shows nothing. */
  readonly behindMs: number | null;
  /** `body`: a claim contradicts us, and only the body will tell. */
  readonly next: 'nothing' | 'body';
}

const INFORMATION: ReadonlySet<string> = new Set<Information>([
  'lagging',
  'stale-known',
  'no-upstream-sum',
  'legal-block',
  'unknown',
]);

export function isTrouble(verdict: CrawlVerdict): verdict is Trouble {
  return verdict !== 'ok' && !INFORMATION.has(verdict);
}

/** Troubles of a body: once asked again, one of them takes a mirror off the healthy list. */
const INTEGRITY: ReadonlySet<string> = new Set<Trouble>([
  'divergent',
  'oversize',
  'truncated',
  'impostor-page',
  'sidecar-wrong',
  'header-wrong',
  'signature-changed',
  'signature-stripped',
  'extra',
]);

/** Whether it is about what a mirror serves, and not about whether it serves or how well it keeps up. */
export function isIntegrity(verdict: string): boolean {
  return INTEGRITY.has(verdict);
}

export function ok(basis: Basis): Judgement {
  return { verdict: 'ok', blame: 'unknown', why: '', basis, behindMs: null, next: 'nothing' };
}

/** A verdict with its blame and sentence; the rest is what it mostly is. */
export function found(
  verdict: CrawlVerdict,
  blame: Blame,
  why: string,
  rest: Partial<Pick<Judgement, 'basis' | 'behindMs' | 'next'>> = {},
): Judgement {
  return { verdict, blame, why, basis: 'proof', behindMs: null, next: 'nothing', ...rest };
}
