// `sync --plan`: the same listing, comparison and questions as a pass, and nothing done about the answers.

import { join } from 'node:path';
import { kindOf } from '../../maven/kind.ts';
import { layBeside } from '../inventory/store.ts';
import type { SourceTrouble } from '../source/contract.ts';
import { dueWithFiltered } from './absence.ts';
import { removalDigest } from './guard.ts';
import { listBeside } from './listing.ts';
import { planUnits } from './plan.ts';
import type { PassOptions, PassRoom } from './room.ts';

export interface PlannedFile {
  readonly path: string;
  readonly kind: string;
  readonly size: number;
}

export interface Planned {
  readonly kind: 'planned';
  readonly additions: readonly PlannedFile[];
  readonly changes: readonly PlannedFile[];
  readonly removals: readonly PlannedFile[];
  /** What the listing alone shows to be wrong, and what was refused and still stands there. */
  readonly violations: readonly { readonly path: string; readonly verdict: string; readonly why: string }[];
  readonly planSha256: string;
}

/** Changes nothing but the scratch folder. */
export async function planPass(
  options: PassOptions,
  room: PassRoom,
  signal: AbortSignal,
): Promise<Planned | SourceTrouble> {
  using comparison = layBeside(room.database, join(options.folders.scratch, 'listing.db'));
  const now = room.clock.now();
  const listed = await listBeside(comparison, { ...options, policyDigest: 'plan' }, room, now, signal);
  if (listed.kind === 'trouble') return listed;
  const additions: PlannedFile[] = [];
  const changes: PlannedFile[] = [];
  const tooLarge: { path: string; verdict: string; why: string }[] = [];
  const questions = {
    wants: options.wants,
    isTakenDown: (path: string) => room.takedowns.of(path) !== null,
    held: room.held.find,
    maxFileBytes: options.policy.maxFileBytes,
    now,
  };
  const onLeft = (file: { path: string; size: number }, why: string) => {
    if (why === 'too-large') tooLarge.push({ path: file.path, verdict: why, why: `${file.size} bytes` });
  };
  for (const unit of planUnits(comparison.differences(), questions, onLeft)) {
    for (const item of unit.items)
      (item.isPublished ? changes : additions).push({ path: item.path, kind: kindOf(item.path), size: item.size });
  }
  const due =
    listed.kind === 'complete' ? dueWithFiltered({ comparison, options, now, room }) : { releases: [], others: [] };
  const removals = [...due.releases, ...due.others].sort();
  return {
    kind: 'planned',
    additions,
    changes,
    removals: removals.map((path) => ({ path, kind: kindOf(path), size: room.inventory.row(path)?.size ?? 0 })),
    violations: [
      ...listed.unsafe.map((entry) => ({ path: entry.name, verdict: 'unsafe-path', why: entry.reason })),
      ...tooLarge,
      ...room.held
        .list()
        .filter(
          (held) =>
            held.kind === 'rejected' &&
            held.verdict !== 'unsafe-path' &&
            held.verdict !== 'too-large' &&
            comparison.has(held.path),
        )
        .map(({ path, verdict, why }) => ({ path, verdict, why })),
    ],
    planSha256: removalDigest(removals),
  };
}
