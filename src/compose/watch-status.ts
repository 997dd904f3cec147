// The watch in `assay status`: what stands, how the mirrors are thought of, and whether people can be told.

import type { Config } from '../config/schema.ts';
import type { StatusResult } from '../config/shape/status.ts';
import { isoTime, SECOND } from '../host/clock.ts';
import { ALERT_TOPIC } from '../watch/alert/alert.ts';
import { type MirrorRecord, openCrawlStore } from '../watch/crawl/round.ts';
import { openIncidentStore } from '../watch/incident/incident.ts';
import { budgetsOf } from './crawl-hosts.ts';
import { promiseJson } from './crawl-result.ts';
import type { Rooms } from './rooms.ts';

type Watched = NonNullable<StatusResult['crawl']>['mirrors'][number];

export function watchStatus(
  config: Config,
  rooms: Rooms,
  now: number,
): Pick<StatusResult, 'incidents' | 'crawl' | 'alerts'> {
  const standing = openIncidentStore(rooms.database).standing();
  const open = standing.filter(({ acknowledgedAt }) => acknowledgedAt === null);
  const { due, dead } = rooms.outbox.state(ALERT_TOPIC);
  return {
    incidents: {
      standing: standing.length,
      unacknowledged: open.length,
      critical: open.filter(({ severity }) => severity === 'critical').length,
    },
    crawl: config.crawl === null ? null : crawlOf(config, rooms, standing, now),
    alerts: config.alerts.length === 0 ? null : { waiting: due, undeliverable: dead },
  };
}

function crawlOf(
  config: Config,
  rooms: Rooms,
  standing: readonly { readonly mirror: string | null }[],
  now: number,
): StatusResult['crawl'] {
  const store = openCrawlStore(rooms.database);
  const lastRound = store.lastSuccess();
  const known = new Map(store.mirrors().map((record) => [record.name, record]));
  const mirrors = budgetsOf(config).map((host) => {
    const incidents = standing.filter(({ mirror }) => mirror === host.name).length;
    return watchedOf(host, known.get(host.name) ?? null, incidents, store.spent(host.name, now), now);
  });
  return { last_round_at: lastRound === null ? null : isoTime(lastRound), mirrors };
}

function watchedOf(
  { name, budget }: ReturnType<typeof budgetsOf>[number],
  record: MirrorRecord | null,
  incidents: number,
  spent: { readonly requests: number; readonly bytes: number },
  now: number,
): Watched {
  const { health, visitedAt, behindMs, last } = record ?? NEVER;
  return {
    name,
    state: health?.state ?? 'probation',
    since: isoTime(health?.since ?? now),
    reason: health?.reason ?? 'not visited yet',
    visited_at: visitedAt === null ? null : isoTime(visitedAt),
    behind_seconds: behindMs === null ? null : behindMs / SECOND,
    verdicts: Object.fromEntries(Object.entries(last?.verdicts ?? {}).map(([verdict, count = 0]) => [verdict, count])),
    incidents,
    promise: last === null ? null : promiseJson(last.figures),
    requests_today: spent.requests,
    requests_per_day: budget.requestsPerDay,
    bytes_today: spent.bytes,
    bytes_per_day: budget.bytesPerDay,
  };
}

const NEVER = { health: null, visitedAt: null, behindMs: null, last: null } as const;
