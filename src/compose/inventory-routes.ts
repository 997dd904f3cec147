// `/-/inventory`: what is published here, signed, for crawls, for mirrors of this mirror and for `assay check`.

import type { Config } from '../config/schema.ts';
import { type Clock, MINUTE } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import { type Route, type RouteRequest, refusalAnswer } from '../host/route.ts';
import { pathFault } from '../maven/path-grammar.ts';
import { MOST_ROWS, makePage } from '../mirror/inventory/page.ts';
import { type InstallationKey, loadKey } from '../operator/key.ts';
import { keyFileOf } from './own-key.ts';
import type { Rooms } from './rooms.ts';

const USUAL_ROWS = 1000;
const CACHING = 'public, max-age=10';
const KEY_FRESH_MS = 1 * MINUTE;

/** `rooms` are open for reading alone. Without a key the pages are unsigned. */
export function inventoryRoute(config: Config, rooms: Rooms, clock: Clock): Route {
  const keyNow = keyReader(config, clock);
  const signatureOf = (path: string) => rooms.signatures.find(path)?.class ?? null;
  const answer = (request: RouteRequest) => {
    const asked = readQuery(request.query);
    if (typeof asked === 'string')
      return refusalAnswer(request, { status: 400, type: 'inventory-query', detail: asked });
    const page = makePage(rooms.inventory, { name: config.name, now: request.now, ...asked, signatureOf }, keyNow());
    if (page.kind === 'void') {
      const detail = 'That cursor is of another database, or none: begin anew, without `after`.';
      return refusalAnswer(request, { status: 410, type: 'inventory-cursor', detail });
    }
    const headers = {
      'content-type': 'application/jsonl; charset=utf-8',
      'cache-control': CACHING,
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    };
    return { status: 200, headers, body: page.body };
  };
  return { method: 'GET', path: '/-/inventory', weight: 'page', maxBodyBytes: 0, answer };
}

type Query = {
  readonly after: string | null;
  readonly path: string | null;
  readonly prefix: string | null;
  readonly count: number;
};

/** The query, or what is wrong with it. */
function readQuery(query: URLSearchParams): Query | string {
  const count = query.get('count') ?? String(USUAL_ROWS);
  if (!/^[1-9]\d{0,3}$/.test(count) || Number(count) > MOST_ROWS) return `count is a number from 1 to ${MOST_ROWS}.`;
  const path = query.get('path');
  if (path !== null && pathFault(path) !== null) return 'path is no repository path.';
  const prefix = query.get('prefix');
  if (prefix !== null && pathFault(prefix.replace(/\/$/, '')) !== null)
    return 'prefix is no beginning of a repository path.';
  return { after: query.get('after'), path, prefix, count: Number(count) };
}

/** Read again now and then: keys are rotated while we run. One that cannot be used leaves the pages unsigned; doctor says why. */
function keyReader(config: Config, clock: Clock): () => InstallationKey | null {
  let key: InstallationKey | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.now() - readAt < KEY_FRESH_MS) return key;
    readAt = clock.now();
    try {
      key = loadKey(keyFileOf(config));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      key = null;
    }
    return key;
  };
}
