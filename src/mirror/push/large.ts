// A large object goes in parts, each proven by its own sum, and is completed only if all of them together are what the inventory says. A kill
// leaves an upload that no listing shows and that somebody pays for: its name is written down before the first part, and the next push aborts it.

import { createHash, hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../host/error.ts';
import type { StoredPart, StoreFault } from '../../host/object-store.ts';
import type { InventoryRow } from '../inventory/row.ts';
import { movedOrDamaged } from './bytes.ts';
import { toldOf } from './object.ts';
import { mayExist, type Step } from './plan.ts';
import { failedBy, ofStanding, type PutOutcome, there, tried } from './put-outcome.ts';
import type { Bench } from './room.ts';
import { whatStands } from './standing.ts';
import { sendsSha256 } from './sums.ts';

const MIB = 1024 * 1024;
/** Up to here in one piece: then the ETag is the MD5 of the bytes, which whoever lists the bucket reads for nothing. */
export const WHOLE_CEILING_BYTES = 64 * MIB;
const PART_BYTES = 8 * MIB;
/** What the S3 API allows. */
const MOST_PARTS = 10_000;
const PARTS_AT_A_TIME = 4;

export async function putInParts(
  step: Pick<Step, 'how' | 'isNew'>,
  row: InventoryRow,
  bench: Bench,
  signal: AbortSignal,
): Promise<PutOutcome> {
  const { room, options, ability } = bench;
  const key = options.prefix + row.path;
  if (mayExist(step)) {
    // Cheaper than to find it out when all is sent; some stores look at the condition of a PUT and not at that of a completion.
    const standing = await whatStands(key, row, { md5: null, etag: null }, room.store, ability, signal);
    if (standing.kind !== 'nothing') return ofStanding(standing, step.isNew, row);
  }
  const file = await opened(join(options.published, row.path));
  if (file === null) return ofLost(row, bench);
  await using _closing = file;
  const begun = await room.store.uploads.begin(key, toldOf(row), sendsSha256(bench), signal);
  if (begun.kind !== 'begun') return failedBy(begun);
  const upload = { key, id: begun.id };
  room.record.beginUpload({ key, upload: begun.id });
  room.onStep('upload-begun');
  const outcome = await sendAndComplete(step, row, upload, file, bench, signal);
  if (outcome.kind !== 'there') await abortUpload(upload, bench, signal);
  else room.record.endUpload({ key, upload: begun.id });
  return outcome;
}

interface UploadName {
  readonly key: string;
  readonly id: string;
}

async function sendAndComplete(
  step: Pick<Step, 'how' | 'isNew'>,
  row: InventoryRow,
  upload: UploadName,
  file: FileHandle,
  bench: Bench,
  signal: AbortSignal,
): Promise<PutOutcome> {
  const sent = await sendParts(row, upload, file, bench, signal);
  if (sent.kind === 'lost') return ofLost(row, bench);
  if (sent.kind !== 'parts') return failedBy(sent);
  const { store } = bench.room;
  const isGuarded = mayExist(step) && bench.ability.conditional === 'honoured';
  const done = await tried(() => store.uploads.complete(upload, sent.parts, isGuarded, signal), bench, signal);
  if (done.kind === 'exists') {
    const known = { md5: null, etag: null };
    return ofStanding(await whatStands(upload.key, row, known, store, bench.ability, signal), step.isNew, row);
  }
  return done.kind === 'put' ? there(done.etag, step.isNew, row, true) : failedBy(done);
}

type Sent =
  | { readonly kind: 'parts'; readonly parts: readonly StoredPart[] }
  /** The bytes here are not those of the row. */
  | { readonly kind: 'lost' }
  | StoreFault;

async function sendParts(
  row: InventoryRow,
  upload: UploadName,
  file: FileHandle,
  bench: Bench,
  signal: AbortSignal,
): Promise<Sent> {
  const partBytes = Math.max(PART_BYTES, Math.ceil(row.size / MOST_PARTS));
  const whole = createHash('sha256');
  const parts: StoredPart[] = [];
  const faults: StoreFault[] = [];
  const underWay = new Set<Promise<void>>();
  const send = async (number: number, bytes: Buffer) => {
    const sums = partSums(bytes, bench);
    const part = await tried(() => bench.room.store.uploads.part(upload, number, bytes, sums, signal), bench, signal);
    if (part.kind === 'part') parts[number - 1] = part;
    else faults.push(part);
    bench.room.onStep('part-put');
  };
  try {
    for (let number = 1, start = 0; start < row.size && faults.length === 0; number += 1, start += partBytes) {
      const bytes = await readPart(file, start, Math.min(partBytes, row.size - start));
      if (bytes === null) return { kind: 'lost' };
      whole.update(bytes);
      const sending: Promise<void> = send(number, bytes).finally(() => underWay.delete(sending));
      underWay.add(sending);
      if (underWay.size >= PARTS_AT_A_TIME) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  } finally {
    // Nothing may be under way when the upload is given up.
    await Promise.allSettled(underWay);
  }
  const [fault] = faults;
  if (fault !== undefined) return fault;
  return whole.digest().equals(row.sha256) ? { kind: 'parts', parts } : { kind: 'lost' };
}

function partSums(bytes: Buffer, bench: Bench): { md5?: Buffer; sha256?: Buffer } {
  return {
    ...(bench.options.checksums === 'sha256' ? {} : { md5: hash('md5', bytes, 'buffer') }),
    ...(sendsSha256(bench) ? { sha256: hash('sha256', bytes, 'buffer') } : {}),
  };
}

/** Null: the file is shorter than it should be. */
async function readPart(file: FileHandle, start: number, length: number): Promise<Buffer | null> {
  const buffer = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(buffer, done, length - done, start + done);
    if (bytesRead === 0) return null;
    done += bytesRead;
  }
  return buffer;
}

async function opened(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function ofLost(row: InventoryRow, bench: Bench): PutOutcome {
  const read = movedOrDamaged(row, bench.room.inventory);
  return read.kind === 'moved' ? read : { kind: 'failed', sentence: read.sentence, fault: null };
}

/** What is not aborted now stays written down for the next push. */
async function abortUpload(upload: UploadName, { room }: Pick<Bench, 'room'>, signal: AbortSignal): Promise<void> {
  const answer = await room.store.uploads.abort(upload, signal);
  if (answer.kind === 'aborted') room.record.endUpload({ key: upload.key, upload: upload.id });
  else
    room.logger.warn(
      { key: upload.key, why: answer.sentence },
      'an upload could not be aborted; the next push tries again',
    );
}

/** Aborts what a kill left behind. */
export async function abortLeftovers(room: Bench['room'], signal: AbortSignal): Promise<void> {
  for (const { key, upload } of room.record.uploads()) await abortUpload({ key, id: upload }, { room }, signal);
}
