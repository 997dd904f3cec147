import { type Clock, SECOND } from '../../host/clock.ts';
import type { InventoryRow } from '../inventory/row.ts';
import type { Inventory } from '../inventory/store.ts';
import { type AbsenceRooms, answerAbsent } from './absent.ts';
import type { Answer } from './answer.ts';
import type { DamageReport } from './damage-report.ts';
import { type Asked, fromFile, fromMemory, settle } from './delivery.ts';
import { answerMetaFile, metaFileName } from './meta-file.ts';
import { problemAnswer } from './problem.ts';
import { closePublished, openPublished } from './published-file.ts';
import { describeRow } from './representation.ts';
import { readTarget } from './request-path.ts';

/** What serving needs of the inventory. */
export type Shelf = Pick<Inventory, 'row' | 'incoming' | 'metadataBody' | 'consistently'>;

export interface RepositoryRooms extends AbsenceRooms {
  readonly inventory: Shelf;
  readonly damageReport: DamageReport;
  readonly clock: Pick<Clock, 'now'>;
  /** The published tree. */
  readonly published: string;
  /** The page at `/`. */
  frontPage(asked: Asked): Answer;
}

/** Answers GET and HEAD of a repository path. The inventory decides what exists; the request's own text never reaches the file system. */
export async function answerRepository(target: string, asked: Asked, rooms: RepositoryRooms): Promise<Answer> {
  const read = readTarget(target);
  if (read.kind === 'malformed') return malformed(asked, read.reason);
  if (read.kind === 'too-long') return answerAbsent(asked, null, rooms);
  if (read.path === '') return rooms.frontPage(asked);
  const metaFile = metaFileName(read.path);
  if (metaFile !== null) return (await answerMetaFile(asked, metaFile, rooms)) ?? answerAbsent(asked, null, rooms);
  return (await answerPublished(asked, read.path, rooms)) ?? answerAbsent(asked, read.path, rooms);
}

interface Found {
  readonly row: InventoryRow;
  /** The bytes, where the database holds them. */
  readonly body: Buffer | null;
}

/**
 * Null when the inventory has no such path. A pass or a takedown may put away what a row has just named: then the look-up is repeated once.
 * What still is not there, or is not what the row says, is this machine's fault and answered 500: a 404 would make clients remember a lie.
 */
async function answerPublished(asked: Asked, path: string, rooms: RepositoryRooms): Promise<Answer | null> {
  let found = find(path, rooms.inventory);
  for (let isRepeated = false; found !== null; isRepeated = true) {
    const brought = await bring(asked, found, rooms);
    if (brought.kind === 'answer') return brought.answer;
    const again = find(path, rooms.inventory);
    if (isRepeated || again?.row.sha256.equals(found.row.sha256)) {
      rooms.damageReport(path, brought.damage);
      return damaged(asked);
    }
    found = again;
  }
  return null;
}

/** Metadata and its sums come out of one row of the database, read together with the row that describes them. */
function find(path: string, shelf: Shelf): Found | null {
  if (isOfMetadata(path)) return shelf.consistently(() => withBody(shelf.row(path), shelf.metadataBody(path)));
  return withBody(shelf.row(path), null);
}

function isOfMetadata(path: string): boolean {
  return path.startsWith('maven-metadata', path.lastIndexOf('/') + 1);
}

function withBody(row: InventoryRow | null, body: Buffer | null): Found | null {
  return row === null ? null : { row, body };
}

type Brought =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'damaged'; readonly damage: string };

async function bring(asked: Asked, found: Found, rooms: RepositoryRooms): Promise<Brought> {
  const { row, body } = found;
  const settled = settle(asked, describeRow(row, asked.now));
  if (settled.kind === 'answer') return settled;
  if (body !== null) {
    if (body.length !== row.size) return { kind: 'damaged', damage: 'the stored metadata is not what its row says' };
    return { kind: 'answer', answer: fromMemory(asked, settled, body) };
  }
  const opened = await openAs(row, rooms);
  if (opened.kind === 'damaged') return opened;
  const meant = opened.row === row ? settled : settle(asked, describeRow(opened.row, asked.now));
  if (meant.kind === 'answer') {
    closePublished(opened.file);
    return meant;
  }
  const answer = await fromFile(asked, meant, opened.file);
  return answer === null ? { kind: 'damaged', damage: 'cut while it was read' } : { kind: 'answer', answer };
}

type OpenedAs =
  | { readonly kind: 'open'; readonly file: number; readonly row: InventoryRow }
  | { readonly kind: 'damaged'; readonly damage: string };

/**
 * Opens what lies in the tree and says which row it belongs to. A SNAPSHOT or a loose file that is being replaced is renamed into place before
 * its row is admitted, and a kill between the two leaves it so until the next start: by then its journalled row describes it.
 */
async function openAs(row: InventoryRow, { published, inventory }: RepositoryRooms): Promise<OpenedAs> {
  const path = `${published}/${row.path}`;
  const opened = await openPublished(path, row.size);
  if (opened.kind === 'open' && isOfTime(opened.mtime, row)) return { kind: 'open', file: opened.file, row };
  const next = inventory.incoming(row.path);
  if (opened.kind === 'open') {
    // A tree that was restored without its times belongs to its rows all the same.
    const isNext = next !== null && next.size === opened.size && isOfTime(opened.mtime, next);
    return { kind: 'open', file: opened.file, row: isNext ? next : row };
  }
  if (next === null || next.size === row.size) return opened;
  const again = await openPublished(path, next.size);
  return again.kind === 'open' ? { kind: 'open', file: again.file, row: next } : again;
}

/** rsync may keep parts of a second that a listing does not show. */
function isOfTime(mtime: number, row: InventoryRow): boolean {
  return Math.floor(mtime / SECOND) * SECOND === row.originMtime;
}

function malformed(asked: Asked, reason: string): Answer {
  return problemAnswer(asked.method, {
    status: 400,
    type: 'malformed-path',
    title: 'Malformed path',
    detail: `The path cannot be read: ${reason}.`,
    instance: asked.shown,
  });
}

function damaged(asked: Asked): Answer {
  return problemAnswer(asked.method, {
    status: 500,
    type: 'damaged',
    title: 'Damaged here',
    detail: 'This mirror published the file but cannot read it as it was published. Its operator has been told.',
    instance: asked.shown,
  });
}
