// Buffers that files are read into on their way out, used again and again: a new one for each chunk would cost more than the reading.

export interface ChunkPool {
  take(): Buffer;
  /** Nobody may look at it any more. */
  giveBack(buffer: Buffer): void;
}

export const SMALL_CHUNK_BYTES = 64 * 1024;
const LARGE_CHUNK_BYTES = 512 * 1024;
/** What is kept for the next; more may be in use. */
const KEPT_BYTES = 8 * 1024 * 1024;

export const SMALL_CHUNKS = makePool(SMALL_CHUNK_BYTES);
export const LARGE_CHUNKS = makePool(LARGE_CHUNK_BYTES);

function makePool(size: number): ChunkPool {
  const free: Buffer[] = [];
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(size),
    giveBack(buffer) {
      if (free.length * size < KEPT_BYTES) free.push(buffer);
    },
  };
}
