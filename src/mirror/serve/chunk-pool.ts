// Buffers that files are read into on their way out, used again and again: a new one for each chunk would cost more than the reading.

/** A buffer that is in use until it is released, once. */
export interface Chunk {
  readonly buffer: Buffer;
  /** `reuse`: nobody looks at it any more. What somebody may still look at is left to the garbage collector. */
  release(reuse: boolean): void;
}

const SMALL_BYTES = 64 * 1024;
const LARGE_BYTES = 512 * 1024;
/** Readers who stand still hold what is on its way to them: together no more of the large ones than these 64 MiB. */
const LARGE_IN_USE = 128;
/** What is kept for the next. */
const KEPT_BYTES = 8 * 1024 * 1024;

const small = makePool(SMALL_BYTES);
const large = makePool(LARGE_BYTES);

/** A small one, or a large one for those who take it at once, as long as there are any. */
export function takeChunk(isLarge: boolean): Chunk {
  return isLarge && large.inUse() < LARGE_IN_USE ? large.take() : small.take();
}

function makePool(size: number): { take(): Chunk; inUse(): number } {
  const free: Buffer[] = [];
  let inUse = 0;
  return {
    inUse: () => inUse,
    take() {
      const buffer = free.pop() ?? Buffer.allocUnsafeSlow(size);
      inUse += 1;
      let isReleased = false;
      const release = (reuse: boolean) => {
        if (isReleased) return;
        isReleased = true;
        inUse -= 1;
        if (reuse && free.length * size < KEPT_BYTES) free.push(buffer);
      };
      return { buffer, release };
    },
  };
}
