import type { Config } from '../config/schema.ts';
import { CodedError } from '../host/error.ts';
import type { Job } from '../schedule/timetable.ts';
import { foldersOf } from './folders.ts';
import { openRoomsToRead } from './rooms.ts';
import { mendOnce, type ScrubHost, scrubOnce } from './scrubbing.ts';

/** How long a repair waits for a pass to end: a first one may take longer, and then the next scrub repairs. */
const REPAIR_WAIT_SECONDS = 6 * 3600;

/** A scrub on `verify.scrub_schedule`, and at the start the rest of one that was cut short. */
export function scrubJobs(config: Config, host: ScrubHost, signal: AbortSignal): Job[] {
  const { scrub_schedule: cron } = config.verify;
  if (cron === null) return [];
  const begin = { name: 'scrub', cron, jitterMs: 0, atStart: false, work: () => scrubAndMend(config, host, signal) };
  const goOn = {
    name: 'scrub-rest',
    cron: null,
    jitterMs: 0,
    atStart: true,
    work: async () => {
      if (isUnfinished(config, host)) await scrubAndMend(config, host, signal);
    },
  };
  return [begin, goOn];
}

function isUnfinished(config: Config, host: ScrubHost): boolean {
  using rooms = openRoomsToRead(foldersOf(config.data));
  return rooms.scrubs.unfinished(host.clock.now()) !== null;
}

async function scrubAndMend(config: Config, host: ScrubHost, signal: AbortSignal): Promise<void> {
  const logger = host.logger.child({ room: 'schedule' });
  const options = { repair: false, anew: false, mibPerSecond: null, waitSeconds: 0 };
  const outcome = await scrubOnce(config, options, host, signal).catch(nullWhenBusy);
  if (outcome === null) {
    logger.info('scrub skipped: another one runs');
    return;
  }
  const { files, bytes } = outcome;
  const found = countFound(config);
  logger[found > 0 ? 'error' : 'info']({ files, bytes, found }, 'scrub finished');
  if (found === 0 || !config.verify.scrub_repair) return;
  const mended = await mendOnce(config, { waitSeconds: REPAIR_WAIT_SECONDS }, null, host, signal);
  const told = { repaired: mended.repaired.length, unrepaired: mended.unrepaired.length };
  logger[told.unrepaired > 0 ? 'error' : 'warn'](told, 'repair finished');
}

function countFound(config: Config): number {
  using rooms = openRoomsToRead(foldersOf(config.data));
  return rooms.findings.standing('scrub').length;
}

function nullWhenBusy(error: unknown): null {
  if (error instanceof CodedError && error.code === 'busy') return null;
  throw error;
}
