import { hash } from 'node:crypto';
import { SECOND } from '../../host/clock.ts';
import type { InventoryRow } from '../inventory/row.ts';
import { type AbsenceRooms, answerAbsent } from './absent.ts';
import type { Answer } from './answer.ts';
import type { DamageReport } from './damage-report.ts';
import { type Asked, fromFile, fromMemory, SMALL_BYTES, settle } from './delivery.ts';
import { answerFolder, type FolderRooms, redirectToFolder, toFolder } from './folder-page.ts';
import { handOver } from './hand-over.ts';
import type { Known, KnownPaths, Shelf } from './known-paths.ts';
import { answerMetaFile, metaFileName } from './meta-file.ts';
import { type Miss, unreachable } from './miss.ts';
import { problemAnswer } from './problem.ts';
import { closePublished, openPublished, readBytes } from './published-file.ts';
import type { Recent } from './recent.ts';
import { describeRow } from './representation.ts';
import { readTarget } from './request-path.ts';

export interface RepositoryRooms extends AbsenceRooms, FolderRooms {
  readonly inventory: Shelf;
  readonly known: KnownPaths;
  /** Small files by their SHA-256, lower-case hex. */
  readonly bodies: Recent<Buffer>;
  readonly damageReport: DamageReport;
  /** Null: what is not here is not fetched. */
  readonly miss: Miss | null;
  /** The published tree. */
  readonly published: string;
  /** `/repo/`: where the repository is served besides the root. */
  readonly alsoAt: readonly string[];
}

/**
 * Answers GET and HEAD of a repository path. The inventory decides what exists; the request's own text never reaches the file system. What is
 * in memory is answered at once and not as a promise.
 */
export function answerRepository(target: string, asked: Asked, rooms: RepositoryRooms): Answer | Promise<Answer> {
  const read = readTarget(target, rooms.alsoAt);
  if (read.kind === 'malformed') return malformed(asked, read.reason);
  if (read.kind === 'too-long') return answerAbsent(asked, null, rooms);
  const { path } = read;
  if (path === '' || path.endsWith('/')) {
    return answerFolder(asked, target, path, rooms) ?? answerAbsent(asked, path, rooms);
  }
  if (path.startsWith('.meta/')) return answerMeta(asked, path, rooms);
  const found = rooms.known.find(path, asked.now);
  if (found === null) return rooms.alsoAt.includes(`/${path}/`) ? toFolder(asked, path) : missed(asked, path, rooms);
  const settled = settle(asked, found.representation);
  if (settled.kind === 'answer') return settled.answer;
  const body = found.body ?? rooms.bodies.get(found.sha256);
  if (body !== undefined && body.length === found.row.size) return fromMemory(asked, settled, body);
  return answerPublished(asked, path, found, rooms);
}

async function answerMeta(asked: Asked, path: string, rooms: RepositoryRooms): Promise<Answer> {
  const name = metaFileName(path);
  return (name === null ? null : await answerMetaFile(asked, name, rooms)) ?? answerAbsent(asked, null, rooms);
}

/** What nothing else is to be said of may be fetched; then it is answered like any other file. */
function missed(asked: Asked, path: string, rooms: RepositoryRooms): Answer | Promise<Answer> {
  const answer = absent(asked, path, rooms);
  return answer.status === 404 && rooms.miss !== null ? fetched(asked, path, answer, rooms.miss, rooms) : answer;
}

async function fetched(
  asked: Asked,
  path: string,
  without: Answer,
  miss: Miss,
  rooms: RepositoryRooms,
): Promise<Answer> {
  const became = await miss(path);
  if (became === 'unreachable') return unreachable(asked);
  const found = became === 'published' ? rooms.known.findAnew(path, asked.now) : null;
  if (found !== null) return await answerPublished(asked, path, found, rooms);
  return became === 'absent' ? without : absent(asked, path, rooms);
}

/** A folder counts only where nothing else is to be said: what was taken down or held back is told as that. */
function absent(asked: Asked, path: string, rooms: RepositoryRooms): Answer {
  const answer = answerAbsent(asked, path, rooms);
  return (answer.status === 404 ? redirectToFolder(asked, path, rooms) : null) ?? answer;
}

/**
 * A pass or a takedown may put away what a row has just named: then the look-up is repeated once. What still is not there, or is not what the
 * row says, is this machine's fault and answered 500: a 404 would make clients remember a lie.
 */
async function answerPublished(asked: Asked, path: string, first: Known, rooms: RepositoryRooms): Promise<Answer> {
  let found: Known | null = first;
  for (let isRepeated = false; found !== null; isRepeated = true) {
    const brought = await bring(asked, found, rooms);
    if (brought.kind === 'answer') return brought.answer;
    const again = rooms.known.findAnew(path, asked.now);
    if (isRepeated || again?.sha256 === found.sha256) {
      rooms.damageReport(path, brought.damage);
      return damaged(asked);
    }
    found = again;
  }
  return absent(asked, path, rooms);
}

type Brought =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'damaged'; readonly damage: string };

async function bring(asked: Asked, found: Known, rooms: RepositoryRooms): Promise<Brought> {
  if (found.body !== null) return fromBody(asked, found, found.body);
  const opened = await openAs(found.row, rooms);
  if (opened.kind === 'damaged') return opened;
  const { file, row } = opened;
  const settled = settle(asked, row === found.row ? found.representation : describeRow(row, asked.now));
  if (settled.kind === 'answer') {
    closePublished(file);
    return settled;
  }
  if (row.size <= SMALL_BYTES && asked.method === 'GET') return bringSmall(asked, { file, row }, rooms);
  const handed = handOver(asked, settled, row.path);
  if (handed !== null) {
    closePublished(file);
    return { kind: 'answer', answer: handed };
  }
  const answer = await fromFile(asked, settled, file);
  return answer === null ? { kind: 'damaged', damage: 'cut while it was read' } : { kind: 'answer', answer };
}

function fromBody(asked: Asked, found: Known, body: Buffer): Brought {
  const settled = settle(asked, found.representation);
  if (settled.kind === 'answer') return settled;
  if (body.length !== found.row.size) {
    return { kind: 'damaged', damage: 'the stored metadata is not what its row says' };
  }
  return { kind: 'answer', answer: fromMemory(asked, settled, body) };
}

/** A small file is read whole and hashed, so that what is kept in memory is what its name there says, and bytes that rotted are not served. */
async function bringSmall(asked: Asked, opened: OpenFile, rooms: RepositoryRooms): Promise<Brought> {
  const bytes = await readWhole(opened);
  const sha256 = hash('sha256', bytes, 'hex');
  const { inventory } = rooms;
  const rows = [opened.row, inventory.row(opened.row.path), inventory.incoming(opened.row.path)];
  const row = rows.find((each) => each?.sha256.toString('hex') === sha256);
  if (row === undefined || row === null) return { kind: 'damaged', damage: 'other bytes than were published' };
  rooms.bodies.set(sha256, bytes);
  const settled = settle(asked, describeRow(row, asked.now));
  if (settled.kind === 'answer') return settled;
  return { kind: 'answer', answer: fromMemory(asked, settled, bytes) };
}

async function readWhole({ file, row }: OpenFile): Promise<Buffer> {
  try {
    return await readBytes(file, 0, row.size);
  } finally {
    closePublished(file);
  }
}

interface OpenFile {
  readonly file: number;
  readonly row: InventoryRow;
}

type OpenedAs = ({ readonly kind: 'open' } & OpenFile) | { readonly kind: 'damaged'; readonly damage: string };

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
