// A day is its midnight in UTC, counted in days since 1970; people and files name it `2026-11-21` or `20261121`.

import { DAY } from '../host/clock.ts';

export const DAY_SECONDS = DAY / 1000;

export function dayOf(milliseconds: number): number {
  return Math.floor(milliseconds / DAY);
}

export function beginOf(day: number): number {
  return day * DAY;
}

/** `2026-11-21` */
export function dayName(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** Reads `2026-11-21` and `20261121`; null for anything else, the 31st of June too. */
export function parseDay(text: string): number | null {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text);
  if (match === null) return null;
  const name = match.slice(1).join('-');
  const at = Date.parse(`${name}T00:00:00.000Z`);
  return Number.isNaN(at) || dayName(dayOf(at)) !== name ? null : dayOf(at);
}
