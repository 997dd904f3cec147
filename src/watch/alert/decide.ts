// When a channel is told of a change: at once, later, or not at all. Pure.

import { MINUTE } from '../../host/clock.ts';
import type { EventKind } from '../incident/incident.ts';

/** What a channel was told last of an incident. */
export interface Told {
  readonly at: number;
  /** It was told that it is over. */
  readonly isOver: boolean;
}

export type Decision =
  | { readonly kind: 'now' }
  | { readonly kind: 'later'; readonly dueAt: number }
  /** It is known there already, or it came and went before anybody was told. */
  | { readonly kind: 'never' };

/** Single messages in so much time; what comes beyond them is gathered into one. */
export const BURST = 5;
export const BURST_MS = 10 * MINUTE;

export function decide(
  event: EventKind,
  told: Told | null,
  /** When the channel was told anything, within the last `BURST_MS`, the oldest first. */
  lately: readonly number[],
  coolDownMs: number,
  now: number,
): Decision {
  if (event === 'acknowledged') return { kind: 'never' };
  const knowsTrouble = told !== null && !told.isOver;
  if (event === 'resolved' ? !knowsTrouble : knowsTrouble && event !== 'grew') return { kind: 'never' };
  const cooled = told === null || event === 'resolved' ? now : told.at + coolDownMs;
  const [oldest] = lately;
  const calm = lately.length < BURST || oldest === undefined ? now : oldest + BURST_MS;
  const dueAt = Math.max(cooled, calm);
  return dueAt <= now ? { kind: 'now' } : { kind: 'later', dueAt };
}
