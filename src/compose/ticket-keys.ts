// The keys of TLS session tickets, which all serve processes share, so that each resumes what another began. They live in memory alone and are
// made anew a few times a day: a key that leaks later opens little.

import { randomBytes } from 'node:crypto';
import { HOUR } from '../host/clock.ts';
import type { Forked } from '../host/fork.ts';

const ROTATE_EVERY_MS = 6 * HOUR;
/** As OpenSSL wants them: name, HMAC key, AES key. */
const KEY_BYTES = 48;

interface KeyNews {
  readonly ticketKeys: string;
}

export function shareTicketKeys(crew: ReadonlySet<Forked>): { tell(member: Forked): void; stop(): void } {
  let news: KeyNews = make();
  const tell = (member: Forked) => member.talk.tell(news);
  const timer = setInterval(() => {
    news = make();
    for (const member of crew) tell(member);
  }, ROTATE_EVERY_MS);
  timer.unref();
  return { tell, stop: () => clearInterval(timer) };
}

export function readTicketKeys(news: unknown): Buffer {
  return Buffer.from((news as KeyNews).ticketKeys, 'base64');
}

function make(): KeyNews {
  return { ticketKeys: randomBytes(KEY_BYTES).toString('base64') };
}
