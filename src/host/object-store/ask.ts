// How every request waits: under the caller's signal and a deadline of its own, and what comes of it is a value.

import type { Readable } from 'node:stream';
import { SECOND } from '../clock.ts';
import { faultOf, type StoreFault } from './fault.ts';

const ANSWER_MS = 180 * SECOND;
/** Over the whole of a transfer; a slower one is given up. */
const SLOWEST_BYTES_PER_SECOND = 20 * 1024;

/** Sends a request of `sizeBytes`, and says for people what was asked when it fails. */
export type Ask = <T>(
  asked: string,
  sizeBytes: number,
  signal: AbortSignal,
  send: (abortSignal: AbortSignal) => Promise<T>,
) => Promise<T | StoreFault>;

export function makeAsk(place: string): Ask {
  return async (asked, sizeBytes, signal, send) => {
    const deadline = startDeadline(signal);
    deadline.extend(sizeBytes);
    try {
      return await send(deadline.signal);
    } catch (error) {
      return faultOf(error, `${asked} of ${place}`, signal);
    } finally {
      deadline.release();
    }
  };
}

/** For a request whose body comes after its answer: the deadline holds until the body has ended, and grows when its size is known. */
export async function askForBody<T extends { readonly body: Readable; readonly size: number }>(
  asked: string,
  signal: AbortSignal,
  send: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T | StoreFault> {
  const deadline = startDeadline(signal);
  deadline.extend(0);
  try {
    const opened = await send(deadline.signal);
    deadline.extend(opened.size);
    // The client stops listening once the answer is there: from here on the body is ended by us.
    const end = () => opened.body.destroy(new DOMException('The body was given up.', 'AbortError'));
    deadline.signal.addEventListener('abort', end, { once: true });
    opened.body.once('close', () => {
      deadline.signal.removeEventListener('abort', end);
      deadline.release();
    });
    return opened;
  } catch (error) {
    deadline.release();
    return faultOf(error, asked, signal);
  }
}

interface Deadline {
  readonly signal: AbortSignal;
  /** From now on, for so many bytes. */
  extend(sizeBytes: number): void;
  release(): void;
}

function startDeadline(signal: AbortSignal): Deadline {
  const own = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const release = () => clearTimeout(timer);
  const extend = (sizeBytes: number) => {
    release();
    timer = setTimeout(() => own.abort(), ANSWER_MS + (sizeBytes / SLOWEST_BYTES_PER_SECOND) * SECOND);
  };
  return { signal: AbortSignal.any([signal, own.signal]), extend, release };
}
