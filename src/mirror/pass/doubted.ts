import { baseOf, sumAlgorithmOf } from '../../maven/kind.ts';
import type { Comparison, Difference, Inventory } from '../inventory/store.ts';

const SUMS = ['md5', 'sha1', 'sha256', 'sha512'];

/**
 * What differs, and with each changed sum of a file that was published beside a wrong one the file itself and its other sums: only all of them
 * together tell whether the origin has put it right. In path order but for these.
 */
export function* differencesWithDoubted(comparison: Comparison, inventory: Inventory): Iterable<Difference> {
  const doubted = new Set<string>();
  for (const difference of comparison.differences()) {
    yield difference;
    if (sumAlgorithmOf(difference.path) === null) continue;
    const base = baseOf(difference.path);
    if (doubted.has(base) || inventory.row(base)?.upstreamSum !== 'mismatched') continue;
    doubted.add(base);
    for (const path of [base, ...SUMS.map((sum) => `${base}.${sum}`)]) {
      const listed = comparison.listed(path);
      if (listed !== null && comparison.isAsListed(path)) yield { ...listed, isPublished: true };
    }
  }
}
