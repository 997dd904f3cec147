// A day counted again from what is left of its logs: after a rule was mended, or when somebody doubts. The new count replaces the old one. Only what
// was counted before is read, so that the next look still finds everything that is new.

import { randomBytes } from 'node:crypto';
import { DAY } from '../host/clock.ts';
import type { StateDatabase } from '../state/open.ts';
import { countLines } from './count-lines.ts';
import { type CountStore, openCounts } from './count-store.ts';
import type { Counter, DayCount } from './counter.ts';
import { beginOf } from './day.ts';
import { countObject, objectsBelow, withKnown } from './ingest-bucket.ts';
import { counterFor } from './ingest-file.ts';
import { findLogFiles, readFrom, readHead, recognise } from './log-file.ts';
import type { LogSource } from './log-source.ts';
import { parserOf } from './parse/parser.ts';
import { retryMemory } from './retry.ts';
import { totalOf } from './tally.ts';
import { acceptShrinking } from './whole.ts';

/** Downloads of one log on that day, before and now. */
export interface Recount {
  readonly log: string;
  readonly before: number;
  readonly after: number;
  readonly isReplaced: boolean;
}

/** Servers that put logs into buckets do so within this time. */
const LATEST_OBJECT_MS = 3 * DAY;

/**
 * Counts `day` again, log by log. A count that came out lower than before replaces it only with `acceptLess`: mostly a part of the log is gone.
 * Whoever calls it holds the lock. Throws `stats-log-unreadable`; the logs before are replaced then, the others are not.
 */
export async function recountDay(
  logs: readonly LogSource[],
  day: number,
  acceptLess: boolean,
  { database, now }: { readonly database: StateDatabase; readonly now: number },
  signal: AbortSignal,
): Promise<Recount[]> {
  const store = openCounts(database);
  const recounts: Recount[] = [];
  for (const log of logs) {
    const known = store.day(log.name, day);
    const retries = retryMemory(randomBytes(32), []);
    const again = { log, store, day, counter: () => counterFor(log, { now, retries }, () => null, day) };
    const found = await countAgain(again, signal);
    const [before, after] = [known, found].map((count) => (count === null ? 0 : totalOf(count.downloads))) as [
      number,
      number,
    ];
    const isReplaced = found !== null && (after >= before || acceptLess);
    if (isReplaced) store.replaceDay(log.name, found);
    if (isReplaced && after < before) acceptShrinking(database, ['own', 'all'], before - after);
    recounts.push({ log: log.name, before, after, isReplaced });
  }
  return recounts;
}

interface Again {
  readonly log: LogSource;
  readonly store: CountStore;
  readonly day: number;
  readonly counter: () => Counter;
}

/** Null when nothing of that day is there any more. */
async function countAgain(again: Again, signal: AbortSignal): Promise<DayCount | null> {
  let sum: DayCount | null = null;
  for await (const count of countsAgain(again, signal)) sum = withKnown(count, sum);
  return sum;
}

async function* countsAgain({ log, store, day, counter }: Again, signal: AbortSignal): AsyncGenerator<DayCount> {
  const { place } = log;
  if (place.kind === 'files') {
    const counted = new Set<number | null>();
    for (const file of findLogFiles(place.path)) {
      const content = recognise(await readHead(file, signal), store.contents(log.name));
      if (content === null || counted.has(content.id)) continue;
      counted.add(content.id);
      yield* await countBytes(log, upTo(content.offset, readFrom(file, 0, signal)), counter());
    }
    return;
  }
  using bucket = await place.open();
  for await (const object of objectsBelow(bucket, place.prefix, signal)) {
    const begin = beginOf(day);
    if (object.modifiedAt < begin || object.modifiedAt > begin + LATEST_OBJECT_MS) continue;
    if (!store.knowsObject(log.name, object.key, object.etag, begin)) continue;
    yield* (await countObject(log, bucket, object, counter(), signal)).days;
  }
}

async function countBytes(log: LogSource, bytes: AsyncIterable<Buffer>, counter: Counter): Promise<DayCount[]> {
  const { reader } = countLines(parserOf(log.kind, log.format), counter);
  for await (const chunk of bytes) reader.push(chunk);
  reader.end();
  return counter.take();
}

async function* upTo(length: number, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = length;
  for await (const chunk of bytes) {
    yield chunk.subarray(0, left);
    left -= Math.min(left, chunk.length);
    if (left === 0) return;
  }
}
