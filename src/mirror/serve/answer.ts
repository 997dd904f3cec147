// An answer as a value, and the one place that puts it on the wire.

import { createReadStream } from 'node:fs';
import type { FastifyReply } from 'fastify';

/** Bytes of an open file; whoever sends the answer closes it. */
export interface FileSlice {
  readonly kind: 'slice';
  readonly file: number;
  readonly start: number;
  readonly length: number;
}

/** Names in lower case. `content-length` stands here also when the body is left out, as for HEAD. */
export type AnswerHeaders = Record<string, string>;

export interface Answer {
  readonly status: number;
  /** In place of the standard reason phrase. HTTP/1.1 alone has one; Maven 3 prints it. */
  readonly reason?: string;
  readonly headers: AnswerHeaders;
  readonly body: Buffer | FileSlice | null;
}

const CHUNK_BYTES = 256 * 1024;

/** Sends an answer; a file goes out at the pace of its reader. */
export function send(answer: Answer, reply: FastifyReply): FastifyReply {
  reply.code(answer.status).headers(answer.headers);
  if (answer.reason !== undefined) reply.raw.statusMessage = answer.reason;
  if (answer.body === null) return reply.send();
  if (Buffer.isBuffer(answer.body)) return reply.send(answer.body);
  return reply.send(readSlice(answer.body, reply));
}

/** A whole body in memory; HEAD gets the same headers and no body. */
export function bodyAnswer(method: string, status: number, headers: AnswerHeaders, body: Buffer): Answer {
  headers['content-length'] = String(body.length);
  return { status, headers, body: method === 'HEAD' ? null : body };
}

function readSlice(slice: FileSlice, reply: FastifyReply): NodeJS.ReadableStream {
  const last = slice.start + slice.length - 1;
  const stream = createReadStream('', { fd: slice.file, start: slice.start, end: last, highWaterMark: CHUNK_BYTES });
  // A file that was cut while it was read ends short of the promised length: without this the client would take the next answer on the
  // connection for the rest of the body. The connection is cut, which every client takes for what it is.
  stream.once('end', () => {
    if (stream.bytesRead !== slice.length) reply.raw.destroy();
  });
  return stream;
}
