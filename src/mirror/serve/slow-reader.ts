// Who takes an answer too slowly: slow loris by reading. What the kernel has taken costs nobody but the kernel; what still waits here holds a
// connection, memory and perhaps a file. All connections are looked at now and then, so that no answer pays for a timer of its own.

import type { Socket } from 'node:net';
import { SECOND } from '../../host/clock.ts';

/** What a reader may take his time for. */
export interface ReaderPace {
  /** For anything at all. */
  readonly patienceMs: number;
  /** Besides, a second for so many bytes that wait. */
  readonly bytesPerSecond: number;
}

export const READER_PACE: ReaderPace = { patienceMs: 30 * SECOND, bytesPerSecond: 512 };

export interface Reader {
  /** `nowMs` of a clock that never goes back. */
  isTooSlow(nowMs: number, pace: ReaderPace): boolean;
}

/** A look: bytes that wait, bytes that were ever handed over. As long as neither changes, no write has come to its end. */
export function makeReader(socket: Pick<Socket, 'writableLength' | 'bytesWritten'>): Reader {
  let waiting = { bytes: 0, handed: 0, sinceMs: 0 };
  return {
    isTooSlow(nowMs, { patienceMs, bytesPerSecond }) {
      const bytes = socket.writableLength;
      if (bytes === 0) {
        waiting = { bytes, handed: 0, sinceMs: nowMs };
        return false;
      }
      const handed = socket.bytesWritten;
      if (bytes !== waiting.bytes || handed !== waiting.handed) waiting = { bytes, handed, sinceMs: nowMs };
      return nowMs - waiting.sinceMs > patienceMs + (bytes / bytesPerSecond) * SECOND;
    },
  };
}
