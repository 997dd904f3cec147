import { hash } from 'node:crypto';

/** Numbers of at least 0 and below 1, the same again from the same seed: a round can be told again, and nobody without the seed knows its next path. */
export function chanceOf(seed: string): () => number {
  let block = Buffer.alloc(0);
  let count = 0;
  return () => {
    if (block.length < 6) {
      block = hash('sha256', `${seed}/${count}`, 'buffer');
      count += 1;
    }
    const number = block.readUIntBE(0, 6);
    block = block.subarray(6);
    return number / 2 ** 48;
  };
}
