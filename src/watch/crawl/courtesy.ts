// How a mirror is asked: within its budget, and more slowly when it says so.

import { type Clock, MINUTE, SECOND } from '../../host/clock.ts';
import type { HttpClient } from '../../host/http.ts';
import type { Purse } from './budget.ts';
import { type Probe, type ProbeRequest, probe, type Reach } from './probe.ts';

export interface Courteous {
  ask(request: ProbeRequest, signal: AbortSignal): Promise<Probe>;
  /** The same below another URL of the mirror's host. */
  askAt(url: string, request: ProbeRequest, signal: AbortSignal): Promise<Probe>;
  /** It asked for so much quiet that the visit had better end. */
  isUnwelcome(): boolean;
}

/** A longer wish for quiet ends the visit: the next round comes anyway. */
const LONGEST_WAIT_MS = 1 * MINUTE;
const MOST_WAITS = 5;
const FIRST_PACE_MS = SECOND / 4;
const SLOWEST_PACE_MS = 5 * SECOND;

export function courteous(
  reach: Reach,
  purse: Purse,
  host: { readonly http: HttpClient; readonly clock: Clock; readonly vantage: string },
): Courteous {
  const { http, clock, vantage } = host;
  let pace = 0;
  let waits = 0;
  let isUnwelcome = false;
  const askAt = async (url: string, request: ProbeRequest, signal: AbortSignal): Promise<Probe> => {
    for (;;) {
      if (pace > 0) await clock.sleep(pace, signal);
      const asked = await probe({ ...reach, url }, request, http, vantage, signal);
      purse.pay(asked.requests, asked.bytes);
      const wait = waitAfter(asked, clock.now(), http.heldUntil(reach.url));
      if (wait === null || isUnwelcome) return asked;
      waits += 1;
      pace = Math.min(Math.max(FIRST_PACE_MS, pace * 2), SLOWEST_PACE_MS);
      isUnwelcome = wait > LONGEST_WAIT_MS || waits > MOST_WAITS;
      if (isUnwelcome) return asked;
      await clock.sleep(wait, signal);
    }
  };
  const ask = (request: ProbeRequest, signal: AbortSignal) => askAt(reach.url, request, signal);
  return { ask, askAt, isUnwelcome: () => isUnwelcome };
}

/** How long the mirror wants to be left alone, or null: it does not. One that does not answer is left alone too, and is no case for waiting. */
function waitAfter({ observation }: Probe, now: number, heldUntil: number | null): number | null {
  const isAsked = observation.kind === 'answered' && (observation.status === 429 || observation.status === 503);
  const isHeld = observation.kind === 'unanswered' && observation.stage === 'held' && observation.detail === 'asked';
  if (!(isAsked || isHeld) || heldUntil === null) return null;
  return Math.max(0, heldUntil - now);
}
