// A log in a bucket: many objects, each whole when it appears, each counted once by its key and ETag. An object counts altogether or not at all.

import { createGunzip } from 'node:zlib';
import { CodedError, systemCode } from '../host/error.ts';
import type { ListedObject, ObjectStore, StoreFault } from '../host/object-store.ts';
import { countLines, type Seen } from './count-lines.ts';
import type { Counter, DayCount } from './counter.ts';
import { counterFor, type Looking, type ReadSum } from './ingest-file.ts';
import type { LogSource } from './log-source.ts';
import { parserOf } from './parse/parser.ts';
import { mergeDownloads } from './tally.ts';
import { mergeTraffic } from './traffic.ts';

/** Logs of object stores come as thousands of little objects: so many are committed together. */
const OBJECTS_A_COMMIT = 200;
const BYTES_A_COMMIT = 64 * 1024 * 1024;
const MOST_OBJECTS = 2_000_000;

/** Counts every object below the prefix that is not counted yet. Throws `stats-log-unreadable`; what was committed before stays. */
export async function ingestBucket(
  log: LogSource,
  store: ObjectStore,
  prefix: string,
  looking: Looking,
  signal: AbortSignal,
): Promise<ReadSum & { readonly files: number }> {
  const sum = { files: 0, bytes: 0, lines: 0, rejected: 0 };
  let batch = emptyBatch();
  const commit = (): void => {
    if (batch.objects.length === 0) return;
    const days = batch.days.map((day) => withKnown(day, looking.store.day(log.name, day.day)));
    const { lines, rejected, firstSecond, objects } = batch;
    const recent = looking.retries.recent();
    looking.store.commit({ log: log.name, days, lines, rejected, firstSecond, recent, read: { objects } }, looking.now);
    sum.files += objects.length;
    sum.lines += lines;
    sum.rejected += rejected;
    batch = emptyBatch();
  };
  for await (const object of objectsBelow(store, prefix, signal)) {
    if (looking.store.knowsObject(log.name, object.key, object.etag, looking.now)) continue;
    const counted = await countObject(
      log,
      store,
      object,
      counterFor(log, looking, () => null),
      signal,
    );
    sum.bytes += object.size;
    batch = withObject(batch, object, counted);
    if (batch.objects.length >= OBJECTS_A_COMMIT || batch.bytes >= BYTES_A_COMMIT) commit();
  }
  commit();
  return sum;
}

interface Batch extends Seen {
  readonly objects: readonly ListedObject[];
  readonly bytes: number;
  readonly days: readonly DayCount[];
}

interface CountedObject {
  readonly seen: Seen;
  readonly days: readonly DayCount[];
}

/** `counter` is fresh, and used for this object alone. Throws `stats-log-unreadable`. */
export async function countObject(
  log: LogSource,
  store: ObjectStore,
  object: ListedObject,
  counter: Counter,
  signal: AbortSignal,
): Promise<CountedObject> {
  const opened = await store.get(object.key, { etag: object.etag }, signal);
  if (opened.kind !== 'opened') throw unreadable(store, object.key, opened);
  const counting = countLines(parserOf(log.kind, log.format), counter);
  const bytes = object.key.endsWith('.gz') ? opened.body.pipe(createGunzip()) : opened.body;
  opened.body.once('error', (error) => bytes.destroy(error));
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) counting.reader.push(chunk);
  } catch (error) {
    // It will never be whole: one reject, and the rest of the log goes on.
    if (systemCode(error)?.startsWith('Z_') === true)
      return { seen: { lines: 1, rejected: 1, firstSecond: null }, days: [] };
    throw unreadable(store, object.key, store.readFault(error, object.key, signal));
  } finally {
    opened.body.destroy();
    bytes.destroy();
  }
  counting.reader.end();
  return { seen: counting.take(), days: counter.take() };
}

export async function* objectsBelow(
  store: ObjectStore,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<ListedObject> {
  let next: string | null = null;
  let seen = 0;
  do {
    const page = await store.list(next === null ? { prefix } : { prefix, next }, signal);
    if (page.kind !== 'page') throw unreadable(store, prefix, page);
    yield* page.objects;
    seen += page.objects.length;
    next = page.next;
  } while (next !== null && seen < MOST_OBJECTS);
}

function emptyBatch(): Batch {
  return { objects: [], bytes: 0, days: [], lines: 0, rejected: 0, firstSecond: null };
}

function withObject(batch: Batch, object: ListedObject, { seen, days }: CountedObject): Batch {
  const firsts = [batch.firstSecond, seen.firstSecond].filter((second) => second !== null);
  return {
    objects: [...batch.objects, object],
    bytes: batch.bytes + object.size,
    days: days.reduce(withDay, batch.days),
    lines: batch.lines + seen.lines,
    rejected: batch.rejected + seen.rejected,
    firstSecond: firsts.length === 0 ? null : Math.min(...firsts),
  };
}

function withDay(days: readonly DayCount[], day: DayCount): DayCount[] {
  const known = days.find((each) => each.day === day.day) ?? null;
  return [...days.filter((each) => each !== known), withKnown(day, known)];
}

export function withKnown(day: DayCount, known: DayCount | null): DayCount {
  if (known === null) return day;
  return {
    day: day.day,
    downloads: mergeDownloads([known.downloads, day.downloads]),
    traffic: mergeTraffic([known.traffic, day.traffic]),
  };
}

function unreadable(store: ObjectStore, key: string, fault: StoreFault): CodedError {
  return new CodedError(
    'stats-log-unreadable',
    `The log ${key} in ${store.name} could not be read: ${fault.sentence}.`,
    {
      path: key,
      remedy:
        'The credentials must allow listing and reading; what was counted stays counted, and the next look goes on.',
    },
  );
}
