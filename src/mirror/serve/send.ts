// Puts an answer on the wire.

import type { ServerResponse } from 'node:http';
import type { Answer, FilePieces, FileRange } from './answer.ts';
import { type Chunk, takeChunk } from './chunk-pool.ts';
import { closePublished, readInto } from './published-file.ts';

/** As nginx counts a client that went away before the end. */
export const CLIENT_GONE = 499;

export interface Sent {
  /** `CLIENT_GONE` when not all of it went. */
  readonly status: number;
  /** Of the body, as far as they were handed to the connection. */
  readonly bytes: number;
}

/** The connection of an answer, as far as one who waits for it must know. */
export interface Line {
  /** Calls back when the connection has ended, also where the answer still waits for those before it; returns how to take that back. */
  onEnd(listener: () => void): () => void;
}

/** Bodies in memory are sent at once, and what was sent is given back and not promised; a file goes out at the pace of its reader. */
export function send(answer: Answer, response: ServerResponse, line: Line): Sent | Promise<Sent> {
  const { status, headers, body } = answer;
  if (answer.reason === undefined) response.writeHead(status, headers);
  else response.writeHead(status, answer.reason, headers);
  if (body !== null && !Buffer.isBuffer(body)) return sendPieces(status, body, response, line);
  if (body === null) response.end();
  else response.end(body);
  return { status, bytes: body?.length ?? 0 };
}

/** A write that is done in this time found room at once. */
const KEEPING_UP_MS = 10;

async function sendPieces(status: number, body: FilePieces, response: ServerResponse, line: Line): Promise<Sent> {
  const pace = { isKeepingUp: false };
  let bytes = 0;
  try {
    for (const piece of body.pieces) {
      const sent = Buffer.isBuffer(piece)
        ? await writeWhole(piece, response, line)
        : await sendRange(piece, body.file, response, line, pace);
      bytes += sent;
      if (sent === piece.length) continue;
      // A file that ends before its promised length would make the client take the next answer for the rest of this one: the connection is cut.
      response.destroy();
      return { status: CLIENT_GONE, bytes };
    }
    response.end();
    return { status, bytes };
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    closePublished(body.file);
  }
}

async function writeWhole(bytes: Buffer, response: ServerResponse, line: Line): Promise<number> {
  return (await write(bytes, response, line, () => undefined)) ? bytes.length : 0;
}

/**
 * Returns how many bytes the connection took: fewer than `length` when it ended, or the file was cut. A reader that keeps up gets
 * large chunks, and the next is read while one is on its way; one that does not holds no more than one small one.
 */
async function sendRange(
  { start, length }: FileRange,
  file: number,
  response: ServerResponse,
  line: Line,
  pace: { isKeepingUp: boolean },
): Promise<number> {
  const fill = async (at: number): Promise<Filled> => {
    const chunk = takeChunk(pace.isKeepingUp);
    try {
      const bytes = await readInto(chunk.buffer, file, start + at, Math.min(chunk.buffer.length, length - at));
      return { chunk, bytes };
    } catch (error) {
      chunk.release(true);
      throw error;
    }
  };
  let sent = 0;
  let ahead: Promise<Filled> | null = null;
  while (sent < length) {
    const { chunk, bytes } = await (ahead ?? fill(sent));
    if (bytes.length === 0) {
      chunk.release(true);
      break;
    }
    const begun = performance.now();
    const writing = write(bytes, response, line, () => chunk.release(true));
    sent += bytes.length;
    ahead = pace.isKeepingUp && sent < length ? fill(sent) : null;
    // A disk that fails meanwhile is heard of when the chunk is wanted.
    ahead?.catch(() => undefined);
    if (!(await writing)) {
      chunk.release(false);
      // The file is closed after us: not under a read.
      (await ahead)?.chunk.release(true);
      return sent - bytes.length;
    }
    pace.isKeepingUp = performance.now() - begun < KEEPING_UP_MS;
  }
  return sent;
}

interface Filled {
  readonly chunk: Chunk;
  readonly bytes: Buffer;
}

/** Whether the connection took the bytes: false when it ended, also because it was too slow. `onTaken`: nobody needs them any more. */
function write(bytes: Buffer, response: ServerResponse, line: Line, onTaken: () => void): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (isTaken: boolean) => {
      forget();
      resolve(isTaken);
    };
    // An answer that waits behind others on a connection that ended is never written, and never told so.
    const forget = line.onEnd(() => done(false));
    response.write(bytes, (error) => {
      onTaken();
      done(error === null || error === undefined);
    });
  });
}
