// Other bytes under a released key: an incident that somebody must look at, never an overwrite.

import { severityOf } from '../../finding/finding.ts';
import type { Bench } from './room.ts';
import type { Conflict } from './tally.ts';

/** A released file with other bytes in a copy of the tree: the crawl's word for the same thing. */
const DIVERGENT = 'divergent';

/**
 * One finding stands for each path in conflict, and goes when what stands there is ours again. Whose doing it was cannot be told from here:
 * whoever may write to the bucket.
 */
export function settleConflicts(conflicts: readonly Conflict[], { room, options, until }: Bench): void {
  const now = room.clock.now();
  const standing = new Set<string>();
  for (const { row, found } of conflicts) {
    standing.add(row.path);
    room.findings.stand(
      {
        foundBy: 'push',
        verdict: DIVERGENT,
        severity: severityOf(DIVERGENT),
        mirror: options.target,
        path: row.path,
        why: `${options.place} has another object under this key; it is not written over`,
        expected: { size: row.size, sha256: row.sha256.toString('hex') },
        observed: { size: found.size, sha256: found.sha256 },
        blame: 'unknown',
        generation: until,
      },
      now,
    );
  }
  for (const { mirror, path } of room.findings.standing('push')) {
    if (mirror !== options.target || path === null || standing.has(path)) continue;
    if (room.record.owed(path)?.why !== 'conflict') room.findings.resolveAt({ mirror, path, verdict: DIVERGENT }, now);
  }
}
