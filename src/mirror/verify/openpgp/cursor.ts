/**
 * Reads big-endian fields one after the other. Reading beyond the end gives zeros and empty bytes and is remembered in `isOverrun`, which the caller
 * asks once at the end: what a stranger wrote is malformed as a value, never as an exception.
 */
export class Cursor {
  readonly bytes: Buffer;
  #at = 0;
  #isOverrun = false;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get isOverrun(): boolean {
    return this.#isOverrun;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.bytes.length - this.#at;
  }

  get at(): number {
    return this.#at;
  }

  uint8(): number {
    return this.take(1)[0] ?? 0;
  }

  uint16(): number {
    const bytes = this.take(2);
    return bytes.length === 2 ? bytes.readUInt16BE() : 0;
  }

  uint32(): number {
    const bytes = this.take(4);
    return bytes.length === 4 ? bytes.readUInt32BE() : 0;
  }

  /** Empty when there are not so many left. */
  take(length: number): Buffer {
    if (length > this.left) {
      this.#isOverrun = true;
      this.#at = this.bytes.length;
      return Buffer.alloc(0);
    }
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }

  rest(): Buffer {
    return this.take(this.left);
  }

  /** A multiprecision integer (RFC 9580, 3.2) without leading zero bytes, whatever its bit count claims within those bytes. */
  integer(): Buffer {
    const bytes = this.take((this.uint16() + 7) >> 3);
    let first = 0;
    while (first < bytes.length && bytes[first] === 0) first += 1;
    return bytes.subarray(first);
  }
}
