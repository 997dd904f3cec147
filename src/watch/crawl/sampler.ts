// A random path of a tree that is too large to be held: every so many paths a fence is kept, and the rest is counted off.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reference } from './reference.ts';

export interface Sampler {
  /** Each path with the same likelihood; null of an empty tree. */
  draw(chance: () => number): string | null;
}

const FENCES = 2048;

/** Goes through all paths once, a few thousand at a time. A tree that changes afterwards makes the likelihoods a little unequal, nothing else. */
export async function openSampler(reference: Pick<Reference, 'current' | 'pathAt'>): Promise<Sampler> {
  const { files } = reference.current();
  const distance = Math.max(1, Math.ceil(files / FENCES));
  const fences: string[] = [];
  for (let at: string | null = ''; at !== null && fences.length <= FENCES; at = reference.pathAt(at, distance)) {
    fences.push(at);
    await nextTurn();
  }
  return {
    draw(chance) {
      const fence = fences[Math.floor(chance() * fences.length)];
      if (fence === undefined || files === 0) return null;
      // The last part is shorter than the others: what lies beyond its end is drawn again, from anywhere.
      for (let tries = 0; tries < 8; tries += 1) {
        const from = tries === 0 ? fence : (fences[Math.floor(chance() * fences.length)] ?? '');
        const path = reference.pathAt(from, 1 + Math.floor(chance() * distance));
        if (path !== null) return path;
      }
      return reference.pathAt('', 1);
    },
  };
}
