// The daemon: serve what is published, run passes on schedule, until told to stop.

import { endOfHours, parseHours } from '../config/hours.ts';
import type { Config } from '../config/schema.ts';
import { SECOND } from '../host/clock.ts';
import { takeLock } from '../host/lock.ts';
import { recover } from '../mirror/publish/publish.ts';
import { startTimetable, type Timetable } from '../schedule/timetable.ts';
import { foldersOf, prepareFolders } from './folders.ts';
import { type PassHost, passOnce, passRoom, withTree } from './pass-job.ts';
import { openRooms } from './rooms.ts';
import { startServing } from './serving.ts';
import { pauseOf } from './status.ts';
import type { ServedAt } from './verbs.ts';

/** Runs until `signal` is aborted. Throws `busy` when another daemon has the data directory, and what serving throws when it cannot begin. */
export async function runDaemon(
  config: Config,
  host: PassHost,
  onReady: (served: ServedAt) => void,
  signal: AbortSignal,
): Promise<void> {
  const folders = foldersOf(config.data);
  prepareFolders(folders);
  using _alone = await takeLock(folders.daemonLock, 'daemon', 0, host.clock, signal);
  await finishInterrupted(config, host, signal);
  await using cleanUp = new AsyncDisposableStack();
  const serving = await startServing(config, host, signal);
  cleanUp.defer(() => serving.stop());
  const onHangUp = () => serving.reload();
  process.on('SIGHUP', onHangUp);
  cleanUp.defer(() => void process.off('SIGHUP', onHangUp));
  const timetable = passTimetable(config, host, signal);
  cleanUp.defer(() => timetable.stop());
  host.logger.info({ urls: serving.urls, data: config.data }, 'daemon started');
  onReady({ urls: serving.urls });
  await untilAborted(signal);
  host.logger.info('daemon is stopping');
}

/** What a kill left half published is finished before the first answer is given. Also makes the tables that serve processes only read. */
async function finishInterrupted(config: Config, host: PassHost, signal: AbortSignal): Promise<void> {
  await withTree(config, 'daemon start', 60, host, signal, async (rooms, digesters) => {
    const source = config.source[0];
    if (source !== undefined)
      await recover(passRoom(config, source, rooms, digesters, host).publishing, host.clock.now(), signal);
  });
}

function passTimetable(config: Config, host: PassHost, signal: AbortSignal): Timetable {
  const source = config.source[0];
  const logger = host.logger.child({ room: 'schedule' });
  return startTimetable(
    {
      name: 'pass',
      cron: source?.schedule ?? '*/30 * * * *',
      jitterMs: (source?.jitter_seconds ?? 0) * SECOND,
      // A new mirror, or one that was down, does not wait for the clock.
      atStart: true,
      work: async () => {
        if (!mayRun(config, host)) return;
        const { outcome } = await passOnce(
          config,
          { verb: 'pass', waitSeconds: 0, acceptPlan: null, seed: null, keepsWindow: true },
          host,
          signal,
        );
        const { end, sentence, generation, listed, added, changed, removed, absent, bytesFetched } = outcome;
        const level = end === 'complete' ? 'info' : 'warn';
        logger[level](
          {
            end,
            sentence,
            generation,
            listed,
            added,
            changed,
            removed,
            absent,
            bytes: bytesFetched,
            seconds: (outcome.endedAt - outcome.startedAt) / SECOND,
          },
          'pass finished',
        );
      },
    },
    { clock: host.clock, logger },
    signal,
  );
}

function mayRun(config: Config, host: PassHost): boolean {
  using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
  const now = host.clock.now();
  const pause = pauseOf(rooms, now);
  const window = config.source[0]?.window ?? null;
  const hours = window === null ? null : parseHours(window);
  if (pause !== null) host.logger.info({ until: pause.until }, 'pass skipped: paused');
  else if (hours !== null && endOfHours(hours, now) === null)
    host.logger.debug({ window }, 'pass skipped: outside of its window');
  else return true;
  return false;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
