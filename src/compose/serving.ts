// The serve processes as one: started together on one port, replaced when one dies, stopped together.

import { availableParallelism } from 'node:os';
import type { Config, ServeConfig } from '../config/schema.ts';
import { type Clock, SECOND } from '../host/clock.ts';
import { FIRST_HANDED, type Forked, forkModule } from '../host/fork.ts';
import { handedSockets } from '../host/handed.ts';
import type { Logger, LogLevel } from '../host/logger.ts';
import { missIn } from './asking-for-files.ts';
import { watchCrew } from './crew-watch.ts';
import type { Pulling } from './pulling.ts';
import type { ServeReady, ServeTask } from './serve-process.ts';
import { type FigureKeeper, makeFigureKeeper } from './serving-figures.ts';
import { shareTicketKeys } from './ticket-keys.ts';

export interface Serving {
  readonly urls: readonly string[];
  readonly redirectUrls: readonly string[];
  reload(): void;
  /** Whether every process answers within `timeoutMs`, so far as it is ready. */
  isAlive(timeoutMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

/** Where a process listens. */
type Bound = Pick<ServeTask, 'listen' | 'redirectFrom'>;

const GRACE_MS = 15 * SECOND;
const RESTART_PAUSE_MS = 1 * SECOND;

const NOBODY: Serving = {
  urls: [],
  redirectUrls: [],
  reload: () => {},
  isAlive: async () => true,
  stop: async () => {},
};

export async function startServing(
  config: Config,
  host: { readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
  pulling: Pick<Pulling, 'pull'> | null = null,
): Promise<Serving> {
  const section = config.serve;
  if (section === null) return NOBODY;
  const count = section.processes === 'auto' ? Math.max(1, availableParallelism() - 1) : section.processes;
  const crew = new Set<Forked>();
  const figures = makeFigureKeeper();
  const watch = watchCrew(host.logger);
  const stopping = new AbortController();
  const keys = shareTicketKeys(crew);
  const start = async (at: Bound): Promise<ServeReady> => {
    const member = forkMember(taskOf(config, at, count > 1, host.logger));
    crew.add(member);
    figures.join(member);
    answerQuestions(member, figures, pulling, host.logger);
    const ready = (await member.ready) as ServeReady;
    watch.join(member);
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
      // It fails by the signal alone, which is looked at next.
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
  let bound = boundOf(section);
  try {
    const first = await start(bound);
    bound = { listen: first.urls.map(listenOf), redirectFrom: first.redirectUrls.map(listenOf) };
    for (let more = 1; more < count; more += 1) await start(bound);
    signal.throwIfAborted();
    return { ...first, reload: () => reload(crew), isAlive: watch.isAlive, stop };
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

function boundOf({ listen, plain_http: isPlain, redirect_http: redirect }: ServeConfig): Bound {
  return { listen, redirectFrom: isPlain ? [] : redirect };
}

/** The first process may have been given port 0: the others, and those that replace it, listen where it does. */
function listenOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
}

function reload(crew: ReadonlySet<Forked>): void {
  for (const member of crew) member.signal('SIGHUP');
}

/** With the sockets that were handed to us, whoever of the crew it is: all take connections from the same. */
function forkMember(task: ServeTask): Forked {
  const handed = [...handedSockets(process.env)];
  const within = handed.map(([port], index) => [port, FIRST_HANDED + index] as const);
  const descriptors = handed.map(([, descriptor]) => descriptor);
  return forkModule(new URL('./serve-process.ts', import.meta.url), { ...task, handed: within }, descriptors);
}

function taskOf(config: Config, at: Bound, reusePort: boolean, logger: Logger): ServeTask {
  return { config, ...at, tls: config.serve?.tls ?? null, reusePort, logLevel: logger.level as LogLevel };
}
