// Which of the fetched files must be confirmed at the origin before they are published, and the question.

import { locate } from '../../maven/layout.ts';
import type { Confirmation } from '../source/confirm.ts';
import type { StagedFile } from '../verify/gate.ts';
import type { Bench } from './judging.ts';
import type { PlannedUnit } from './plan.ts';

export type Confirmations = ReadonlyMap<string, Confirmation>;

export const NOTHING_ASKED: Confirmations = new Map();

/** Asks for what is new of releases: what may change its bytes later proves nothing today, and what was published is never replaced. */
export async function confirmReleases(
  units: readonly PlannedUnit[],
  staged: ReadonlyMap<string, StagedFile>,
  bench: Bench,
  signal: AbortSignal,
): Promise<Confirmations> {
  const { confirm, inventory, quarantine } = bench.room;
  if (confirm === null) return NOTHING_ASKED;
  const files = units
    .filter(({ unitKind }) => unitKind === 'version')
    .flatMap(({ items }) => items.flatMap(({ path }) => staged.get(path) ?? []))
    .filter(({ path, sha256 }) => {
      if (locate(path).mutable || inventory.row(path)?.sha256.equals(sha256) === true) return false;
      return !quarantine.isPermitted(path, sha256.toString('hex'));
    });
  return files.length === 0 ? NOTHING_ASKED : await confirm(files, signal);
}
