// What a round may still cost one mirror. Pure: what was used stands in the room's table.

import { DAY } from '../../host/clock.ts';

export interface Budget {
  readonly connections: number;
  readonly requestsPerDay: number;
  readonly bytesPerDay: number;
}

export interface Spent {
  readonly requests: number;
  readonly bytes: number;
}

/**
 * The part of a day's budget for one round: what is left of it, shared with the rounds that are still to come today. A round that somebody asks
 * for (`roundsPerDay` 1) may take all that is left.
 */
export function allowanceOf(budget: Budget, spentToday: Spent, roundsPerDay: number, now: number): Spent {
  const left = (DAY - (now % DAY)) / DAY;
  const rounds = Math.max(1, Math.ceil(roundsPerDay * left));
  return {
    requests: Math.floor(Math.max(0, budget.requestsPerDay - spentToday.requests) / rounds),
    bytes: Math.floor(Math.max(0, budget.bytesPerDay - spentToday.bytes) / rounds),
  };
}

/** A purse from which everything that is asked of a mirror is paid. The last thing may cost more than is left: no file is too large for ever. */
export interface Purse {
  readonly allowance: Spent;
  hasRequests(): boolean;
  hasBytes(): boolean;
  pay(requests: number, bytes: number): void;
  spent(): Spent;
}

export function openPurse(allowance: Spent): Purse {
  let requests = 0;
  let bytes = 0;
  return {
    allowance,
    hasRequests: () => requests < allowance.requests,
    hasBytes: () => bytes < allowance.bytes,
    pay: (moreRequests, moreBytes) => {
      requests += moreRequests;
      bytes += moreBytes;
    },
    spent: () => ({ requests, bytes }),
  };
}

/** `2026-11-21`, UTC: budgets are of days. */
export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}
