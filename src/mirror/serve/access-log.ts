// The access log: lines are collected and written together, behind the answers. No answer waits for it and none fails for it: what cannot be
// written is dropped and counted.

import { closeSync, constants, mkdirSync, openSync, write } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { type Clock, MINUTE, SECOND } from '../../host/clock.ts';
import { CodedError, systemCode } from '../../host/error.ts';
import type { Logger } from '../../host/logger.ts';
import { type AccessEntry, type AddressDetail, accessLine } from './access-line.ts';

export interface AccessLog {
  add(entry: AccessEntry): void;
  /** Closes the file and opens its path anew: whoever rotates logs has moved it away. */
  reopen(): Promise<void>;
  dropped(): number;
  /** Writes what is collected and closes the file. */
  close(): Promise<void>;
}

export const NO_ACCESS_LOG: AccessLog = {
  add: () => undefined,
  reopen: async () => undefined,
  dropped: () => 0,
  close: async () => undefined,
};

const FLUSH_EVERY_MS = SECOND;
const FLUSH_BYTES = 64 * 1024;
/** A disk that stands still must not fill the memory. */
const COLLECTED_CEILING = 16 * 1024 * 1024;
/** Several processes append to one file: with O_APPEND each write lands whole behind the others. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;

const writeBytes = promisify(write);
const LINE_FEED = 0x0a;

/** Opens it, with its folder where that is missing. Throws `access-log-unusable`. */
export function openAccessLog(
  path: string,
  detail: AddressDetail,
  { clock, logger }: { readonly clock: Pick<Clock, 'now'>; readonly logger: Logger },
): AccessLog {
  let lines: string[] = [];
  let collected = 0;
  let dropped = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | null = null;
  const drop = (count: number, error: unknown) => {
    dropped += count;
    if (Math.abs(clock.now() - toldAt) < MINUTE) return;
    toldAt = clock.now();
    logger.error({ path, err: error, dropped }, 'lines of the access log were dropped');
  };
  const file = openLineFile(path, drop);
  const writeAll = async () => {
    while (lines.length > 0) {
      const taken = lines;
      [lines, collected] = [[], 0];
      await file.append(taken);
    }
  };
  const flush = (): Promise<void> => {
    writing ??= writeAll().finally(() => {
      writing = null;
    });
    return writing;
  };
  const timer = setInterval(() => void flush(), FLUSH_EVERY_MS);
  timer.unref();
  return {
    add(entry) {
      const line = accessLine(entry, detail);
      if (collected + line.length > COLLECTED_CEILING) {
        drop(1, new Error('the file takes lines too slowly'));
        return;
      }
      lines.push(line);
      collected += line.length;
      if (collected >= FLUSH_BYTES && writing === null) void flush();
    },
    async reopen() {
      await flush();
      file.reopen();
    },
    dropped: () => dropped,
    async close() {
      clearInterval(timer);
      await flush();
      file.close();
    },
  };
}

interface LineFile {
  /** Never throws: what cannot be written is dropped. */
  append(lines: readonly string[]): Promise<void>;
  reopen(): void;
  close(): void;
}

function openLineFile(path: string, drop: (count: number, error: unknown) => void): LineFile {
  let file: number | null = openFile(path);
  const close = () => {
    if (file !== null) closeSync(file);
    file = null;
  };
  /** The file ends within a line, by a write that the disk took only a part of. */
  let isTorn = false;
  return {
    async append(lines) {
      try {
        file ??= openFile(path);
        const bytes = Buffer.from(`${isTorn ? '\n' : ''}${lines.join('')}`, 'latin1');
        const { bytesWritten } = await writeBytes(file, bytes);
        if (bytesWritten > 0) isTorn = bytes[bytesWritten - 1] !== LINE_FEED;
        const left = bytes.length - bytesWritten;
        if (left > 0) drop(countLines(lines, left), new Error('the file took only a part'));
      } catch (error) {
        drop(lines.length, error);
      }
    },
    reopen() {
      close();
      try {
        file = openFile(path);
      } catch (error) {
        // Tried again at each writing.
        drop(0, error);
      }
    },
    close,
  };
}

/** How many lines at the end of `lines` the last `bytes` bytes belong to. */
function countLines(lines: readonly string[], bytes: number): number {
  let left = bytes;
  let count = 0;
  for (const line of lines.toReversed()) {
    if (left <= 0) break;
    left -= line.length;
    count += 1;
  }
  return count;
}

function openFile(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    return openSync(path, FLAGS, 0o640);
  } catch (cause) {
    throw new CodedError('access-log-unusable', `Could not open ${path} (${systemCode(cause) ?? 'unknown'}).`, {
      cause,
      path,
      remedy: 'Look at serve.access_log and at the rights of its folder, or set it to null for no access log.',
    });
  }
}
