// What a scrub says of a file, and takes back.

import { FAULT_SEVERITY, type Fault, spoilsAnswers } from './fault.ts';
import type { ScrubRoom } from './room.ts';

/** The fault stands in the findings; what would be answered wrongly is withheld from now on. */
export function accuse(fault: Fault, room: ScrubRoom, now: number): void {
  const { inventory, findings, withheld, logger } = room;
  findings.stand(
    {
      foundBy: 'scrub',
      verdict: fault.verdict,
      severity: FAULT_SEVERITY[fault.verdict],
      path: fault.path,
      why: fault.why,
      expected: fault.expected,
      observed: fault.observed,
      blame: 'self',
      generation: inventory.current().generation,
    },
    now,
  );
  const row = inventory.row(fault.path);
  if (row !== null && spoilsAnswers(fault, row, inventory.metadataBody(fault.path)))
    withheld.hold(row, fault.verdict, now);
  logger.error(
    { path: fault.path, verdict: fault.verdict, why: fault.why, expected: fault.expected, observed: fault.observed },
    'published file is not what was published',
  );
}

/** A file that is as its row says. */
export function clear(path: string, room: ScrubRoom, now: number): void {
  room.findings.resolve(path, now, 'scrub');
  room.withheld.lift(path);
}

/**
 * What an earlier scrub found and this one, begun at `since`, did not meet again: replaced, taken away, or right again. Of a path that is being
 * published nothing was said, so nothing is taken back.
 */
export function acquit(since: number, room: ScrubRoom, now: number): void {
  for (const { path, lastAt } of room.findings.standing('scrub')) {
    if (path !== null && lastAt < since && !room.inventory.isInFlux(path)) clear(path, room, now);
  }
}
