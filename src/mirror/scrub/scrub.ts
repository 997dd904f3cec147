// The published tree against the inventory: every file is read again and compared with its row, then the tree is walked for files that nobody
// published. Runs beside passes, without the tree's lock; only one scrub at a time, which its caller sees to.

import { readdirSync } from 'node:fs';
import { CodedError } from '../../host/error.ts';
import { accuse, acquit } from './accusation.ts';
import { readTree } from './reading.ts';
import type { ScrubOptions, ScrubRoom } from './room.ts';
import { findStrangers } from './stranger.ts';

export { openScrubHistory, type ScrubHistory, type ScrubRecord } from './history.ts';
export { type BringAgain, type MendOptions, type MendOutcome, mend } from './mend.ts';
export { type LeftOut, type RebuildOutcome, rebuild } from './rebuild.ts';
export type { ScrubEvent, ScrubOptions, ScrubRoom } from './room.ts';
export { moveOut } from './stranger.ts';
export { openWithheld, type Withheld } from './withheld.ts';

export interface ScrubOutcome {
  readonly startedAt: number;
  /** The path after which an earlier start was cut short, null when this one began at the beginning. */
  readonly resumedAfter: string | null;
  /** Read in all, before it was cut short too. */
  readonly files: number;
  readonly bytes: number;
}

/**
 * Reads everything once, or goes on where an earlier scrub was cut short. What is wrong stands in the findings afterwards, and what would be
 * answered wrongly is withheld; what was found before and is right again stands no more. Throws `tree-lost`, `digest-failed`, and when aborted:
 * the next scrub goes on from there.
 */
export async function scrub(options: ScrubOptions, room: ScrubRoom, signal: AbortSignal): Promise<ScrubOutcome> {
  const now = room.clock.now();
  assertTreeIsThere(options, room);
  const before = options.anew ? null : room.history.unfinished(now);
  const record = before ?? room.history.begin(now);
  await readTree(record, options, room, now, signal);
  for await (const fault of findStrangers(options, room, signal)) accuse(fault, room, now);
  acquit(record.startedAt, room, now);
  room.history.end(record.id, room.clock.now());
  const { files, bytes } = room.history.latest() ?? record;
  return { startedAt: record.startedAt, resumedAfter: before === null ? null : before.cursor, files, bytes };
}

/** An empty folder where a full one was is a disk that is not mounted, not a hundred thousand lost files. */
function assertTreeIsThere({ published, mayBeEmpty }: ScrubOptions, { inventory }: ScrubRoom): void {
  const { files } = inventory.current();
  if (files === 0 || mayBeEmpty || readdirSync(published).some((name) => name !== '.meta')) return;
  throw new CodedError(
    'tree-lost',
    `${published} is empty, and the inventory has ${files} files that should lie there.`,
    {
      path: published,
      remedy: 'Is its disk mounted? If the tree is truly gone: `assay verify --repair` fetches all of it again.',
    },
  );
}
