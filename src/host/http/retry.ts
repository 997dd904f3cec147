// A request that may be made twice is, within the retry budget of its host.

import { SECOND } from '../clock.ts';
import type { Asking } from './ask-once.ts';
import type { HttpOutcome, HttpRequest } from './contract.ts';
import { follow } from './follow.ts';
import { retryAfterMs } from './redirect.ts';

const KEEP_CEILING = 64 * 1024 * 1024;
const FIRST_PAUSE_MS = 1 * SECOND;
const LONGEST_PAUSE_MS = 30 * SECOND;
const WORTH_A_RETRY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export async function askAgain(request: HttpRequest, asking: Asking, signal: AbortSignal): Promise<HttpOutcome> {
  if (request.keep === true && request.ceilingBytes > KEEP_CEILING)
    throw new RangeError(`a body of ${request.ceilingBytes} bytes is not kept in memory`);
  const { clock, chance } = asking.options;
  let poured = false;
  const { sink } = request;
  const watched: HttpRequest =
    sink === undefined
      ? request
      : {
          ...request,
          sink: (chunk) => {
            poured = true;
            return sink(chunk);
          },
        };
  for (let done = 0; ; done += 1) {
    const outcome = await follow(watched, asking, signal);
    const wait = pauseAfter(outcome, done, chance());
    // What a sink has taken cannot be taken back.
    if (done >= (request.retries ?? 0) || poured || wait === null) return outcome;
    if (!asking.remoteOf(new URL(outcome.finalUrl)).takeRetry()) return outcome;
    await clock.sleep(wait, signal);
  }
}

/** How long to wait before it is asked again, or null when that would not help. */
function pauseAfter(outcome: HttpOutcome, done: number, chance: number): number | null {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** done, LONGEST_PAUSE_MS) * (0.5 + chance / 2);
  if (outcome.kind === 'failure') {
    if (outcome.stage === 'held')
      return outcome.retryAt === null ? pause : within(outcome.retryAt - outcome.endedAt, pause);
    return ['dns', 'connect', 'timeout', 'http'].includes(outcome.stage) ? pause : null;
  }
  if (!WORTH_A_RETRY.has(outcome.status)) return outcome.body.end === 'cut' ? pause : null;
  return within(retryAfterMs(outcome.headers['retry-after'], outcome.endedAt) ?? 0, pause);
}

function within(asked: number, pause: number): number | null {
  return asked > LONGEST_PAUSE_MS ? null : Math.max(asked, pause);
}
