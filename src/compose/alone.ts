import type { Config } from '../config/schema.ts';
import { type Clock, isoTime, SECOND } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import { takeLock } from '../host/lock.ts';
import { type Folders, foldersOf, prepareFolders } from './folders.ts';

/**
 * For work that replaces state.db: no daemon, no pass and no scrub of this data directory meanwhile. The daemon is never waited for. Throws
 * `busy`.
 */
export async function alone<T>(
  config: Config,
  verb: string,
  waitSeconds: number,
  clock: Clock,
  signal: AbortSignal,
  work: (folders: Folders) => Promise<T>,
): Promise<T> {
  const folders = foldersOf(config.data);
  prepareFolders(folders);
  using _daemon = await takeLock(folders.daemonLock, verb, 0, clock, signal).catch(stopItFirst);
  using _tree = await takeLock(folders.lock, verb, waitSeconds * SECOND, clock, signal);
  using _scrub = await takeLock(folders.scrubLock, verb, waitSeconds * SECOND, clock, signal);
  return await work(folders);
}

function stopItFirst(error: unknown): never {
  if (!(error instanceof CodedError) || error.code !== 'busy') throw error;
  throw new CodedError('busy', error.message, {
    cause: error,
    ...(error.path === null ? {} : { path: error.path }),
    remedy: 'Stop the daemon first (`systemctl stop assay.socket assay`): its serve processes hold the database open.',
  });
}

/** A name for what is put aside at a time, so that nothing that was put aside before is in the way. */
export function asideName(name: string, why: string, at: number): string {
  return `${name}.before-${why}-${stamp(at)}`;
}

/** `20261121T013000000Z` */
export function stamp(at: number): string {
  return isoTime(at).replace(/[-:.]/g, '');
}
