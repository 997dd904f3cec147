// The serve processes as one: started together on one port, replaced when one dies, stopped together.

import { availableParallelism } from 'node:os';
import type { Config } from '../config/schema.ts';
import { type Clock, SECOND } from '../host/clock.ts';
import { type Forked, forkModule } from '../host/fork.ts';
import type { Logger, LogLevel } from '../host/logger.ts';
import { missIn } from './asking-for-files.ts';
import type { Pulling } from './pulling.ts';
import type { ServeReady, ServeTask } from './serve-process.ts';
import { type FigureKeeper, makeFigureKeeper } from './serving-figures.ts';
import { shareTicketKeys } from './ticket-keys.ts';

export interface Serving {
  readonly urls: readonly string[];
  readonly redirectUrls: readonly string[];
  reload(): void;
  stop(): Promise<void>;
}

/** Where a process listens. */
type Bound = Pick<ServeTask, 'listen' | 'redirectFrom'>;

const GRACE_MS = 15 * SECOND;
const RESTART_PAUSE_MS = 1 * SECOND;

export async function startServing(
  config: Config,
  host: { readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
  pulling: Pick<Pulling, 'pull'> | null = null,
): Promise<Serving> {
  const section = config.serve;
  if (section === null) return { urls: [], redirectUrls: [], reload: () => {}, stop: async () => {} };
  const count = section.processes === 'auto' ? Math.max(1, availableParallelism() - 1) : section.processes;
  const crew = new Set<Forked>();
  const figures = makeFigureKeeper();
  const stopping = new AbortController();
  const keys = shareTicketKeys(crew);
  const start = async (at: Bound): Promise<ServeReady> => {
    const task = taskOf(config, at, count > 1, host.logger);
    const member = forkModule(new URL('./serve-process.ts', import.meta.url), task);
    crew.add(member);
    figures.join(member);
    answerQuestions(member, figures, pulling, host.logger);
    const ready = (await member.ready) as ServeReady;
    keys.tell(member);
    void member.ended.then(async ({ status, by }) => {
      crew.delete(member);
      if (stopping.signal.aborted) return;
      host.logger.error({ pid: member.pid, status, by }, 'serve process ended and is started again');
      await replace(bound);
    });
    return ready;
  };
  const replace = async (at: Bound): Promise<void> => {
    for (;;) {
      await host.clock.sleep(RESTART_PAUSE_MS, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        await start(at);
        return;
      } catch (error) {
        host.logger.error({ err: error }, 'serve process could not be started; trying again');
      }
    }
  };
  const stop = async () => {
    stopping.abort();
    keys.stop();
    await Promise.all([...crew].map((member) => member.stop(GRACE_MS)));
  };
  const redirectFrom = section.plain_http ? [] : section.redirect_http;
  let bound: Bound = { listen: section.listen, redirectFrom };
  try {
    const first = await start(bound);
    bound = { listen: first.urls.map(listenOf), redirectFrom: first.redirectUrls.map(listenOf) };
    for (let more = 1; more < count; more += 1) await start(bound);
    signal.throwIfAborted();
    return { urls: first.urls, redirectUrls: first.redirectUrls, reload: () => reload(crew), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A serve process asks for the figures of all, or for a file that is not here. */
function answerQuestions(
  member: Forked,
  figures: FigureKeeper,
  pulling: Pick<Pulling, 'pull'> | null,
  logger: Logger,
): void {
  const answer = async (question: unknown) => {
    const path = missIn(question);
    if (path === null) return await figures.total();
    return (await pulling?.pull(path)) ?? 'absent';
  };
  member.talk.answerWith(answer, (error) => logger.warn({ err: error }, 'serve process was not answered'));
}

/** The first process may have been given port 0: the others, and those that replace it, listen where it does. */
function listenOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
}

function reload(crew: ReadonlySet<Forked>): void {
  for (const member of crew) member.signal('SIGHUP');
}

function taskOf(config: Config, at: Bound, reusePort: boolean, logger: Logger): ServeTask {
  return { config, ...at, tls: config.serve?.tls ?? null, reusePort, logLevel: logger.level as LogLevel };
}
