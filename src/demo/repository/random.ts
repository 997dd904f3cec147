// The same seed gives the same world. Not for anything that must be hard to guess.

import { createHash } from 'node:crypto';

export interface Random {
  /** From 0 up to, and without, `limit`. */
  below(limit: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  bytes(count: number): Buffer;
}

/** Every name has its own sequence, so that what is made for one file does not depend on what was made before it. */
export function seededRandom(name: string): Random {
  let state = createHash('sha256').update(name).digest().readUInt32LE(0);
  let chunks = 0;
  // mulberry32: 32 bits of state, good enough for the shape of a made-up repository.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    pick: (list) => list[below(list.length)] ?? list[0],
    bytes: (count) => {
      chunks += 1;
      return createHash('shake256', { outputLength: count }).update(`${name}#${chunks}`).digest();
    },
  };
}
