// A turn: everything that is published is judged by the keyring and the keysmap of now, from what was proven before. Files are read only where that
// is not enough: nobody has looked at them yet, or a key has come that may have signed them.

import type { FindingRecord } from '../../../finding/record.ts';
import { DAY } from '../../../host/clock.ts';
import { kindOf } from '../../../maven/kind.ts';
import { type StateDatabase, writing } from '../../../state/open.ts';
import type { Inventory } from '../../inventory/store.ts';
import { standSignatureNews } from './news.ts';
import {
  batchesOf,
  isOf,
  type JudgedPublished,
  judged,
  judgePublished,
  type PublishedRoom,
  type Signed,
  signedAt,
} from './published.ts';
import { isSameVersions, type RecordedBefore, type RecordedFile, type Turn } from './record.ts';

export interface TurnRoom extends PublishedRoom {
  readonly database: StateDatabase;
  readonly inventory: Inventory;
  readonly findings: Pick<FindingRecord, 'stand' | 'resolve'>;
  /** Told of bytes that were read; waits until more may be, and lets others work meanwhile. */
  readonly pace: (bytes: number) => Promise<void>;
}

export interface TurnOutcome {
  /** Files whose class, or what else is kept of it, is another one now. */
  readonly changed: readonly ChangedClass[];
  readonly read: number;
  /** Everything was looked at; otherwise the next turn goes on from here. */
  readonly isWhole: boolean;
}

export interface ChangedClass {
  readonly path: string;
  readonly before: RecordedBefore['class'] | null;
  readonly now: RecordedBefore['class'];
}

const PAGE = 1000;
const CHUNK = 500;
/** Keys expire with time alone: what was judged by the same keyring is judged again after a day. */
const STALE_MS = DAY;
const MOST_TOLD = 1000;

/** Goes on where the last one stopped. Ends when everything was looked at, and after `budgetBytes` of reading. */
export async function takeTurn(
  room: TurnRoom,
  budgetBytes: number,
  now: number,
  signal: AbortSignal,
): Promise<TurnOutcome> {
  const { record, versions } = room.signing;
  const last = record.turn();
  const isCurrent = last !== null && isSameVersions(last, versions);
  if (isCurrent && last.endedAt !== null && now - last.endedAt < STALE_MS)
    return { changed: [], read: 0, isWhole: true };
  let turn: Turn =
    isCurrent && last.endedAt === null ? last : { ...versions, cursor: null, beganAt: now, endedAt: null };
  const changed: ChangedClass[] = [];
  let read = 0;
  let bytes = 0;
  for (let paths = pageAfter(turn, room); paths.length > 0; paths = pageAfter(turn, room)) {
    const page = await judgePage(paths, room, now, signal);
    for (const each of page.changed) if (changed.length < MOST_TOLD) changed.push(each);
    read += page.read;
    bytes += page.bytes;
    turn = { ...turn, cursor: paths.at(-1) ?? null };
    writing(room.database, () => record.setTurn(turn));
    if (bytes >= budgetBytes) return { changed, read, isWhole: false };
  }
  writing(room.database, () => record.setTurn({ ...turn, endedAt: now }));
  return { changed, read, isWhole: true };
}

function pageAfter({ cursor }: Turn, { inventory }: TurnRoom): string[] {
  return inventory.pathsAfter(cursor ?? '', PAGE);
}

interface Page {
  readonly changed: ChangedClass[];
  readonly read: number;
  readonly bytes: number;
}

async function judgePage(paths: readonly string[], room: TurnRoom, now: number, signal: AbortSignal): Promise<Page> {
  const changed: ChangedClass[] = [];
  const toRead: Signed[] = [];
  const known: JudgedPublished[] = [];
  for (const path of paths) {
    const signed = signedHere(path, room);
    if (signed === null) continue;
    const before = room.signing.record.find(path);
    const evidence = signed.beside.length === 0 ? [] : (before?.evidence ?? []);
    if (isEnough(signed, before, room)) known.push(judged(signed, signed.row.sha256, evidence, room.signing, now));
    else toRead.push(signed);
  }
  changed.push(...keep(known, room, now));
  let bytes = 0;
  for (const batch of batchesOf(toRead)) {
    signal.throwIfAborted();
    changed.push(...keep(await judgePublished(batch, room, now), room, now));
    const size = batch.reduce((sum, { row }) => sum + row.size, 0);
    bytes += size;
    await room.pace(size);
  }
  await room.pace(0);
  return { changed, read: toRead.length, bytes };
}

function signedHere(path: string, { inventory }: TurnRoom): Signed | null {
  const kind = kindOf(path);
  if (kind === 'checksum' || kind === 'signature') return null;
  const row = inventory.row(path);
  return row === null ? null : signedAt(row, inventory);
}

/** What lies there without a signature needs no reading; what was proven of these very bytes stays proven, unless a key has come since. */
function isEnough({ row, beside }: Signed, before: RecordedBefore | null, { signing }: TurnRoom): boolean {
  if (beside.length === 0) return true;
  if (before === null || !before.sha256.equals(row.sha256) || !isOf(before.evidence, beside)) return false;
  return before.evidence.every(({ signatures }) =>
    signatures.every(
      ({ proof, issuer }) => proof.kind !== 'no-key' || issuer === null || !signing.judges.keyset.knows(issuer),
    ),
  );
}

function keep(files: readonly JudgedPublished[], room: TurnRoom, now: number): ChangedClass[] {
  const { record, versions } = room.signing;
  const generation = room.inventory.current().generation;
  const news = files
    .filter(({ isAsPublished }) => isAsPublished)
    .map(({ file }) => ({ file, before: record.find(file.path) }))
    .filter(
      ({ file, before }) => before === null || !isSameVersions(before.versions, versions) || isOther(file, before),
    );
  for (let at = 0; at < news.length; at += CHUNK) {
    writing(room.database, () => {
      for (const { file } of news.slice(at, at + CHUNK)) record.put(file, versions, now);
    });
  }
  return news.flatMap(({ file, before }): ChangedClass[] => {
    if (before !== null && !isOther(file, before)) return [];
    standSignatureNews({ file, replaced: [] }, { findings: room.findings, generation, isBlank: before === null }, now);
    return [{ path: file.path, before: before?.class ?? null, now: file.class }];
  });
}

function isOther(file: RecordedFile, before: RecordedFile): boolean {
  const judgement = ({ class: kind, weak, trusted, allowed, continuity, certificate }: RecordedFile) =>
    [kind, weak, trusted, allowed, continuity, certificate].join(' ');
  return judgement(file) !== judgement(before);
}
