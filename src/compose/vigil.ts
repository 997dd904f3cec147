// Whether the daemon lives, looked at from within and told to systemd: a serve process that answers no more is replaced, and a main process that
// does not get here any more is ended by the watchdog.

import type { Config } from '../config/schema.ts';
import { type Clock, isoTime, SECOND } from '../host/clock.ts';
import type { Logger } from '../host/logger.ts';
import { type Notifier, openNotifier } from '../host/notify.ts';
import { foldersOf } from './folders.ts';
import { openRoomsToRead } from './rooms.ts';
import type { Serving } from './serving.ts';

export interface Vigil {
  ready(): void;
  /** Configuration files are read again; `ready` says when that is done. */
  reloading(): void;
  /** Call first: from now on nobody waits for an answer. */
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 20 * SECOND;
/** Looks within the time that systemd allows, so that one that comes late is not the end. */
const LOOKS_IN_TIME = 6;

export function startVigil(
  config: Config,
  serving: Serving,
  host: { readonly clock: Clock; readonly logger: Logger },
): Vigil {
  const notifier = openNotifier(process.env, host.logger);
  const stopping = new AbortController();
  const everyMs = Math.min(LOOK_EVERY_MS, (notifier?.watchdogMs ?? Number.POSITIVE_INFINITY) / LOOKS_IN_TIME);
  const looking = keepLooking(config, serving, notifier, everyMs, host, stopping.signal);
  return {
    ready: () => {
      const status = notifier === null ? null : statusLine(config, serving, host.logger);
      void notifier?.tell('READY=1', ...(status === null ? [] : [`STATUS=${status}`]));
    },
    reloading: () => void notifier?.tell('RELOADING=1', 'STATUS=reading certificate and log files again'),
    async stop() {
      stopping.abort();
      await looking;
      await notifier?.tell('STOPPING=1', 'STATUS=ending answers that are under way');
    },
  };
}

async function keepLooking(
  config: Config,
  serving: Serving,
  notifier: Notifier | null,
  everyMs: number,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  for (let before = ''; ; ) {
    // It fails by the signal alone, which is looked at next.
    await clock.sleep(everyMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    const isAlive = await serving.isAlive(everyMs / 2);
    if (signal.aborted) return;
    if (!isAlive) logger.warn('a serve process does not answer');
    if (notifier === null) continue;
    const status = statusLine(config, serving, logger) ?? before;
    const news = [
      ...(isAlive && notifier.watchdogMs !== null ? ['WATCHDOG=1'] : []),
      ...(status === before ? [] : [`STATUS=${status}`]),
    ];
    if (news.length > 0) await notifier.tell(...news);
    before = status;
  }
}

/** The line in `systemctl status`; null when the database does not give it, which is nothing to die of. */
function statusLine(config: Config, { urls }: Serving, logger: Logger): string | null {
  try {
    using rooms = openRoomsToRead(foldersOf(config.data));
    const { files, generation } = rooms.inventory.current();
    const success = rooms.history.lastSuccess();
    const bad = rooms.withheld.list().length;
    return [
      urls.length === 0 ? 'serving nothing itself' : `serving ${files} files`,
      `generation ${generation}`,
      success === null ? 'no good pass yet' : `last good pass began ${isoTime(success)}`,
      ...(bad === 0 ? [] : [`${bad} DAMAGED`]),
    ].join(', ');
  } catch (error) {
    logger.warn({ err: error }, 'status could not be read');
    return null;
  }
}
