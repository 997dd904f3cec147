// What a scrub found, put right: good bytes again from wherever they still are, strangers out of the tree.

import type { InventoryRow } from '../inventory/row.ts';
import { clear } from './accusation.ts';
import type { Fault } from './fault.ts';
import { lookAgain } from './reading.ts';
import type { ScrubOptions, ScrubRoom } from './room.ts';
import { filesBelow, moveOut } from './stranger.ts';

export interface LackingFile {
  readonly row: InventoryRow;
  readonly isGoodInTree: boolean;
}

/** Handed in: brings the bytes of these rows again, from the sources in their order. */
export type BringAgain = (
  lacking: readonly LackingFile[],
  signal: AbortSignal,
) => Promise<{
  readonly refused: ReadonlySet<string>;
  /** Why no source could be asked for the rest, for people. */
  readonly trouble: string | null;
}>;

export interface MendOptions extends ScrubOptions {
  /** Where strangers are put, under the paths that they had; null: they stay where they are. */
  readonly strangersTo: string | null;
}

export interface MendOutcome {
  /** Right again. */
  readonly repaired: readonly string[];
  readonly movedAway: readonly string[];
  readonly unrepaired: readonly { readonly path: string; readonly why: string }[];
}

/**
 * Call under the tree's lock, when what a kill interrupted has been finished: nobody else changes the tree meanwhile. What stays wrong stays a
 * finding, and withheld.
 */
export async function mend(
  options: MendOptions,
  room: ScrubRoom,
  bringAgain: BringAgain,
  signal: AbortSignal,
): Promise<MendOutcome> {
  const now = room.clock.now();
  const accused = room.findings.standing('scrub');
  const faults = await standingFaults(
    accused.filter(({ verdict }) => verdict !== 'foreign').map(pathOf),
    options,
    room,
    signal,
  );
  const lacking = faults.flatMap(({ path, verdict }) => {
    const row = room.inventory.row(path);
    return row === null ? [] : [{ row, isGoodInTree: verdict === 'record-damaged' }];
  });
  const asked =
    lacking.length === 0 ? { refused: new Set<string>(), trouble: null } : await bringAgain(lacking, signal);
  const repaired: string[] = [];
  const unrepaired: { path: string; why: string }[] = [];
  for (const { row } of lacking) {
    const still = await lookAgain(row.path, options, room, signal);
    if (still !== 'good') unrepaired.push({ path: row.path, why: whyNot(row, asked) });
    else {
      clear(row.path, room, now);
      repaired.push(row.path);
    }
  }
  const strangers = new Set(accused.filter(({ verdict }) => verdict === 'foreign').map(pathOf));
  if (options.strangersTo === null) return { repaired, movedAway: [], unrepaired };
  const { movedAway, left } = moveAway(strangers, options.published, options.strangersTo, room);
  for (const path of strangers) if (!left.includes(path)) clear(path, room, now);
  for (const path of left) unrepaired.push({ path, why: 'it was left where it is' });
  return { repaired, movedAway, unrepaired };
}

function pathOf({ path }: { readonly path: string | null }): string {
  return path ?? '';
}

/** What a pass has replaced meanwhile is no fault any more. */
async function standingFaults(
  paths: readonly string[],
  options: ScrubOptions,
  room: ScrubRoom,
  signal: AbortSignal,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const path of new Set(paths)) {
    const look = await lookAgain(path, options, room, signal);
    if (look === 'good') clear(path, room, room.clock.now());
    else if (look !== 'unclear') faults.push(look);
  }
  return faults;
}

function whyNot(row: InventoryRow, asked: Awaited<ReturnType<BringAgain>>): string {
  if (asked.refused.has(row.path)) return 'the source has other bytes under this name; they were refused';
  if (asked.trouble !== null) return asked.trouble;
  return row.absentSince === null ? 'the source did not send it' : 'the source has it no more';
}

/** Renamed, never deleted. A link to a folder below which something is published stays: moving it would take all that away. */
function moveAway(
  paths: ReadonlySet<string>,
  published: string,
  to: string,
  room: ScrubRoom,
): { movedAway: string[]; left: string[] } {
  const movedAway: string[] = [];
  const left: string[] = [];
  if (paths.size === 0) return { movedAway, left };
  for (const { place, text } of filesBelow(published)) {
    if (!paths.has(text) || room.inventory.row(text) !== null) continue;
    if (room.inventory.isAnyBelow(text) || !moveOut({ place, text }, to)) {
      left.push(text);
      continue;
    }
    room.logger.warn({ path: text, to }, 'foreign file was moved out of the published tree');
    movedAway.push(text);
  }
  return { movedAway, left };
}
