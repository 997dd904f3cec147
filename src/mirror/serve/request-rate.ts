// How often one client may ask.

import { isIPv6 } from 'node:net';
import { SECOND } from '../../host/clock.ts';

export interface RequestRate {
  /** Whether a request is within the limit; `now` is any clock that only goes forward, in milliseconds. */
  allows(address: string, now: number): boolean;
  refused(): number;
}

/** A build asks in bursts: so many seconds' worth may come at once. */
const BURST_SECONDS = 10;
const CLIENTS_CEILING = 100_000;

/** A bucket for each address (for each /64 of IPv6, which one client has whole) that fills with `perSecond`; 0: no limit. */
export function makeRequestRate(perSecond: number): RequestRate {
  if (perSecond === 0) return { allows: () => true, refused: () => 0 };
  const burst = Math.max(1, perSecond * BURST_SECONDS);
  const buckets = new Map<string, { left: number; at: number }>();
  let refused = 0;
  return {
    allows(address, now) {
      const client = clientKey(address);
      const known = buckets.get(client);
      const left = known === undefined ? burst : Math.min(burst, known.left + ((now - known.at) / SECOND) * perSecond);
      if (known === undefined && buckets.size >= CLIENTS_CEILING) forgetFull(buckets, burst, perSecond, now);
      const isAllowed = left >= 1;
      buckets.set(client, { left: isAllowed ? left - 1 : left, at: now });
      if (!isAllowed) refused += 1;
      return isAllowed;
    },
    refused: () => refused,
  };
}

/** A full bucket says nothing that a new one would not. When none is full, all begin anew: memory has an end, and so many clients are an attack anyway. */
function forgetFull(
  buckets: Map<string, { left: number; at: number }>,
  burst: number,
  perSecond: number,
  now: number,
): void {
  for (const [client, { left, at }] of buckets) {
    if (left + ((now - at) / SECOND) * perSecond >= burst) buckets.delete(client);
  }
  if (buckets.size >= CLIENTS_CEILING) buckets.clear();
}

function clientKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  return [...groups, ...new Array<string>(Math.max(0, missing)).fill('0'), ...(tail?.split(':') ?? [])]
    .slice(0, 4)
    .join(':');
}
