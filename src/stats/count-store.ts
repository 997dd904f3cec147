// What has been counted, as rows: a day of a log is one document, and the place up to which a log was read moves in the same transaction as the
// counts. A kill between two commits costs the work since the first, never a count and never the same line twice.

import { gunzipSync, gzipSync } from 'node:zlib';
import { type StateDatabase, writing } from '../state/open.ts';
import type { DayCount } from './counter.ts';
import type { KnownContent } from './log-file.ts';
import type { Recent } from './retry.ts';
import { COUNTING_RULE } from './rule.ts';
import { type Downloads, downloadsJson, NO_DOWNLOADS, readDownloads, totalOf } from './tally.ts';
import type { Traffic } from './traffic.ts';

/** A content of a log and the file that held it when it was last looked at. */
export interface Content extends KnownContent {
  readonly id: number | null;
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly size: number;
  readonly modifiedAt: number;
}

export interface LogRecord {
  /** The first moment that is counted; milliseconds since 1970, as all of these. */
  readonly since: number;
  /** When all of it that there was had been counted. */
  readonly through: number;
  readonly lines: number;
  readonly rejected: number;
  /** When it was last noticed that a file had gone before its end was certain. */
  readonly gapAt: number | null;
}

/** What one stretch of reading came to. */
export interface Stretch {
  readonly log: string;
  readonly days: readonly DayCount[];
  readonly lines: number;
  readonly rejected: number;
  /** Of its first line; null when it had no good one. */
  readonly firstSecond: number | null;
  readonly recent: readonly Recent[];
  /** Up to where the log is counted now: a content, or more objects of a bucket. */
  readonly read: { readonly content: Content } | { readonly objects: readonly CountedObject[] };
}

/** An object of a bucket; with another ETag it is another. */
export interface CountedObject {
  readonly key: string;
  readonly etag: string;
}

export interface CountStore {
  log(log: string): LogRecord | null;
  contents(log: string): Content[];
  /** Writes a stretch whole or not at all; returns the id of its content. */
  commit(stretch: Stretch, now: number): number | null;
  /** A content that had nothing new. */
  sawContent(id: number, now: number): void;
  /** Everything that the log had was read: ends the look that began at `now`. Contents that were not seen in it are forgotten when they are old. */
  endLook(log: string, now: number): void;
  /** Whether it is counted already; that it is still there is noted now and then. */
  knowsObject(log: string, key: string, etag: string, now: number): boolean;
  day(log: string, day: number): DayCount | null;
  replaceDay(log: string, count: DayCount): void;
  /** Chance that is the same all day, and forgotten after it with what was made from it. */
  dailyKey(today: number, chance: () => Uint8Array): Uint8Array;
  recent(log: string): Recent[];
}

interface ContentRow {
  id: number;
  head: Buffer;
  head_bytes: number;
  offset: number;
  path: string;
  device: number;
  inode: number;
  size: number;
  modified_at: number;
}

interface DayRow {
  day: number;
  downloads: Buffer;
  traffic: string;
}

const FORGOTTEN_AFTER_MS = 90 * 86_400_000;

export function openCounts(database: StateDatabase): CountStore {
  const log = database.prepare<[string], LogRecord>(
    'SELECT since, through, lines, rejected, gap_at AS gapAt FROM stats_log WHERE log = ?',
  );
  const contents = database.prepare<[string], ContentRow>('SELECT * FROM stats_content WHERE log = ? ORDER BY id');
  const day = database.prepare<[string, number], DayRow>(
    'SELECT day, downloads, traffic FROM stats_day WHERE counted_by = ? AND day = ?',
  );
  const object = database.prepare<[string, string, string], { seen_at: number }>(
    'SELECT seen_at FROM stats_object WHERE log = ? AND key = ? AND etag = ?',
  );
  const sawObject = database.prepare('UPDATE stats_object SET seen_at = ? WHERE log = ? AND key = ? AND etag = ?');
  const recent = database.prepare<[string], { recent: string }>('SELECT recent FROM stats_log WHERE log = ?');
  return {
    log: (name) => log.get(name) ?? null,
    contents: (name) => contents.all(name).map(contentOf),
    commit: (stretch, now) => commitStretch(database, stretch, now),
    sawContent: (id, now) => {
      database.prepare('UPDATE stats_content SET seen_at = ? WHERE id = ?').run(now, id);
    },
    endLook: (name, now) => writing(database, () => endLook(database, name, now)),
    knowsObject(name, key, etag, now) {
      const known = object.get(name, key, etag);
      if (known !== undefined && known.seen_at < now - FORGOTTEN_AFTER_MS / 3) sawObject.run(now, name, key, etag);
      return known !== undefined;
    },
    day: (name, number) => countOf(day.get(name, number)),
    replaceDay: (name, count) => {
      const packed = packDay(count);
      writing(database, () => writeDay(database, name, packed));
    },
    dailyKey: (today, chance) => writing(database, () => dailyKey(database, today, chance)),
    recent: (name) => JSON.parse(recent.get(name)?.recent ?? '[]') as Recent[],
  };
}

