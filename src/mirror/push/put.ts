// One object: read, proven, put, and what came of it.

import { md5OfEtag, type PutRequest } from '../../host/object-store.ts';
import type { InventoryRow } from '../inventory/row.ts';
import { readBytes } from './bytes.ts';
import { putInParts, WHOLE_CEILING_BYTES } from './large.ts';
import { toldOf } from './object.ts';
import { mayExist, type Step } from './plan.ts';
import { failedBy, ofStanding, type PutOutcome, there, tried } from './put-outcome.ts';
import type { Bench } from './room.ts';
import { whatStands } from './standing.ts';
import { sumsFor } from './sums.ts';

export async function putObject(
  step: Pick<Step, 'how' | 'isNew'>,
  row: InventoryRow,
  bench: Bench,
  signal: AbortSignal,
): Promise<PutOutcome> {
  const known = bench.room.record.object(row.path);
  if (step.how === 'conflict' && known !== null) {
    return { kind: 'conflict', found: { etag: known.etag, size: known.size, sha256: known.sha256.toString('hex') } };
  }
  if (step.how === 'recheck') {
    const standing = await asBefore(row, bench, signal);
    if (standing !== null) return standing;
  }
  if (step.how === 'restate') {
    const changed = await changedBehindUs(row, bench, signal);
    if (changed !== null) return changed;
  }
  if (row.size > WHOLE_CEILING_BYTES) return await putInParts(step, row, bench, signal);
  return await putWhole(step, row, bench, signal);
}

async function putWhole(
  step: Pick<Step, 'how' | 'isNew'>,
  row: InventoryRow,
  bench: Bench,
  signal: AbortSignal,
): Promise<PutOutcome> {
  const { room, options, ability } = bench;
  const read = readBytes(row, options.published, room.inventory);
  if (read.kind === 'moved') return read;
  if (read.kind === 'damaged') return { kind: 'failed', sentence: read.sentence, fault: null };
  const key = options.prefix + row.path;
  const isGuarded = mayExist(step);
  if (isGuarded && ability.conditional !== 'honoured') {
    const standing = await whatStands(key, row, { md5: read.md5, etag: null }, room.store, ability, signal);
    if (standing.kind !== 'nothing') return ofStanding(standing, step.isNew, row);
  }
  const sums = sumsFor(row, read.md5, bench);
  const onlyIfAbsent = isGuarded && ability.conditional === 'honoured';
  const request: PutRequest = { ...toldOf(row, read.md5), ...sums, bytesSha256: row.sha256, onlyIfAbsent };
  const answer = await tried(() => room.store.put(key, read.bytes, request, signal), bench, signal);
  if (answer.kind === 'exists') {
    // Somebody's, or ours: a push that was killed, or an answer that was lost, leaves an object that nobody noted.
    return ofStanding(
      await whatStands(key, row, { md5: read.md5, etag: null }, room.store, ability, signal),
      step.isNew,
      row,
    );
  }
  if (answer.kind !== 'put') return failedBy(answer);
  const claimed = ability.etagIsMd5 ? md5OfEtag(answer.etag) : null;
  if (claimed !== null && claimed !== read.md5.toString('hex')) {
    return { kind: 'failed', sentence: `${row.path}: the store has other bytes than were sent.`, fault: null };
  }
  return there(answer.etag, step.isNew, row, true);
}

/** A conflict that was met before: null when the object that was in the way has gone, so that it may be put. */
async function asBefore(row: InventoryRow, bench: Bench, signal: AbortSignal): Promise<PutOutcome | null> {
  const { room, options, ability } = bench;
  const key = options.prefix + row.path;
  const before = room.record.owed(row.path)?.found ?? null;
  const head = await room.store.head(key, signal);
  if (head.kind === 'absent') return null;
  if (head.kind === 'found' && before !== null && head.etag === before.etag) return { kind: 'conflict', found: before };
  const standing = await whatStands(key, row, { md5: row.md5, etag: null }, room.store, ability, signal);
  return standing.kind === 'nothing' ? null : ofStanding(standing, true, row);
}

/** Before words about an object are changed: null when it is still the one that we put, or gone. */
async function changedBehindUs(row: InventoryRow, bench: Bench, signal: AbortSignal): Promise<PutOutcome | null> {
  const { room, options, ability } = bench;
  const known = room.record.object(row.path)?.etag ?? null;
  const standing = await whatStands(
    options.prefix + row.path,
    row,
    { md5: row.md5, etag: known },
    room.store,
    ability,
    signal,
  );
  return standing.kind === 'same' || standing.kind === 'nothing' ? null : ofStanding(standing, false, row);
}
