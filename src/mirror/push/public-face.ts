// What those who read the target get for what it does not have: one request for one key that nobody has. 403 in place of 404, as from a bucket
// that they may not list, fails builds.

import { randomUUID } from 'node:crypto';
import { PROBE_KEY } from './probe.ts';

/** Asks where clients ask, without any key; null: no answer. */
export type AskStatus = (path: string, signal: AbortSignal) => Promise<number | null>;

/** The status of what is absent, or null where what is there cannot be read either, so that nothing can be told from here. */
export async function statusOfAbsent(ask: AskStatus, signal: AbortSignal): Promise<number | null> {
  if ((await ask(PROBE_KEY, signal)) !== 200) return null;
  return await ask(`.meta/assay/absent-${randomUUID()}`, signal);
}

/** Null: as it should be, or unknown. */
export function wrongAbsence(status: number | null): string | null {
  if (status === null || status === 404) return null;
  if (status === 403) return 'what is absent is answered 403 in place of 404, which fails builds';
  return `what is absent is answered ${status} in place of 404`;
}

export const ABSENCE_REMEDY =
  'Let those who read it list the bucket too (s3:ListBucket), or let the CDN make a 404 of it: README shows how.';
