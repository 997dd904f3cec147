import { locate } from '../../maven/layout.ts';
import type { StagedFile } from './staged-file.ts';
import type { UnitFacts, Verdict } from './verdict.ts';

/**
 * A released file never changes its bytes: an origin that was taken over, or a publisher who rewrites history, gets the old bytes served on and
 * the new ones quarantined. Also for a path that was published once and had gone: it comes back only with bytes it has had. A signature may change:
 * authors sign after the fact, and again with a new key, and what it signs has not moved.
 */
export function changedRelease(file: StagedFile, facts: UnitFacts): Verdict | null {
  const place = locate(file.path);
  if (place.mutable || place.kind === 'signature') return null;
  const ever = facts.everPublished(file.path);
  const digest = file.sha256.toString('hex');
  const kept = facts.kept.get(file.path)?.sha256.toString('hex') ?? null;
  if (kept === digest || (kept === null && (ever.size === 0 || ever.has(digest)))) return null;
  return {
    kind: 'rejected',
    path: file.path,
    verdict: 'immutable-changed',
    why:
      kept === null
        ? 'it was published before with other bytes'
        : 'a released file whose bytes changed at the origin; the old ones stay served',
    expected: kept ?? [...ever][0] ?? null,
  };
}
