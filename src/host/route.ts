// An address of our own, outside of the repository, as a value: rooms declare theirs, the server puts them on the wire.

import type { IncomingHttpHeaders } from 'node:http';

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