function commitStretch(database: StateDatabase, stretch: Stretch, now: number): number | null {
  const packed = stretch.days.map(packDay);
  const { log, lines, rejected, firstSecond, read } = stretch;
  const since = firstSecond === null ? now : Math.min(now, firstSecond * 1000);
  return writing(database, () => {
    for (const day of packed) writeDay(database, log, day);
    database
      .prepare(
        `INSERT INTO stats_log (log, since, through, lines, rejected, recent) VALUES (@log, @since, 0, @lines, @rejected, @recent)
         ON CONFLICT (log) DO UPDATE SET since = min(since, excluded.since), lines = lines + excluded.lines,
           rejected = rejected + excluded.rejected, recent = excluded.recent`,
      )
      .run({ log, since, lines, rejected, recent: JSON.stringify(stretch.recent) });
    if ('content' in read) return writeContent(database, log, read.content, now);
    const insert = database.prepare('INSERT OR REPLACE INTO stats_object VALUES (?, ?, ?, ?)');
    for (const { key, etag } of read.objects) insert.run(log, key, etag, now);
    return null;
  });
}

function writeContent(database: StateDatabase, log: string, content: Content, now: number): number {
  const { id, headBytes: head_bytes, modifiedAt: modified_at, ...rest } = content;
  const row = { ...rest, head_bytes, modified_at, log, seen_at: now };
  if (id !== null) {
    database
      .prepare(
        `UPDATE stats_content SET head = @head, head_bytes = @head_bytes, offset = @offset, path = @path, device = @device, inode = @inode,
           size = @size, modified_at = @modified_at, seen_at = @seen_at WHERE id = @id`,
      )
      .run({ ...row, id });
    return id;
  }
  const inserted = database
    .prepare(
      `INSERT INTO stats_content (log, head, head_bytes, offset, path, device, inode, size, modified_at, is_growing, seen_at)
       VALUES (@log, @head, @head_bytes, @offset, @path, @device, @inode, @size, @modified_at, 0, @seen_at)`,
    )
    .run(row);
  return Number(inserted.lastInsertRowid);
}

/** The newest content of a log is the one that grows. When it is found no more, what was added to it since the last look is lost. */
function endLook(database: StateDatabase, log: string, now: number): void {
  const lost = database
    .prepare('SELECT 1 FROM stats_content WHERE log = ? AND is_growing = 1 AND seen_at < ?')
    .get(log, now);
  if (lost !== undefined) database.prepare('UPDATE stats_log SET gap_at = ? WHERE log = ?').run(now, log);
  database
    .prepare(
      `UPDATE stats_content SET is_growing = (id = (SELECT id FROM stats_content WHERE log = @log AND seen_at = @now
         ORDER BY modified_at DESC, id DESC LIMIT 1)) WHERE log = @log`,
    )
    .run({ log, now });
  database.prepare('UPDATE stats_log SET through = ? WHERE log = ?').run(now, log);
  for (const table of ['stats_content', 'stats_object']) {
    database.prepare(`DELETE FROM ${table} WHERE log = ? AND seen_at < ?`).run(log, now - FORGOTTEN_AFTER_MS);
  }
}

function dailyKey(database: StateDatabase, today: number, chance: () => Uint8Array): Uint8Array {
  const known = database.prepare<[number], { key: Buffer }>('SELECT key FROM stats_daily_key WHERE day = ?').get(today);
  if (known !== undefined) return known.key;
  const key = chance();
  database.prepare('DELETE FROM stats_daily_key').run();
  database.prepare("UPDATE stats_log SET recent = '[]'").run();
  database.prepare('INSERT INTO stats_daily_key VALUES (?, ?)').run(today, key);
  return key;
}

interface PackedDay {
  readonly day: number;
  readonly total: number;
  readonly downloads: Buffer;
  readonly traffic: string;
}

function packDay({ day, downloads, traffic }: DayCount): PackedDay {
  return { day, total: totalOf(downloads), downloads: packDownloads(downloads), traffic: JSON.stringify(traffic) };
}

function writeDay(database: StateDatabase, log: string, packed: PackedDay): void {
  const revision = database.prepare('UPDATE stats_revision SET value = value + 1 RETURNING value').pluck().get();
  database
    .prepare(
      'INSERT OR REPLACE INTO stats_day (counted_by, day, rule, revision, total, downloads, traffic) VALUES (@log, @day, @rule, @revision, @total, @downloads, @traffic)',
    )
    .run({ ...packed, log, rule: COUNTING_RULE, revision });
}

function contentOf(row: ContentRow): Content {
  const { head_bytes: headBytes, modified_at: modifiedAt, ...rest } = row;
  return { ...rest, headBytes, modifiedAt };
}

function countOf(row: DayRow | undefined): DayCount | null {
  if (row === undefined) return null;
  return { day: row.day, downloads: unpackDownloads(row.downloads), traffic: JSON.parse(row.traffic) as Traffic };
}

export function packDownloads(downloads: Downloads): Buffer {
  return gzipSync(downloadsJson(downloads), { level: 4 });
}

/** Bytes of our own database. */
export function unpackDownloads(packed: Buffer): Downloads {
  return readDownloads(JSON.parse(gunzipSync(packed).toString('utf8'))) ?? NO_DOWNLOADS;
}
