// Every mirror as it is known here: from the configuration, from rounds, from reports, from the list of mirrors. For pages and their twins.

import type { Config } from '../config/schema.ts';
import type { MirrorPage, MirrorStanding, PassesResult, RoundsResult } from '../config/shape/fleet.ts';
import type { IncidentsResult } from '../config/shape/incident.ts';
import { HOUR, isoTime, SECOND } from '../host/clock.ts';
import { newestReports } from '../primary/intake.ts';
import { type ListedMirror, type MirrorList, openListStore } from '../primary/mirror-list.ts';
import { CANNOT_SEE, type CrawlStore, type MirrorRecord, ORIGIN, openCrawlStore } from '../watch/crawl/round.ts';
import { carriedListFile, readList } from './carried-list.ts';
import { crawledJson } from './crawl-result.ts';
import type { Rooms } from './rooms.ts';
import { OUTCOMES } from './status.ts';

type IncidentJson = IncidentsResult['incidents'][number];

const LAG_SPAN_MS = 48 * HOUR;
const MOST_LAG_POINTS = 48;
const MOST_VISITS = 100;
const MOST_ROWS = 200;

/** Those of the configuration in its order. `standing`: incidents that are not over. Without `hasLag` lag over time is left out. */
export function fleetOf(
  config: Config,
  rooms: Rooms,
  standing: readonly IncidentJson[],
  now: number,
  hasLag = true,
): MirrorStanding[] {
  const store = openCrawlStore(rooms.database);
  const visited = new Map(store.mirrors().map((record) => [record.name, record]));
  const listed = new Map((signedListOf(config, rooms)?.mirrors ?? []).map((mirror) => [mirror.name, mirror]));
  const heard = config.primary === null ? new Map<string, number>() : heardOf(rooms);
  const named = config.mirrors.length > 0 || config.crawl !== null ? ourNames(config, visited) : [...listed.keys()];
  const troubles = Map.groupBy(standing, ({ mirror }) => mirror);
  return named.map((name) => {
    const own = troubles.get(name) ?? [];
    const told = listed.get(name);
    const set = config.mirrors.find((each) => each.name === name);
    const record = visited.get(name) ?? null;
    return {
      name,
      url: record?.url ?? set?.url ?? told?.url ?? config.crawl?.origin ?? '',
      role: name === ORIGIN ? ('origin' as const) : ('mirror' as const),
      country: set?.country ?? told?.country ?? null,
      operated_by: set?.operated_by ?? told?.operated_by ?? null,
      ...seenOf(record, told),
      reported_at: timeOf(heard.get(name) ?? null),
      troubles: own.length,
      critical: own.filter(({ severity }) => severity === 'critical').length,
      lag: hasLag ? lagOf(store, name, now) : [],
    };
  });
}

export function mirrorPageOf(
  config: Config,
  rooms: Rooms,
  standing: readonly IncidentJson[],
  name: string,
  now: number,
): MirrorPage | null {
  const found = fleetOf(config, rooms, standing, now, false).find((each) => each.name === name);
  if (found === undefined) return null;
  const store = openCrawlStore(rooms.database);
  const mirror = { ...found, lag: lagOf(store, name, now) };
  const last = store.mirrors().find((record) => record.name === name)?.last ?? null;
  return {
    mirror,
    last: last === null ? null : crawledJson(last),
    visits: store.visits.of(name, MOST_VISITS).map(({ round, at, ended, health, behindMs, ...rest }) => ({
      ...{ round, at: isoTime(at), ended, health, behind_seconds: behindMs === null ? null : behindMs / SECOND },
      ...{ claims: rest.claims, proofs: rest.proofs, troubles: rest.troubles, verdicts: rest.verdicts },
    })),
    incidents: standing.filter((each) => each.mirror === name),
  };
}

export function passesOf({ history }: Rooms): PassesResult {
  return {
    passes: history.recent(MOST_ROWS).map((pass) => ({
      pass: pass.id,
      started_at: isoTime(pass.startedAt),
      ended_at: timeOf(pass.endedAt),
      outcome: pass.outcome === null ? 'running' : OUTCOMES[pass.outcome],
      sentence: pass.sentence ?? '',
      generation: pass.generation,
      ...{ listed: pass.listed, added: pass.added, changed: pass.changed, removed: pass.removed },
      bytes_fetched: pass.bytesFetched,
    })),
  };
}

export function roundsOf({ database }: Rooms): RoundsResult {
  const rounds = openCrawlStore(database).visits.rounds(MOST_ROWS);
  return {
    rounds: rounds.map(({ id, startedAt, endedAt, outcome, ...rest }) => ({
      round: id,
      started_at: isoTime(startedAt),
      ended_at: timeOf(endedAt),
      outcome: outcome ?? 'running',
      ...rest,
    })),
    cannot_see: CANNOT_SEE,
  };
}

type Seen = Pick<
  MirrorStanding,
  'state' | 'since' | 'reason' | 'checked_at' | 'answered_at' | 'behind_seconds' | 'verdicts' | 'claims' | 'proofs'
>;

/** What we saw counts for more than what a list says. */
function seenOf(record: MirrorRecord | null, told: ListedMirror | undefined): Seen {
  if (record !== null && record.visitedAt !== null) {
    const { health, last, visitedAt, answeredAt, behindMs } = record;
    const verdicts = Object.entries(last?.verdicts ?? {}).map(([verdict, count = 0]) => [verdict, count]);
    return {
      ...{ state: health.state, since: isoTime(health.since), reason: health.reason },
      ...{ checked_at: isoTime(visitedAt), answered_at: timeOf(answeredAt) },
      behind_seconds: behindMs === null ? null : behindMs / SECOND,
      verdicts: Object.fromEntries(verdicts),
      ...{ claims: last?.claims ?? 0, proofs: last?.proofs ?? 0 },
    };
  }
  const nothing = { reason: '', answered_at: null, claims: 0, proofs: 0 };
  if (told === undefined)
    return { ...nothing, state: 'never', since: null, checked_at: null, behind_seconds: null, verdicts: {} };
  return {
    ...nothing,
    ...{ state: told.healthy ? 'good' : 'bad', since: told.since, checked_at: told.checked_at },
    ...{ behind_seconds: told.lag_seconds, verdicts: told.verdicts },
  };
}

function ourNames({ mirrors, crawl }: Config, visited: ReadonlyMap<string, MirrorRecord>): string[] {
  const hasOrigin = crawl?.origin != null && visited.has(ORIGIN);
  return [...(hasOrigin ? [ORIGIN] : []), ...mirrors.map(({ name }) => name)];
}

/** The primary's own, or the one that this mirror carries; null: there is none. */
export function signedListOf(config: Config, { database }: Rooms): MirrorList | null {
  return config.primary === null
    ? (readList(carriedListFile(config))?.list ?? null)
    : openListStore(database).current();
}

function heardOf({ database }: Rooms): Map<string, number> {
  return new Map(newestReports(database, 'status').map(({ mirror, receivedAt }) => [mirror, receivedAt]));
}

function lagOf({ visits }: CrawlStore, name: string, now: number): MirrorStanding['lag'] {
  return thinned(visits.lagSince(name, now - LAG_SPAN_MS)).map(({ at, behindMs }) => ({
    at: isoTime(at),
    behind_seconds: behindMs === null ? null : behindMs / SECOND,
  }));
}

/** Evenly, the newest always among them. */
function thinned<T>(points: readonly T[]): readonly T[] {
  const step = Math.ceil(points.length / MOST_LAG_POINTS);
  return step <= 1 ? points : points.filter((_, at) => (points.length - 1 - at) % step === 0);
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}
