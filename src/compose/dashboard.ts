// The pages of the dashboard, given the summaries of the rooms. In a serve process: everything is read, nothing is written.

import type { Config } from '../config/schema.ts';
import { dashboardRoutes, type Summaries } from '../dashboard/routes.ts';
import type { Clock } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import type { Logger } from '../host/logger.ts';
import type { Route } from '../host/route.ts';
import { blameWords, remedyFor } from '../watch/alert/alert.ts';
import { CANNOT_SEE, openCrawlStore, promiseOf } from '../watch/crawl/round.ts';
import { refusedOf } from './artifact-standing.ts';
import { artifactSummaries } from './artifacts.ts';
import { fleetOf, mirrorPageOf, passesOf, roundsOf, signedListOf } from './fleet.ts';
import { listOf, pageOf } from './incidenting.ts';
import type { Rooms } from './rooms.ts';
import { statisticsResult } from './statistics.ts';
import { statusOf } from './status.ts';
import { ownVersion } from './version.ts';

/** `rooms` are open for reading alone. */
export function dashboardOf(config: Config, rooms: Rooms, host: { clock: Clock; logger: Logger }): Route[] {
  return dashboardRoutes(summariesOf(config, rooms, host), (error, path) =>
    host.logger.error({ err: error, path }, 'a page could not be made'),
  );
}

export function summariesOf(config: Config, rooms: Rooms, host: { clock: Clock; logger: Logger }): Summaries {
  const standing = () => listOf(config, rooms, host, false).incidents;
  return {
    name: config.name,
    version: ownVersion(),
    roles: {
      mirrors: config.source.length > 0,
      crawls: config.crawl !== null,
      counts: config.stats !== null,
    },
    cannotSee: CANNOT_SEE,
    status: () => statusOf(config, rooms, host.clock),
    incidents: (all) => listOf(config, rooms, host, all).incidents,
    incident: (id) => {
      try {
        return pageOf(config, rooms, host, id);
      } catch (error) {
        if (error instanceof CodedError && error.code === 'incident-unknown') return null;
        throw error;
      }
    },
    mirrors: (now, hasLag) => fleetOf(config, rooms, standing(), now, hasLag),
    hasList: () => signedListOf(config, rooms) !== null,
    mirror: (name, now) => mirrorPageOf(config, rooms, standing(), name, now),
    passes: () => passesOf(rooms).passes,
    rounds: () => roundsOf(rooms).rounds,
    promise(name) {
      const last = openCrawlStore(rooms.database)
        .mirrors()
        .find((record) => record.name === name)?.last;
      return last == null ? null : promiseOf(last.figures);
    },
    used() {
      const recent = rooms.counts.recent('all');
      return recent && { downloads: recent.total, measuredDays: recent.measuredDays, top: recent.top };
    },
    ...artifactSummaries(config, rooms),
    statistics: () => statisticsResult(config, rooms, host.clock),
    refused: () => refusedOf(rooms),
    remedy: remedyFor,
    blame: blameWords,
  };
}
