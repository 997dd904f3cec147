// Published files and the signatures beside them, read again from the tree: for an operator who asks, and for files that nobody has judged yet.

import { SIGNATURE_SUFFIXES } from '../../../maven/kind.ts';
import type { InventoryRow } from '../../inventory/row.ts';
import type { Inventory } from '../../inventory/store.ts';
import type { Digesters } from '../digest.ts';
import type { FileEvidence } from './evidence.ts';
import type { JudgedFile } from './judgement.ts';
import type { RecordedFile } from './record.ts';
import { isExpectedSigned, judgeAt, recordedAs, type Signing } from './signing.ts';

export interface PublishedRoom {
  readonly inventory: Pick<Inventory, 'row'>;
  readonly digesters: Pick<Digesters, 'digest'>;
  readonly signing: Signing;
  /** The folder of the published tree. */
  readonly published: string;
}

/** A file to be looked at, and the rows of the signatures beside it. */
export interface Signed {
  readonly row: InventoryRow;
  readonly beside: readonly InventoryRow[];
}

export interface JudgedPublished {
  readonly signed: Signed;
  readonly judged: JudgedFile;
  readonly file: RecordedFile;
  /** What lies in the tree is what the inventory says: otherwise this is a judgement of other bytes, and not kept. */
  readonly isAsPublished: boolean;
}

/** Null for what nobody expects to be signed and is not. */
export function signedAt(row: InventoryRow, inventory: Pick<Inventory, 'row'>): Signed | null {
  const beside = SIGNATURE_SUFFIXES.flatMap((suffix) => inventory.row(`${row.path}${suffix}`) ?? []);
  return beside.length === 0 && !isExpectedSigned(row.path) ? null : { row, beside };
}

/** In the order given; files that are gone are left out. Throws `digest-failed`. `now` in epoch milliseconds. */
export async function judgePublished(
  files: readonly Signed[],
  room: PublishedRoom,
  now: number,
): Promise<JudgedPublished[]> {
  const folder = room.published;
  const wanted = files.map(({ row, beside }) => ({
    ...{ path: row.path, md5: false, sha512: false },
    signatures: beside.map(({ path }) => ({ path, folder })),
  }));
  const answer = await room.digesters.digest(folder, wanted);
  const read = new Map(answer.files.map((file) => [file.path, file]));
  return files.flatMap((signed): JudgedPublished[] => {
    const file = read.get(signed.row.path);
    return file === undefined ? [] : [judged(signed, file.sha256, file.signatures ?? [], room.signing, now)];
  });
}

/** From what was proven before, without reading anything. */
export function judged(
  signed: Signed,
  sha256: Buffer,
  evidence: readonly FileEvidence[],
  signing: Signing,
  now: number,
): JudgedPublished {
  const { path } = signed.row;
  const judgement = judgeAt(path, evidence, signing, now);
  const isAsPublished = sha256.equals(signed.row.sha256) && isOf(evidence, signed.beside);
  return {
    signed,
    judged: judgement,
    file: recordedAs(path, sha256, evidence, judgement, signing, now),
    isAsPublished,
  };
}

/** Whether the evidence is of exactly these signature files. */
export function isOf(evidence: readonly FileEvidence[], beside: readonly InventoryRow[]): boolean {
  const known = new Map(evidence.map(({ path, sha256 }) => [path, sha256]));
  return known.size === beside.length && beside.every(({ path, sha256 }) => known.get(path) === sha256.toString('hex'));
}

const BATCH_FILES = 100;
const BATCH_BYTES = 64 * 1024 * 1024;

/** As many as are worth a request to the digest threads. */
export function* batchesOf(files: Iterable<Signed>): Iterable<readonly Signed[]> {
  let batch: Signed[] = [];
  let bytes = 0;
  for (const file of files) {
    batch.push(file);
    bytes += file.row.size;
    if (batch.length < BATCH_FILES && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
