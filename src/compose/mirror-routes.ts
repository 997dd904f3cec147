// The list of mirrors, and this mirror in the words of others.

import { readFileSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import type { StatusResult } from '../config/shape/status.ts';
import type { Clock } from '../host/clock.ts';
import { systemCode } from '../host/error.ts';
import { jsonAnswer, type Route, type RouteRequest, refusalAnswer } from '../host/route.ts';
import { openListStore } from '../primary/mirror-list.ts';
import { type MirrorFacts, mirrorzSite, tunasyncJobs } from '../report/dialect.ts';
import { nextRun } from '../schedule/timetable.ts';
import { carriedListFile } from './carried-list.ts';
import type { Rooms } from './rooms.ts';
import { statusOf } from './status.ts';

const CACHING = 'public, max-age=60';

/** `rooms` are open for reading alone. */
export function mirrorRoutes(config: Config, rooms: Rooms, clock: Clock): Route[] {
  const route = (path: string, answer: Route['answer']): Route => ({
    method: 'GET',
    path,
    weight: 'page',
    maxBodyBytes: 0,
    answer,
  });
  const facts = () => factsOf(config, statusOf(config, rooms, clock));
  return [
    route('/-/mirrors.json', (request) => listAnswer(config, rooms, request)),
    route('/-/tunasync.json', () => jsonAnswer(200, CACHING, tunasyncJobs(facts()))),
    route('/-/mirrorz.json', () => jsonAnswer(200, CACHING, mirrorzSite(facts()))),
  ];
}

/** The primary's own list; on any other mirror the one that it carries, byte for byte: it is not ours to lay out anew. */
function listAnswer(config: Config, rooms: Rooms, request: RouteRequest) {
  if (config.primary !== null) {
    const list = openListStore(rooms.database).current();
    if (list !== null) return jsonAnswer(200, CACHING, list);
  }
  try {
    return { ...jsonAnswer(200, CACHING, null), body: readFileSync(carriedListFile(config)) };
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return refusalAnswer(request, {
      status: 404,
      type: 'mirrors-none',
      detail: 'This mirror carries no list of mirrors.',
    });
  }
}

function factsOf(config: Config, status: StatusResult): MirrorFacts {
  const at = (text: string | null | undefined) => (text == null ? null : Date.parse(text));
  const attempt = status.last_attempt;
  const state = stateOf(status);
  const [source] = config.source;
  return {
    name: config.name,
    url: `https://${config.name}`,
    upstream: source?.url.replace(/\/\/[^/@]*@/, '//') ?? '',
    bytes: status.bytes,
    lastSuccessAt: at(status.last_success_at),
    lastStartedAt: at(attempt?.started_at),
    lastEndedAt: at(attempt?.ended_at),
    nextAt: source === undefined || state === 'paused' ? null : nextRun(source.schedule),
    state,
    since:
      state === 'syncing'
        ? at(attempt?.started_at)
        : state === 'paused'
          ? at(status.paused?.since)
          : at(attempt?.ended_at),
  };
}

function stateOf({ paused, last_attempt: attempt }: StatusResult): MirrorFacts['state'] {
  if (attempt?.outcome === 'running') return 'syncing';
  if (paused !== null) return 'paused';
  if (attempt === null) return 'none';
  return attempt.outcome === 'clean' ? 'success' : 'failed';
}
