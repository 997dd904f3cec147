// Puts an answer on the wire.

import type { ServerResponse } from 'node:http';
import { SECOND } from '../../host/clock.ts';
import type { Answer, FilePieces, FileRange } from './answer.ts';
import { closePublished, readBytes } from './published-file.ts';

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

/** A reader that keeps up gets larger chunks, and the next is read while one is on its way; one that does not holds no more than the first. */
const FIRST_CHUNK_BYTES = 64 * 1024;
const LARGEST_CHUNK_BYTES = 1024 * 1024;
const KEEPING_UP_MS = 20;
/** Whoever takes less holds a connection, a file and memory for nothing: slow loris by reading. */
const MIN_BYTES_PER_SECOND = 512;
const PATIENCE_MS = 30 * SECOND;

async function sendPieces(status: number, body: FilePieces, response: ServerResponse, line: Line): Promise<Sent> {
  const pace = { chunk: FIRST_CHUNK_BYTES };
  let bytes = 0;
  try {
    for (const piece of body.pieces) {
      const sent = Buffer.isBuffer(piece)
        ? await write(piece, response, line)
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

/** Returns how many bytes the connection took: fewer than `length` when it ended, was too slow, or the file was cut. */
async function sendRange(
  { start, length }: FileRange,
  file: number,
  response: ServerResponse,
  line: Line,
  pace: { chunk: number },
): Promise<number> {
  const read = (at: number) => readBytes(file, start + at, Math.min(pace.chunk, length - at));
  let sent = 0;
  let ahead: Promise<Buffer> | null = null;
  while (sent < length) {
    const chunk = await (ahead ?? read(sent));
    ahead = null;
    if (chunk.length === 0) break;
    const writing = write(chunk, response, line);
    const next = sent + chunk.length;
    if (pace.chunk > FIRST_CHUNK_BYTES && next < length) ahead = read(next);
    const begun = performance.now();
    const taken = await writing;
    if (taken === 0) {
      // The file is closed after us: not under a read.
      await ahead;
      break;
    }
    sent = next;
    const isKeepingUp = performance.now() - begun < KEEPING_UP_MS;
    pace.chunk = isKeepingUp ? Math.min(pace.chunk * 2, LARGEST_CHUNK_BYTES) : FIRST_CHUNK_BYTES;
  }
  return sent;
}

/** The length of `bytes` when the connection took them, 0 when it ended or was too slow. */
async function write(bytes: Buffer, response: ServerResponse, line: Line): Promise<number> {
  if (response.destroyed) return 0;
  if (response.write(bytes)) return bytes.length;
  const patienceMs = PATIENCE_MS + (bytes.length / MIN_BYTES_PER_SECOND) * SECOND;
  return (await drained(response, line, patienceMs)) ? bytes.length : 0;
}

function drained(response: ServerResponse, line: Line, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (isDrained: boolean) => {
      clearTimeout(timer);
      forget();
      response.off('drain', onDrain);
      resolve(isDrained);
    };
    const onDrain = () => done(true);
    const timer = setTimeout(done, patienceMs, false);
    const forget = line.onEnd(() => done(false));
    response.once('drain', onDrain);
  });
}
