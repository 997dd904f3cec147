// From logs to counts: find what each log has that is not counted yet, count it, and move on together with the counts.

import { randomBytes } from 'node:crypto';
import type { Clock } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import type { StateDatabase } from '../state/open.ts';
import { openCounts } from './count-store.ts';
import { dayOf } from './day.ts';
import { ingestBucket } from './ingest-bucket.ts';
import type { Looking } from './ingest-file.ts';
import { ingestFile, type ReadSum } from './ingest-file.ts';
import { findLogFiles } from './log-file.ts';
import type { LogSource } from './log-source.ts';
import { retryMemory } from './retry.ts';

export { doubtsOf } from './anomaly.ts';
export type { DayCount } from './counter.ts';
export type { LogSource } from './log-source.ts';
export { type Recount, recountDay } from './recount.ts';
export { putReportedDay, totalOfDay, totalsBefore } from './reported-day.ts';
export { statsSchema } from './schema.ts';
export { refreshWholes } from './whole.ts';

/** What became of one log; `error` when it could not be read to its end. Everything before that is counted all the same. */
export interface LogOutcome extends ReadSum {
  readonly log: string;
  readonly files: number;
  readonly error: CodedError | null;
}

export interface IngestRoom {
  readonly database: StateDatabase;
  readonly clock: Pick<Clock, 'now'>;
}

const KEY_BYTES = 32;

/**
 * Counts everything new in the logs. Only one process at a time may: whoever calls it holds the lock. Rejects when `signal` is aborted; what was
 * committed stays, and the next call goes on from there.
 */
export async function ingest(logs: readonly LogSource[], room: IngestRoom, signal: AbortSignal): Promise<LogOutcome[]> {
  const now = room.clock.now();
  const store = openCounts(room.database);
  const key = store.dailyKey(dayOf(now), () => randomBytes(KEY_BYTES));
  const outcomes: LogOutcome[] = [];
  for (const log of logs) {
    const looking = { store, now, retries: retryMemory(key, store.recent(log.name)) };
    outcomes.push(await ingestLog(log, looking, signal));
  }
  return outcomes;
}

async function ingestLog(log: LogSource, looking: Looking, signal: AbortSignal): Promise<LogOutcome> {
  const sum = { files: 0, bytes: 0, lines: 0, rejected: 0 };
  let error: CodedError | null = null;
  for await (const read of readings(log, looking, signal)) {
    if (read instanceof CodedError) error ??= read;
    else {
      sum.files += read.files;
      sum.bytes += read.bytes;
      sum.lines += read.lines;
      sum.rejected += read.rejected;
    }
  }
  if (error === null && (sum.files > 0 || log.place.kind === 'bucket')) looking.store.endLook(log.name, looking.now);
  return { log: log.name, ...sum, error };
}

type Reading = (ReadSum & { readonly files: number }) | CodedError;

/** What cannot be read (an archive that is being packed just now, say) does not keep the rest from being counted. */
async function* readings(log: LogSource, looking: Looking, signal: AbortSignal): AsyncGenerator<Reading> {
  const { place } = log;
  if (place.kind === 'bucket') {
    using store = await place.open();
    yield await orError(() => ingestBucket(log, store, place.prefix, looking, signal));
    return;
  }
  const files = await orError(() => findLogFiles(place.path));
  if (files instanceof CodedError) {
    yield files;
    return;
  }
  for (const file of files) {
    const read = await orError(() => ingestFile(log, file, looking, signal));
    yield read instanceof CodedError ? read : { files: 1, ...read };
  }
}

async function orError<T>(work: () => Promise<T> | T): Promise<T | CodedError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}
