import type { Circumstances } from './look.ts';

/** How long a mirror could have known of something that happened at `at`: an outage of the origin counts for nobody. */
export function ageOf(at: number, { asOf, upSince }: Circumstances): number {
  return Math.max(0, asOf - Math.max(at, Math.min(upSince, asOf)));
}

export function isWithinLag(ageMs: number, { lagMs }: Circumstances): boolean {
  return ageMs <= lagMs;
}

/** A mirror in the middle of its update may take as long again. One that says so for ever gains no more than that. */
export function isExcused(ageMs: number, { lagMs, isUpdating }: Circumstances): boolean {
  return ageMs <= (isUpdating ? 2 * lagMs : lagMs);
}

/** `90 seconds`, `40 minutes`, `7 hours`, `3 days`: for sentences. */
export function ageWords(ageMs: number): string {
  const seconds = Math.round(ageMs / 1000);
  if (seconds < 100) return `${seconds} second${seconds === 1 ? '' : 's'}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
