import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The time of every planted file. */
export const PLANTED_AT = Date.UTC(2024, 1, 29, 12, 34, 56);

/** A file with its folders; its content is its path unless something else is given. */
export function plant(root: string, path: string, content: string | Uint8Array = path): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  utimesSync(join(root, path), PLANTED_AT / 1000, PLANTED_AT / 1000);
}

/** The same bytes each time, no part of which is like another. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let at = 0; at + 4 <= length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}
