// The daemon: serve what is published, run passes on schedule, until told to stop.

import type { Config } from '../config/schema.ts';
import { SECOND } from '../host/clock.ts';
import { takeLock } from '../host/lock.ts';
import { watchSlow } from '../host/slow.ts';
import { recover } from '../mirror/publish/publish.ts';
import { loadOrMakeKey } from '../operator/key.ts';
import { startTimetable } from '../schedule/timetable.ts';
import { foldersOf, prepareFolders } from './folders.ts';
import { type JobHost, jobsOf } from './jobs.ts';
import { keyFileOf } from './own-key.ts';
import { type PassHost, passRoom, withTree } from './pass-job.ts';
import { startPulling } from './pulling.ts';
import { startServing } from './serving.ts';
import { startVigil } from './vigil.ts';

export interface ServedAt {
  readonly urls: readonly string[];
}

export interface DaemonVerbs {
  /** Runs until `signal` is aborted; `onReady` is called once, when it serves. */
  daemon(config: Config, onReady: (served: ServedAt) => void, signal: AbortSignal): Promise<void>;
}

export function daemonVerbs(host: JobHost): DaemonVerbs {
  return { daemon: (config, onReady, signal) => runDaemon(config, host, onReady, signal) };
}

const RELOAD_MS = 5 * SECOND;

/** Runs until `signal` is aborted. Throws `busy` when another daemon has the data directory, and what serving throws when it cannot begin. */
async function runDaemon(
  config: Config,
  host: JobHost,
  onReady: (served: ServedAt) => void,
  signal: AbortSignal,
): Promise<void> {
  const folders = foldersOf(config.data);
  prepareFolders(folders);
  watchSlow(config.serve?.slow_ms ?? null, host.logger);
  using _alone = await takeLock(folders.daemonLock, 'daemon', 0, host.clock, signal);
  await finishInterrupted(config, host, signal);
  // Signs the inventory. Where reports are sent, `enroll` makes the key, and the primary knows it.
  if (config.report === null) loadOrMakeKey(keyFileOf(config));
  await using cleanUp = new AsyncDisposableStack();
  const pulling = startPulling(config, host, signal);
  if (pulling !== null) cleanUp.use(pulling);
  const serving = await startServing(config, host, signal, pulling);
  cleanUp.defer(() => serving.stop());
  const vigil = startVigil(config, serving, host);
  const onHangUp = () => {
    vigil.reloading();
    serving.reload();
    // Who answers now has heard the signal before.
    void serving.isAlive(RELOAD_MS).then(() => vigil.ready());
  };
  process.on('SIGHUP', onHangUp);
  cleanUp.defer(() => void process.off('SIGHUP', onHangUp));
  const timetable = startTimetable(
    jobsOf(config, host, signal),
    { clock: host.clock, logger: host.logger.child({ room: 'schedule' }) },
    signal,
  );
  cleanUp.defer(() => timetable.stop());
  cleanUp.defer(() => vigil.stop());
  host.logger.info({ urls: serving.urls, data: config.data }, 'daemon started');
  vigil.ready();
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

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
