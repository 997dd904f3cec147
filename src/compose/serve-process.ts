// One serve process: a read-only database, the published tree, a listening socket, and nothing else. The kernel shares connections out among
// the processes that listen on the same port. When the daemon goes, it goes.

import type { Config } from '../config/schema.ts';
import { systemClock } from '../host/clock.ts';
import { asForked, type Conversation } from '../host/fork.ts';
import { type LogLevel, makeLogger } from '../host/logger.ts';
import { makeFigures, type RunningServer, type ServeRooms, startServer } from '../mirror/serve/server.ts';
import { foldersOf } from './folders.ts';
import { openRoomsToRead } from './rooms.ts';
import { routesOf } from './routes.ts';
import { servedRooms } from './served.ts';
import { allFigures, tellFigures } from './serving-figures.ts';

export interface ServeTask {
  readonly config: Config;
  readonly listen: readonly string[];
  /** Null: plain HTTP. */
  readonly tls: { readonly certificate: string; readonly key: string; readonly profile: 'modern' | 'legacy' } | null;
  readonly reusePort: boolean;
  readonly logLevel: LogLevel;
}

export interface ServeReady {
  readonly urls: readonly string[];
}

/** Starts serving in this very process, or, with `talk`, in a process of the daemon's. */
export async function serve(
  task: ServeTask,
  signal: AbortSignal,
  talk: Conversation | null = null,
): Promise<RunningServer> {
  const folders = foldersOf(task.config.data);
  const rooms = openRoomsToRead(folders);
  const logger = makeLogger(task.logLevel).child({ room: 'serve' });
  const figures = makeFigures();
  const telling = new AbortController();
  if (talk !== null) {
    tellFigures(talk, figures.families, telling.signal, (error) =>
      logger.warn({ err: error }, 'figures were not told'),
    );
  }
  const serveRooms: ServeRooms = {
    ...servedRooms(rooms),
    takenDown: rooms.takedowns.of,
    clock: systemClock,
    logger,
    routes: routesOf(task.config, rooms, systemClock, async () =>
      talk === null ? figures.families() : allFigures(talk),
    ),
    figures,
  };
  const options = {
    name: task.config.name,
    published: folders.published,
    deployAt: null,
    listen: task.listen,
    reusePort: task.reusePort,
    tls: task.tls,
  };
  const server = await startServer(options, serveRooms, signal);
  return {
    ...server,
    // Answers under way still read the database: it is closed after the drain.
    stop: async (graceMs) => {
      await server.stop(graceMs);
      telling.abort();
      rooms[Symbol.dispose]();
    },
  };
}

if (process.send !== undefined && import.meta.main) {
  const forkling = asForked();
  const task = (await forkling.task) as ServeTask;
  const server = await serve(task, new AbortController().signal, forkling.talk);
  forkling.signal.addEventListener('abort', () => void server.stop(), { once: true });
  process.on('SIGHUP', () => server.reloadCertificate());
  forkling.ready({ urls: server.urls } satisfies ServeReady);
}
