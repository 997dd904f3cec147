// A page at its address, and the same as JSON for who asks so.

import { jsonAnswer, type Route, type RouteAnswer, type RouteRequest, refusalAnswer } from '../../host/route.ts';
import type { Summaries } from '../summaries.ts';
import { brokenPage, missingPage } from './fault.ts';
import { type Frame, framed, type Page } from './frame.ts';

export interface Shown {
  /** What the page shows, as its twin tells it. */
  readonly value: unknown;
  page(): Page;
}

/** `params` come without the ending `.json`. Null: there is nothing of that name. */
export type Show = (request: RouteRequest, summaries: Summaries) => Shown | null;

/** Told of what could not be shown. */
export type OnFault = (error: unknown, path: string) => void;

export interface PageEntry {
  /** With `:name` at its end the same path with `.json` behind the name is its twin. */
  readonly path: string;
  readonly show: Show;
  /** A fixed address of the twin. */
  readonly twin?: string;
  /** Who does not say that HTML is welcome gets JSON. */
  readonly isForPrograms?: boolean;
  /** What is named here may itself end with `.json`, as artifacts do: only what is accepted tells a page from its twin. */
  readonly isNamedFreely?: boolean;
}

const CACHING = 'public, max-age=10';
const JSON_NAME = /\.json$/;
const LEAST_AGAIN_SECONDS = 10;
const MOST_AGAIN_SECONDS = 3600;
const USUAL_AGAIN_SECONDS = 60;

export function pageRoutes(summaries: Summaries, onFault: OnFault): (entry: PageEntry) => Route[] {
  return (entry) => {
    const answer = (request: RouteRequest) =>
      wantsPage(request, entry) ? pageAnswer(request, entry, summaries, onFault) : jsonOf(request, entry, summaries);
    const route = (path: string): Route => ({ method: 'GET', path, weight: 'page', maxBodyBytes: 0, answer });
    return entry.twin === undefined ? [route(entry.path)] : [route(entry.path), route(entry.twin)];
  };
}

export function redirectRoute(from: string, to: string): Route {
  const headers = { location: to, 'cache-control': 'public, max-age=3600' };
  return {
    method: 'GET',
    path: from,
    weight: 'page',
    maxBodyBytes: 0,
    answer: () => ({ status: 301, headers, body: null }),
  };
}

/** A path that ends with `.json` means what it says; otherwise it counts what is accepted. */
function wantsPage(
  { path, headers }: RouteRequest,
  { isForPrograms = false, isNamedFreely = false }: PageEntry,
): boolean {
  if (!isNamedFreely && JSON_NAME.test(path)) return false;
  const accepted = headers.accept ?? '*/*';
  if (/\btext\/html\b/.test(accepted)) return true;
  return !isForPrograms && !/\bapplication\/json\b/.test(accepted);
}

function pageAnswer(request: RouteRequest, entry: PageEntry, summaries: Summaries, onFault: OnFault): RouteAnswer {
  const frame = frameOf(request, summaries);
  try {
    const page = entry.show(named(request, entry), summaries)?.page();
    return framed(page ?? missingPage(request.path), frame);
  } catch (error) {
    onFault(error, request.path);
    return framed(brokenPage(), frame);
  }
}

function jsonOf(request: RouteRequest, entry: PageEntry, summaries: Summaries): RouteAnswer {
  const shown = entry.show(named(request, entry), summaries);
  if (shown !== null) {
    const answer = jsonAnswer(200, CACHING, shown.value);
    return { ...answer, headers: { ...answer.headers, vary: 'accept' } };
  }
  return refusalAnswer(request, { status: 404, type: 'not-found', detail: 'There is nothing of that name here.' });
}

function named(request: RouteRequest, { isNamedFreely = false }: PageEntry): RouteRequest {
  if (isNamedFreely) return request;
  const params = Object.entries(request.params).map(([name, value]) => [name, value.replace(JSON_NAME, '')]);
  return { ...request, params: Object.fromEntries(params) };
}

/** Who speaks, to whom, and how often. */
export function frameOf({ query, now }: RouteRequest, { name, version }: Pick<Summaries, 'name' | 'version'>): Frame {
  const again = Number(query.get('refresh') ?? 0);
  const isUsable = Number.isInteger(again) && again >= LEAST_AGAIN_SECONDS && again <= MOST_AGAIN_SECONDS;
  const other = new URLSearchParams(query);
  if (isUsable) other.delete('refresh');
  else other.set('refresh', String(USUAL_AGAIN_SECONDS));
  return { name, version, now, againSeconds: isUsable ? again : null, againPath: `?${other}` };
}
