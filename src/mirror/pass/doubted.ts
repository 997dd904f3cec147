import { baseOf, sumAlgorithmOf } from '../../maven/kind.ts';
import type { Comparison, Difference, Inventory } from '../inventory/store.ts';
import type { Bench } from './judging.ts';
import type { PlannedUnit } from './plan.ts';

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
    yield* asListed([base, ...sumsOf(base)], comparison);
  }
}

/**
 * Files that do not match their sums, with all of these, also those that look unchanged: a sum always has the same size, and who replaces it within
 * a second of the one before leaves its time as it was. A sum that came alone is judged beside what is published, as it is.
 */
export function withTheirSums(
  units: readonly PlannedUnit[],
  { comparison, options, isTakenDown }: Bench,
): PlannedUnit[] {
  return units.map((unit) => {
    const sums = unit.items.filter(({ path }) => sumAlgorithmOf(path) === null).flatMap(({ path }) => sumsOf(path));
    const added = [...asListed(sums, comparison)].filter(({ path }) => options.wants(path) && !isTakenDown(path));
    return added.length === 0 ? unit : { ...unit, items: [...unit.items, ...added] };
  });
}

function sumsOf(base: string): string[] {
  return SUMS.map((sum) => `${base}.${sum}`);
}

/** Those that the listing shows as they are here. */
function* asListed(paths: readonly string[], comparison: Comparison): Iterable<Difference> {
  for (const path of paths) {
    const listed = comparison.listed(path);
    if (listed !== null && comparison.isAsListed(path)) yield { ...listed, isPublished: true };
  }
}
