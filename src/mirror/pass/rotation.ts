// Size and mtime miss a rewrite of the same size. Each pass therefore compares a slice of the tree by content, so that the whole of it is
// compared once in `source.checksum_rotation_days`.

import type { Comparison, Difference } from '../inventory/store.ts';
import type { PassOptions, PassRoom } from './room.ts';

/** At most this many paths in one pass, however long the last one is ago. */
const SLICE_CEILING = 50_000;
const CURSOR = 'rotation-cursor';
const TURNED_AT = 'rotation-at';

/** Names what differs by content though the listing looks the same. Advances the cursor only when the comparison was made. */
export async function rewrittenInSlice(
  comparison: Comparison,
  options: PassOptions,
  room: PassRoom,
  now: number,
  signal: AbortSignal,
): Promise<Difference[]> {
  const paths = dueSlice(options, room, now);
  if (paths.length === 0) return [];
  const same = paths.filter((path) => looksUnchanged(path, comparison));
  const answer =
    same.length === 0
      ? { kind: 'compared' as const, paths: [] }
      : await room.source.differing(same, options.folders.published, signal);
  if (answer.kind === 'trouble' && answer.trouble !== 'refused') {
    room.logger.warn({ sentence: answer.sentence }, 'comparison by content was not made; the next pass tries again');
    return [];
  }
  room.history.remember(CURSOR, paths.at(-1) ?? '');
  room.history.remember(TURNED_AT, String(now));
  // A source that refuses to compare by content is asked for the files themselves: the gate compares.
  const differing = answer.kind === 'compared' ? answer.paths : same;
  return differing.flatMap((path) => {
    const listed = comparison.listed(path);
    return listed === null ? [] : [{ ...listed, isPublished: true }];
  });
}

/** As many paths, from the cursor on, as the time since the last turn has made due; from the beginning again at the end of the tree. */
function dueSlice(options: PassOptions, room: PassRoom, now: number): string[] {
  const files = room.inventory.current().files;
  if (files === 0 || options.rotationMs === 0) return [];
  const turnedAt = Number(room.history.recall(TURNED_AT) ?? '0');
  // Begun now, or begun again by a clock that was set back: otherwise nothing would be compared until the old time is reached once more.
  if (turnedAt === 0 || turnedAt > now) {
    room.history.remember(TURNED_AT, String(now));
    return [];
  }
  // A long sleep makes no more than the whole tree due.
  const share = Math.min(1, (now - turnedAt) / options.rotationMs);
  const count = Math.min(SLICE_CEILING, Math.floor(files * share));
  if (count === 0) return [];
  const paths = room.inventory.pathsAfter(room.history.recall(CURSOR) ?? '', count);
  return paths.length > 0 ? paths : room.inventory.pathsAfter('', count);
}

function looksUnchanged(path: string, comparison: Comparison): boolean {
  return comparison.listed(path)?.linkTo === undefined && comparison.isAsListed(path);
}
