// From a representation and a request's conditions to an answer: 200, 206, 304, 412 or 416.

import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, type AnswerHeaders, bodyAnswer } from './answer.ts';
import { select } from './precondition.ts';
import { problemAnswer } from './problem.ts';
import { closePublished, readBytes } from './published-file.ts';
import type { Representation } from './representation.ts';

/** A request as the repository sees it. `method` is GET or HEAD. */
export interface Asked {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The request's path for people. */
  readonly shown: string;
  readonly now: number;
}

/** The bytes that an answer needs. */
export interface Span {
  readonly kind: 'span';
  readonly status: 200 | 206;
  readonly headers: AnswerHeaders;
  readonly start: number;
  readonly length: number;
}

/** Up to here a file is read at once: one read costs less than a stream, and a slow reader holds no more than this. */
const AT_ONCE_BYTES = 64 * 1024;

/** Applies the request's conditions: either the whole answer, or the span of bytes that has to be brought. */
export function settle(
  asked: Asked,
  what: Representation,
): Span | { readonly kind: 'answer'; readonly answer: Answer } {
  const selection = select(asked.method, asked.headers, what, what.size, asked.now);
  switch (selection.kind) {
    case 'whole':
      return span(what, 200, 0, what.size, {});
    case 'part': {
      const length = selection.last - selection.first + 1;
      const place = `bytes ${selection.first}-${selection.last}/${what.size}`;
      return span(what, 206, selection.first, length, { 'content-range': place });
    }
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
  return bodyAnswer(asked.method, span.status, span.headers, whole.subarray(span.start, span.start + span.length));
}

/** Takes the span out of an open file, and sees to its closing. Null when the file ends before the span does. */
export async function fromFile(asked: Asked, span: Span, file: number): Promise<Answer | null> {
  const { status, headers, start, length } = span;
  if (asked.method !== 'HEAD' && length > AT_ONCE_BYTES) {
    return { status, headers, body: { kind: 'slice', file, start, length } };
  }
  try {
    if (asked.method === 'HEAD') return { status, headers, body: null };
    const body = await readBytes(file, start, length);
    return body.length === length ? { status, headers, body } : null;
  } finally {
    closePublished(file);
  }
}

function span(what: Representation, status: 200 | 206, start: number, length: number, more: AnswerHeaders): Span {
  const headers = { ...what.cacheHeaders, ...what.contentHeaders, 'content-length': String(length), ...more };
  return { kind: 'span', status, headers, start, length };
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
