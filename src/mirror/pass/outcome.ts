// How a pass ended, as a value.

import { writeTrace } from '../publish/publish.ts';
import type { SourceTrouble } from '../source/contract.ts';
import type { AbsenceOutcome } from './absence.ts';
import type { PassEnd } from './history.ts';
import type { Bench } from './judging.ts';
import type { Listing } from './listing.ts';
import type { PassOptions, PassRoom } from './room.ts';

export interface PassOutcome {
  readonly end: PassEnd;
  /** What the source could not do, when that ended the pass. */
  readonly trouble: SourceTrouble['trouble'] | null;
  /** For people: why it did not come to its end, or what could not be read. */
  readonly sentence: string | null;
  readonly generation: number;
  readonly listed: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly absent: number;
  readonly accepted: number;
  readonly refused: AbsenceOutcome['refused'];
  readonly bytesFetched: number;
  readonly unreadable: readonly string[];
  readonly startedAt: number;
  readonly endedAt: number;
}

export function finish(
  listed: Listing,
  bench: Bench,
  absence: AbsenceOutcome,
  unreadable: readonly string[],
): PassOutcome {
  const { room, now } = bench;
  const endedAt = room.clock.now();
  const current = room.inventory.current();
  const isPartial = unreadable.length > 0 || listed.kind === 'partial';
  const sentence = isPartial
    ? `the origin could not read ${unreadable.length} of its own files; nothing was removed`
    : null;
  return {
    end: isPartial ? 'partial' : 'complete',
    trouble: null,
    sentence,
    generation: current.generation,
    listed: listed.files,
    ...bench.tally,
    ...absence,
    unreadable,
    startedAt: now,
    endedAt,
  };
}

/** Last of all: whoever reads the trace may rely on everything it speaks of. */
export function leaveTrace(outcome: PassOutcome, options: PassOptions, room: PassRoom): void {
  const { name, contact, version, folders } = options;
  const { startedAt, endedAt } = outcome;
  writeTrace(folders.published, {
    name,
    contact,
    version,
    source: room.source.url,
    ...room.inventory.current(),
    startedAt,
    endedAt,
  });
}

export function ended(
  trouble: SourceTrouble,
  tally: Bench['tally'],
  absence: AbsenceOutcome,
  unreadable: readonly string[],
  startedAt: number,
  room: PassRoom,
  listed = 0,
): PassOutcome {
  const end = trouble.trouble === 'stopped' ? 'stopped' : 'trouble';
  return {
    end,
    trouble: trouble.trouble,
    sentence: trouble.sentence,
    generation: room.inventory.current().generation,
    listed,
    ...tally,
    ...absence,
    unreadable,
    startedAt,
    endedAt: room.clock.now(),
  };
}
