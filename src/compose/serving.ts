// The serve processes as one: started together on one port, replaced when one dies, stopped together.

import { availableParallelism } from 'node:os';
import type { Config } from '../config/schema.ts';
import { type Clock, SECOND } from '../host/clock.ts';
import { type Forked, forkModule } from '../host/fork.ts';
import type { Logger, LogLevel } from '../host/logger.ts';
import type { ServeReady, ServeTask } from './serve-process.ts';
import { makeFigureKeeper } from './serving-figures.ts';

export interface Serving {
  readonly urls: readonly string[];
  reload(): void;
  stop(): Promise<void>;
}

const GRACE_MS = 15 * SECOND;
const RESTART_PAUSE_MS = 1 * SECOND;

export async function startServing(
  config: Config,
  host: { readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
): Promise<Serving> {
  const section = config.serve;
  if (section === null) return { urls: [], reload: () => {}, stop: async () => {} };
  const count = section.processes === 'auto' ? Math.max(1, availableParallelism() - 1) : section.processes;
  const crew = new Set<Forked>();
  const figures = makeFigureKeeper();
  const stopping = new AbortController();
  const start = async (listen: readonly string[]): Promise<ServeReady> => {
    const member = forkModule(
      new URL('./serve-process.ts', import.meta.url),
      taskOf(config, listen, count > 1, host.logger),
    );
    crew.add(member);
    figures.join(member, (error) => host.logger.warn({ err: error }, 'figures were not added up'));
    const ready = (await member.ready) as ServeReady;
    void member.ended.then(async ({ status, by }) => {
      crew.delete(member);
      if (stopping.signal.aborted) return;
      host.logger.error({ pid: member.pid, status, by }, 'serve process ended and is started again');
      await replace(bound);
    });
    return ready;
  };
  const replace = async (listen: readonly string[]): Promise<void> => {
    for (;;) {
      await host.clock.sleep(RESTART_PAUSE_MS, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        await start(listen);
        return;
      } catch (error) {
        host.logger.error({ err: error }, 'serve process could not be started; trying again');
      }
    }
  };
  const stop = async () => {
    stopping.abort();
    await Promise.all([...crew].map((member) => member.stop(GRACE_MS)));
  };
  let bound = section.listen;
  try {
    const first = await start(section.listen);
    bound = first.urls.map(listenOf);
    for (let more = 1; more < count; more += 1) await start(bound);
    signal.throwIfAborted();
    return { urls: first.urls, reload: () => reload(crew), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The first process may have been given port 0: the others, and those that replace it, listen where it does. */
function listenOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
}

function reload(crew: ReadonlySet<Forked>): void {
  for (const member of crew) member.signal('SIGHUP');
}

function taskOf(config: Config, listen: readonly string[], reusePort: boolean, logger: Logger): ServeTask {
  const tls = config.serve?.tls ?? null;
  return {
    config,
    listen,
    tls: tls === null ? null : { certificate: tls.certificate, key: tls.key, profile: tls.profile },
    reusePort,
    logLevel: logger.level as LogLevel,
  };
}
