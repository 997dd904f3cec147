// What an answer of a CDN's API means, as far as all of them agree.

import type { HttpOutcome } from '../../../host/http.ts';
import type { Purged } from './contract.ts';

const WORDS_CEILING = 200;

/** `words`: what the API says of itself, of a body in its own form; null when it says nothing. */
export function purgedBy(outcome: HttpOutcome, now: number, words: (body: string) => string | null): Purged {
  if (outcome.kind === 'failure') {
    const wait = outcome.retryAt === null ? {} : { retryAfterMs: Math.max(0, outcome.retryAt - now) };
    return { kind: 'later', reason: outcome.sentence, ...wait };
  }
  const { status, headers } = outcome;
  if (status >= 200 && status < 300) return { kind: 'purged' };
  const said = words(outcome.body.bytes.toString('utf8'));
  const reason = `the CDN answered ${status}${said === null ? '' : `: ${printable(said)}`}`;
  if (status === 429 || status >= 500) return { kind: 'later', reason, ...waitOf(headers, now) };
  // Credentials and rights are put right by people, and then it is still wanted.
  if (status === 401 || status === 403 || status === 408) return { kind: 'later', reason };
  return { kind: 'refused', reason };
}

/** `Retry-After` in seconds, or the second at which Fastly's hour begins anew. */
function waitOf(headers: Readonly<Record<string, string>>, now: number): { retryAfterMs?: number } {
  const seconds = Number(headers['retry-after']);
  if (Number.isFinite(seconds) && seconds > 0) return { retryAfterMs: seconds * 1000 };
  const reset = Number(headers['fastly-ratelimit-reset']) * 1000;
  return Number.isFinite(reset) && reset > now ? { retryAfterMs: reset - now } : {};
}

export function jsonWords(pick: (value: Record<string, unknown>) => unknown): (body: string) => string | null {
  return (body) => {
    try {
      const value: unknown = JSON.parse(body);
      const said = typeof value === 'object' && value !== null ? pick(value as Record<string, unknown>) : null;
      return typeof said === 'string' && said !== '' ? said : null;
    } catch {
      // A page of something in between: its status says enough.
      return null;
    }
  };
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, WORDS_CEILING);
}
