// A build that fails asks again, and again. For the second tally the same file asked for by the same client within ten minutes is one download and
// retries. Clients are told apart by a hash under the key of the day; the key is thrown away with the day, and with it all that could be tried out
// against the hashes. Behind truncated addresses several people may look like one: an estimate, and called so.

import { createHash } from 'node:crypto';
import { ownCopy } from './agent.ts';

export const RETRY_SECONDS = 600;

/** Client and file as one number, and when it was last asked for: what is remembered between two lookings at a log. */
export type Recent = readonly [seen: number, second: number];

export interface RetryMemory {
  /** Whether this is one; it is remembered either way. `file` is 32 bits that stand for the path. */
  isRetry(client: string, agent: string, file: number, second: number): boolean;
  /** What a later line could be a retry of, newest last. */
  recent(): Recent[];
}

const MOST_CLIENTS = 100_000;
const MOST_RECENT = 100_000;

/** `key` is chance, the same for a day. */
export function retryMemory(key: Uint8Array, remembered: readonly Recent[]): RetryMemory {
  const hashes = new Map<string, number>();
  let older = new Map<number, number>();
  let newer = new Map(remembered);
  let turnAt = 0;
  const hashOf = (text: string): number => {
    const found = hashes.get(text);
    if (found !== undefined) return found;
    if (hashes.size >= MOST_CLIENTS) hashes.clear();
    const hash = createHash('sha256').update(key).update(text, 'latin1').digest().readUInt32LE();
    hashes.set(ownCopy(text), hash);
    return hash;
  };
  return {
    isRetry(client, agent, file, second) {
      if (second >= turnAt || newer.size >= MOST_RECENT) {
        older = second >= turnAt + RETRY_SECONDS ? new Map() : newer;
        newer = turnAt === 0 ? newer : new Map();
        turnAt = second + RETRY_SECONDS;
      }
      const seen = ((hashOf(client) ^ hashOf(agent)) >>> 0) * 0x20_0000 + (file >>> 11);
      const last = newer.get(seen) ?? older.get(seen);
      newer.set(seen, second);
      return last !== undefined && Math.abs(second - last) <= RETRY_SECONDS;
    },
    recent() {
      const all = new Map([...older, ...newer]);
      const newest = Math.max(0, ...newer.values());
      return [...all].filter(([, second]) => second > newest - RETRY_SECONDS).slice(-MOST_RECENT);
    },
  };
}

/** 32 bits that stand for a path (FNV-1a); no secret. */
export function pathHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
