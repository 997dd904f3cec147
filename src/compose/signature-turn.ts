// The published tree, judged again in the background: when a key or a line of the keysmap came, when signatures began to be looked at, and once a day.

import { setImmediate as breathe } from 'node:timers/promises';
import type { Config } from '../config/schema.ts';
import { type Clock, HOUR, SECOND } from '../host/clock.ts';
import { startDigesters } from '../mirror/verify/digest.ts';
import { type TurnOutcome, takeTurn } from '../mirror/verify/signature.ts';
import type { Job } from '../schedule/timetable.ts';
import { foldersOf } from './folders.ts';
import { keysOf, type PassHost } from './pass-job.ts';
import { openRooms } from './rooms.ts';
import { openSigning } from './signing.ts';

const MIB = 1024 * 1024;
/** So much is read in one go of the job; the next one goes on. At the pace of a scrub that is an hour. */
const JOB_SECONDS = HOUR / SECOND;

/** After each good pass, and at the start. */
export function signatureJobs(config: Config, host: PassHost, signal: AbortSignal): Job[] {
  if (config.verify.signatures === 'off') return [];
  const pace = config.verify.scrub_mib_per_second * MIB;
  const work = async () => {
    const budget = pace === 0 ? Number.POSITIVE_INFINITY : pace * JOB_SECONDS;
    const outcome = await turnOnce(config, { bytesPerSecond: pace, budgetBytes: budget }, host, signal);
    if (outcome === null || (outcome.changed.length === 0 && outcome.read === 0)) return;
    const { changed, read, isWhole } = outcome;
    host.logger.child({ room: 'schedule' }).info({ changed: changed.length, read, isWhole }, 'signatures judged again');
  };
  return [{ name: 'signatures', cron: null, after: ['pass'], jitterMs: 0, atStart: true, work }];
}

export interface TurnLimits {
  /** 0: as fast as the disk. */
  readonly bytesPerSecond: number;
  readonly budgetBytes: number;
}

/** Beside whatever else runs; null when signatures are not looked at. Throws what `openSigning` throws. */
export async function turnOnce(
  config: Config,
  limits: TurnLimits,
  host: PassHost,
  signal: AbortSignal,
): Promise<TurnOutcome | null> {
  const folders = foldersOf(config.data);
  const now = host.clock.now();
  using rooms = openRooms(folders, Number.POSITIVE_INFINITY);
  const signing = await openSigning(config, rooms.signatures, now, host.logger.child({ room: 'verify' }), signal);
  if (signing === null) return null;
  await using digesters = startDigesters(1, keysOf(signing));
  const { database, inventory, findings } = rooms;
  const pace = paceOf(limits.bytesPerSecond, host.clock, signal);
  const room = { database, inventory, findings, digesters, signing, published: folders.published, pace };
  return await takeTurn(room, limits.budgetBytes, now, signal);
}

/** Sleeps off what was read faster than it may be. */
function paceOf(bytesPerSecond: number, clock: Clock, signal: AbortSignal): (bytes: number) => Promise<void> {
  return async (bytes) => {
    await breathe();
    signal.throwIfAborted();
    if (bytesPerSecond > 0 && bytes > 0) await clock.sleep((bytes / bytesPerSecond) * SECOND, signal);
  };
}
