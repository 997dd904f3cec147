// Once around all paths, without replacement, a part at each visit.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reference } from './reference.ts';

export interface Rotation {
  /** What was asked for last; empty at the beginning. */
  path: string;
  /** Epoch milliseconds. */
  beganAt: number;
  /** How often it came round. */
  turns: number;
  /** It came round since somebody looked. */
  hasTurned: boolean;
  /** Paths that it came past in this turn. */
  passed: number;
  /** When the last whole turn ended, and how long it took; null before the first. */
  endedAt: number | null;
  tookMs: number | null;
}

export function newRotation(now: number): Rotation {
  return { path: '', beganAt: now, turns: 0, hasTurned: false, passed: 0, endedAt: null, tookMs: null };
}

const BATCH = 500;

/** Goes on where the last visit stopped, at most once around. With a prefix it goes once through what is below, and moves nothing. */
export async function* rotate(rotation: Rotation, reference: Reference, prefix: string): AsyncGenerator<string> {
  if (prefix !== '') {
    yield* below(prefix, reference);
    return;
  }
  yield* turn(rotation, reference.pathsAfter, () => {
    rotation.turns += 1;
    rotation.hasTurned = true;
    rotation.passed = 0;
  });
}

/** The same for any order of paths. What is yielded counts as passed when the next is asked for. */
export async function* turn(
  place: { path: string; passed?: number },
  after: (path: string, count: number) => string[],
  onEnd: () => void = () => undefined,
): AsyncGenerator<string> {
  const begin = place.path;
  let isSecondHalf = begin === '';
  for (;;) {
    const paths = after(place.path, BATCH);
    for (const path of paths) {
      if (isSecondHalf && begin !== '' && path > begin) return;
      yield path;
      place.path = path;
      if (place.passed !== undefined) place.passed += 1;
    }
    // Of a tree that is filtered down to a little, millions of paths may go by without one that is asked for.
    await nextTurn();
    if (paths.length === BATCH) continue;
    place.path = '';
    onEnd();
    if (isSecondHalf) return;
    isSecondHalf = true;
  }
}

async function* below(prefix: string, reference: Reference): AsyncGenerator<string> {
  for (let from = before(prefix); ; ) {
    const paths = reference.pathsAfter(from, BATCH);
    for (const path of paths) {
      if (!path.startsWith(prefix)) return;
      yield path;
    }
    if (paths.length < BATCH) return;
    from = paths.at(-1) ?? from;
  }
}

/** A text that sorts before everything that begins with `prefix`, and after all that sorts before that, near enough. */
function before(prefix: string): string {
  const last = prefix.charCodeAt(prefix.length - 1);
  return `${prefix.slice(0, -1)}${String.fromCharCode(Math.max(0, last - 1))}\u{10ffff}`;
}
