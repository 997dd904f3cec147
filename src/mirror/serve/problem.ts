// Bad news for clients as RFC 9457 documents. Maven 4 prints them, Maven 3 the reason phrase.

import { STATUS_CODES } from 'node:http';
import { type Answer, type AnswerHeaders, bodyAnswer } from './answer.ts';

export interface Problem {
  readonly status: number;
  /** Names the kind of trouble: `urn:assay:problem:NAME`. Without, the status says it all (`about:blank`). */
  readonly type?: string;
  readonly title?: string;
  /** One or two sentences for people. */
  readonly detail: string;
  /** The request's path as it was asked for. */
  readonly instance: string;
  /** Replaces the standard reason phrase: visible ASCII and blanks. */
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members, snake_case. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** An error answer that caches keep for no time, unless its headers say otherwise. */
export function problemAnswer(method: string, problem: Problem): Answer {
  const document = {
    type: problem.type === undefined ? 'about:blank' : `urn:assay:problem:${problem.type}`,
    title: problem.title ?? STATUS_CODES[problem.status] ?? '',
    status: problem.status,
    detail: problem.detail,
    instance: problem.instance,
    ...problem.more,
  };
  const headers: AnswerHeaders = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
    ...problem.headers,
  };
  const answer = bodyAnswer(method, problem.status, headers, Buffer.from(JSON.stringify(document), 'utf8'));
  return problem.reason === undefined ? answer : { ...answer, reason: problem.reason };
}
