// One serve process: a read-only database, the published tree, a listening socket, and nothing else. The kernel shares connections out among
// the processes that listen on the same port. When the daemon goes, it goes.

import type { Config, ServeConfig } from '../config/schema.ts';
import { SECOND, systemClock } from '../host/clock.ts';
import { asForked, type Conversation } from '../host/fork.ts';
import { type Logger, type LogLevel, makeLogger } from '../host/logger.ts';
import { gauge, type MetricFamily } from '../host/metrics.ts';
import { watchSlow } from '../host/slow.ts';
import {
  type AccessLog,
  type Miss,
  makeFigures,
  NO_ACCESS_LOG,
  openAccessLog,
  type RunningServer,
  type ServeOptions,
  type ServeRooms,
  startServer,
  type TlsFiles,
} from '../mirror/serve/server.ts';
import { askForFiles } from './asking-for-files.ts';
import { foldersOf } from './folders.ts';
import { isOnDemand } from './on-demand.ts';
import { openRoomsToRead } from './rooms.ts';
import { routesOf } from './routes.ts';
import { servedRooms } from './served.ts';
import { allFigures, tellFigures } from './serving-figures.ts';
import { readTicketKeys } from './ticket-keys.ts';

export interface ServeTask {
  readonly config: Config;
  readonly listen: readonly string[];
  readonly redirectFrom?: readonly string[];
  /** Null: plain HTTP. */
  readonly tls: TlsFiles | null;
  readonly reusePort: boolean;
  /** Ports, and the descriptors of sockets that listen at them already. */
  readonly handed?: readonly (readonly [port: number, descriptor: number])[];
  readonly logLevel: LogLevel;
}

export interface ServeReady {
  readonly urls: readonly string[];
  readonly redirectUrls: readonly string[];
}

/** A server, and what in it is read again on SIGHUP. */
export interface ServingHere extends RunningServer {
  reload(): void;
}

/** Starts serving in this very process, or, with `talk`, in a process of the daemon's, which fetches what is asked for on demand. */
export async function serve(
  task: ServeTask,
  signal: AbortSignal,
  talk: Conversation | null = null,
  ownMiss: Miss | null = null,
): Promise<ServingHere> {
  const folders = foldersOf(task.config.data);
  const logger = makeLogger(task.logLevel).child({ room: 'serve' });
  watchSlow(sectionOf(task.config).slow_ms, logger);
  const figures = makeFigures();
  const telling = new AbortController();
  if (talk !== null) {
    tellFigures(talk, figures.families, telling.signal, (error) =>
      logger.warn({ err: error }, 'figures were not told'),
    );
  }
  await using cleanUp = new AsyncDisposableStack();
  const rooms = openRoomsToRead(folders);
  cleanUp.defer(() => rooms[Symbol.dispose]());
  const accessLog = accessLogOf(sectionOf(task.config), logger);
  cleanUp.defer(() => accessLog.close());
  let certificateEnds: () => number | null = () => null;
  const miss = task.config.source.some(isOnDemand) ? (ownMiss ?? (talk === null ? null : askForFiles(talk))) : null;
  const processes = async () => [
    certificateFigure(certificateEnds()),
    ...(talk === null ? figures.families() : await allFigures(talk)),
  ];
  const serveRooms: ServeRooms = {
    ...servedRooms(rooms),
    takenDown: rooms.takedowns.of,
    clock: systemClock,
    logger,
    routes: routesOf(task.config, rooms, systemClock, processes, logger, task.tls !== null),
    figures,
    accessLog,
    ...(miss === null ? {} : { miss }),
  };
  const server = await startServer(optionsOf(task), serveRooms, signal);
  certificateEnds = server.certificateEnds;
  talk?.onNews((keys) => server.setTicketKeys(readTicketKeys(keys)));
  // Answers under way still read the database and are written down: both are closed after the drain.
  const kept = cleanUp.move();
  return {
    ...server,
    reload() {
      accessLog.reopen().catch((error: unknown) => logger.error({ err: error }, 'access log was not reopened'));
      tryReload(server, logger);
    },
    async stop(graceMs) {
      await server.stop(graceMs);
      telling.abort();
      await kept.disposeAsync();
    },
  };
}

/** Of the process that is asked: all read the same files. */
function certificateFigure(endsAt: number | null): MetricFamily {
  return gauge(
    'assay_certificate_not_after_timestamp_seconds',
    'End of the first certificate to end.',
    endsAt === null ? null : endsAt / SECOND,
  );
}

function accessLogOf({ access_log: path, log_addresses: detail }: ServeConfig, logger: Logger): AccessLog {
  return path === null ? NO_ACCESS_LOG : openAccessLog(path, detail, { clock: systemClock, logger });
}

function optionsOf({ config, listen, redirectFrom = [], reusePort, tls, handed = [] }: ServeTask): ServeOptions {
  const folders = foldersOf(config.data);
  const section = sectionOf(config);
  return {
    name: config.name,
    published: folders.published,
    deployAt: section.deploy_at,
    alsoAt: section.also_at,
    hstsSeconds: section.tls?.hsts_seconds ?? 0,
    trustedProxies: section.trusted_proxies,
    accelRedirect: section.accel_redirect,
    limits: {
      connections: section.limits.connections,
      perAddress: section.limits.per_address,
      requestsPerSecond: section.limits.requests_per_second,
    },
    challenges: section.acme_challenges ?? folders.acme,
    listen,
    redirectFrom,
    reusePort,
    handed: new Map(handed),
    tls,
  };
}

function sectionOf({ serve: section }: Config): ServeConfig {
  if (section === null) throw new TypeError('a serve process without the section serve');
  return section;
}

/** The old certificate goes on when the new one does not fit: a reload never ends a server. */
function tryReload(server: RunningServer, logger: Logger): void {
  try {
    server.reloadCertificate();
  } catch (error) {
    logger.error({ err: error }, 'certificate was not read again; the old one goes on');
  }
}

if (process.send !== undefined && import.meta.main) {
  const forkling = asForked();
  const task = (await forkling.task) as ServeTask;
  const server = await serve(task, new AbortController().signal, forkling.talk);
  forkling.signal.addEventListener('abort', () => void server.stop(), { once: true });
  process.on('SIGHUP', () => server.reload());
  forkling.ready({ urls: server.urls, redirectUrls: server.redirectUrls } satisfies ServeReady);
}
