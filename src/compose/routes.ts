// Every address of our own that a serve process answers, collected from the rooms.

import type { Config } from '../config/schema.ts';
import type { Clock } from '../host/clock.ts';
import type { Logger } from '../host/logger.ts';
import type { MetricFamily } from '../host/metrics.ts';
import { jsonAnswer, type Route } from '../host/route.ts';
import { statsRoutes } from '../stats/export.ts';
import { clientRoutes } from './clients.ts';
import { statisticsOf } from './counts.ts';
import { dashboardOf } from './dashboard.ts';
import { healthRoute } from './health.ts';
import { inventoryRoute } from './inventory-routes.ts';
import { metricsRoute } from './metrics.ts';
import { mirrorRoutes } from './mirror-routes.ts';
import { primaryRoutes } from './primary.ts';
import type { Rooms } from './rooms.ts';
import { statusOf } from './status.ts';
import { traceRoutes } from './trace-routes.ts';
import { writingRoutes } from './writing.ts';

const STATUS_CACHING = 'public, max-age=10';

/** `rooms` are open for reading alone. `processes` gives what the serve processes count, added up. `isTls`: whether they are reached so. */
export function routesOf(
  config: Config,
  rooms: Rooms,
  clock: Clock,
  processes: () => Promise<MetricFamily[]>,
  logger: Logger,
  isTls: boolean,
): Route[] {
  return [
    healthRoute(config, rooms),
    metricsRoute(config, rooms, clock, processes),
    statusRoute(config, rooms, clock),
    ...traceRoutes(config),
    inventoryRoute(config, rooms, clock),
    ...dashboardOf(config, rooms, { clock, logger }),
    ...clientRoutes(config, rooms, isTls),
    ...statsRoutes(rooms.counts, (day) => statisticsOf(config, rooms, day, 'all', clock)),
    ...primaryRoutes(config, rooms),
    ...mirrorRoutes(config, rooms, clock),
    ...writingRoutes(config, rooms, { clock, logger }),
  ];
}

/** The `result` of `assay status --json`. */
function statusRoute(config: Config, rooms: Rooms, clock: Clock): Route {
  const answer = () => jsonAnswer(200, STATUS_CACHING, statusOf(config, rooms, clock));
  return { method: 'GET', path: '/-/status.json', weight: 'page', maxBodyBytes: 0, answer };
}
