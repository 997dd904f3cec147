// rsync writes its lines into a file and this reads them as they come: a pipe that is read slowly holds rsync up.

import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { CodedError } from '../../../host/error.ts';

/** Takes one line without its end. The bytes are only good until it returns. */
export type OnLine = (line: Buffer) => void;

const POLL_MS = 50;
const CHUNK_BYTES = 256 * 1024;
/** A name and a link's target, each byte escaped, are 32 KiB. */
const LINE_CEILING = 128 * 1024;
const NEWLINE = 0x0a;

/** Reads the lines of a file that still grows until `ended` settles and its last byte is read. Memory stays at one chunk, whatever its length. */
export async function followLines(path: string, ended: Promise<unknown>, onLine: OnLine): Promise<void> {
  const file = await open(path, 'r');
  let over = false;
  const end = () => {
    over = true;
  };
  // How it ended is for the caller, who awaits it too.
  const done = ended.then(end, end);
  try {
    const lines = lineSplitter(onLine);
    for (;;) {
      const last = over;
      const length = await lines.read(file);
      if (length > 0) continue;
      if (last) break;
      await pause(done);
    }
    lines.end();
  } finally {
    await file.close();
  }
}

/** The lines of a file that is complete. */
export function readLines(path: string, onLine: OnLine): Promise<void> {
  return followLines(path, Promise.resolve(), onLine);
}

async function pause(done: Promise<void>): Promise<void> {
  const stop = new AbortController();
  // It fails only because it is stopped below.
  const timer = wait(POLL_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  await Promise.race([timer, done]);
  stop.abort();
}

function lineSplitter(onLine: OnLine): { read(file: FileHandle): Promise<number>; end(): void } {
  const buffer = Buffer.alloc(CHUNK_BYTES + LINE_CEILING);
  let held = 0;
  return {
    async read(file) {
      const { bytesRead } = await file.read(buffer, held, CHUNK_BYTES, null);
      const filled = buffer.subarray(0, held + bytesRead);
      let from = 0;
      for (let at = filled.indexOf(NEWLINE); at !== -1; at = filled.indexOf(NEWLINE, from)) {
        onLine(filled.subarray(from, at));
        from = at + 1;
      }
      held = filled.length - from;
      if (held > LINE_CEILING) throw new CodedError('rsync-output-unreadable', 'rsync wrote a line without an end.');
      filled.copyWithin(0, from);
      return bytesRead;
    },
    end() {
      // What a kill cut off is no line.
      held = 0;
    },
  };
}
