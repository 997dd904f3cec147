// From a representation and a request's conditions to an answer: 200, 206, 304, 412 or 416.

import type { IncomingHttpHeaders } from 'node:http';
import type { Answer, AnswerHeaders, FileRange } from './answer.ts';
import { multipart } from './multipart.ts';
import { select } from './precondition.ts';
import { problemAnswer } from './problem.ts';
import { closePublished, readBytes } from './published-file.ts';
import type { ByteRange } from './range.ts';
import type { Representation } from './representation.ts';

/** A request as the repository sees it. `method` is GET or HEAD. */
export interface Asked {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The request's path for people. */
  readonly shown: string;
  readonly now: number;
  /** The location under which the proxy that asks has the published tree, with a slash at both ends; null: every byte is sent from here. */
  readonly handOverAt: string | null;
}

/** The bytes that an answer needs. */
export interface Span {
  readonly kind: 'span';
  readonly status: 200 | 206;
  readonly headers: AnswerHeaders;
  readonly pieces: readonly (FileRange | Buffer)[];
  /** Of all pieces. */
  readonly length: number;
}

/** Up to here a file is read at once, which costs less than a stream, and is remembered whole. A slow reader holds no more than this. */
export const SMALL_BYTES = 64 * 1024;

/** Applies the request's conditions: either the whole answer, or the span of bytes that has to be brought. */
export function settle(
  asked: Asked,
  what: Representation,
): Span | { readonly kind: 'answer'; readonly answer: Answer } {
  const selection = select(asked.method, asked.headers, what, what.size, asked.now);
  switch (selection.kind) {
    case 'whole':
      return {
        kind: 'span',
        status: 200,
        headers: what.wholeHeaders,
        pieces: [{ start: 0, length: what.size }],
        length: what.size,
      };
    case 'parts':
      return partial(what, selection.parts);
    case 'not-modified':
      return { kind: 'answer', answer: { status: 304, headers: what.cacheHeaders, body: null } };
    case 'precondition-failed':
      return { kind: 'answer', answer: preconditionFailed(asked) };
    case 'unsatisfiable':
      return { kind: 'answer', answer: unsatisfiable(asked, what.size) };
    default:
      return selection satisfies never;
  }
}

/** Takes the span out of a body that is held in memory whole. */
export function fromMemory(asked: Asked, span: Span, whole: Buffer): Answer {
  return { status: span.status, headers: span.headers, body: asked.method === 'HEAD' ? null : cut(span, whole) };
}

/** Takes the span out of an open file, and sees to its closing. Null when the file ends before the span does. */
export async function fromFile(asked: Asked, span: Span, file: number): Promise<Answer | null> {
  const { status, headers, pieces, length } = span;
  if (asked.method !== 'HEAD' && length > SMALL_BYTES) {
    return { status, headers, body: { kind: 'pieces', file, pieces } };
  }
  try {
    if (asked.method === 'HEAD') return { status, headers, body: null };
    const bytes = await Promise.all(
      pieces.map((piece) => (Buffer.isBuffer(piece) ? piece : readBytes(file, piece.start, piece.length))),
    );
    const body = Buffer.concat(bytes);
    return body.length === length ? { status, headers, body } : null;
  } finally {
    closePublished(file);
  }
}

function cut({ pieces }: Span, whole: Buffer): Buffer {
  const bytes = pieces.map((piece) =>
    Buffer.isBuffer(piece) ? piece : whole.subarray(piece.start, piece.start + piece.length),
  );
  const [first] = bytes;
  return bytes.length === 1 && first !== undefined ? first : Buffer.concat(bytes);
}

function partial(what: Representation, parts: readonly ByteRange[]): Span {
  const [part] = parts;
  if (parts.length !== 1 || part === undefined) return multipart(what, parts);
  const length = part.last - part.first + 1;
  const headers = {
    ...what.wholeHeaders,
    'content-length': String(length),
    'content-range': `bytes ${part.first}-${part.last}/${what.size}`,
  };
  return { kind: 'span', status: 206, headers, pieces: [{ start: part.first, length }], length };
}

function preconditionFailed(asked: Asked): Answer {
  return problemAnswer(asked.method, {
    status: 412,
    detail: 'The file is not, or no longer, the one that the request is about.',
    instance: asked.shown,
  });
}

function unsatisfiable(asked: Asked, size: number): Answer {
  return problemAnswer(asked.method, {
    status: 416,
    detail: `The file has ${size} bytes; the range lies outside of it.`,
    instance: asked.shown,
    headers: { 'content-range': `bytes */${size}`, 'accept-ranges': 'bytes' },
  });
}
