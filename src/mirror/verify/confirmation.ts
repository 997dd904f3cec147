import type { UnitFacts, Verdict } from './verdict.ts';

/**
 * What the file's own sums allow still waits until the origin has named the same digest over HTTPS: whoever alters a file on the wire alters its
 * sums as well.
 */
export function judgeConfirmation(verdict: Verdict, facts: UnitFacts): Verdict {
  if (verdict.kind !== 'accepted') return verdict;
  const { path } = verdict;
  const confirmation = facts.confirmation(path);
  switch (confirmation?.kind) {
    case undefined:
    case 'confirmed':
      return verdict;
    case 'open':
      return { kind: 'deferred', path, verdict: 'unconfirmed', why: confirmation.why, retryAt: 0 };
    case 'contradicted': {
      const why = `${confirmation.by} names another digest: it was altered on its way to us, or there`;
      return { kind: 'deferred', path, verdict: 'unconfirmed', why, retryAt: 0, contradicts: confirmation.expected };
    }
  }
}
