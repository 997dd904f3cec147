// An address of our own, outside of the repository, as a value: rooms declare theirs, the server puts them on the wire.

import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';

export interface RouteRequest {
  readonly method: string;
  /** As it was asked for, without the query. Chosen by whoever sent it. */
  readonly path: string;
  /** What stood in the places of the route's `:names`, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Empty unless the route takes a body. */
  readonly body: Buffer;
  /** The client, as far as trusted proxies tell. For limits alone: it is neither stored nor shown. */
  readonly address: string;
  readonly now: number;
}

export interface RouteAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Record<string, string>;
  readonly body: Buffer | null;
}

export interface Route {
  /** `GET` answers HEAD as well. */
  readonly method: 'GET' | 'POST';
  /** `/-/incidents/:id`; a last segment `*` takes the rest. */
  readonly path: string;
  /** `vital` is answered under any load, `page` is shed first, with Retry-After. */
  readonly weight: 'vital' | 'page';
  /** A larger body is refused with 413 before it is read whole; 0 for GET. */
  readonly maxBodyBytes: number;
  /** Asked before the body is read, which is empty here: what it answers is the answer, and the body is not read at all. */
  admit?(request: RouteRequest): Promise<RouteAnswer | null>;
  answer(request: RouteRequest): RouteAnswer | Promise<RouteAnswer>;
}

/** Every answer of ours in JSON: readable from anywhere, and never taken for something else. */
export function jsonAnswer(status: number, caching: string, value: unknown): RouteAnswer {
  const headers = {
    'content-type': 'application/json',
    'cache-control': caching,
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  };
  return { status, headers, body: Buffer.from(`${JSON.stringify(value)}\n`, 'utf8') };
}

/** What a route refuses and why. */
export interface Refusal {
  readonly status: number;
  /** Names the kind of trouble for programs: `urn:assay:problem:NAME`. */
  readonly type: string;
  /** One or two sentences for people. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal as RFC 9457 has it, kept by no cache. */
export function refusalAnswer(request: Pick<RouteRequest, 'path'>, refusal: Refusal): RouteAnswer {
  const { status, type, detail } = refusal;
  const title = STATUS_CODES[status] ?? '';
  const answer = jsonAnswer(status, 'no-store', {
    type: `urn:assay:problem:${type}`,
    title,
    status,
    detail,
    instance: request.path,
  });
  return { ...answer, headers: { ...answer.headers, ...refusal.headers, 'content-type': 'application/problem+json' } };
}
