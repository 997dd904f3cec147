import { endOfHours, parseHours } from '../config/hours.ts';
import type { Config } from '../config/schema.ts';
import { SECOND } from '../host/clock.ts';
import type { PassOutcome } from '../mirror/pass/pass.ts';
import type { Job } from '../schedule/timetable.ts';
import { foldersOf } from './folders.ts';
import { type PassHost, passOnce } from './pass-job.ts';
import { pauseOf } from './pausing.ts';
import { openRooms } from './rooms.ts';

/** A pass on `source.schedule`, within `source.window`, unless an operator has paused them. */
export function passJob(config: Config, host: PassHost, signal: AbortSignal): Job {
  const source = config.source[0];
  return {
    name: 'pass',
    cron: source?.schedule ?? '*/30 * * * *',
    jitterMs: (source?.jitter_seconds ?? 0) * SECOND,
    // A new mirror, or one that was down, does not wait for the clock.
    atStart: true,
    work: async () => {
      if (!mayRun(config, host)) return;
      const request = { verb: 'pass', waitSeconds: 0, acceptPlan: null, seed: null, keepsWindow: true };
      const { outcome } = await passOnce(config, request, host, signal);
      tellPass(outcome, host);
    },
  };
}

function mayRun(config: Config, host: PassHost): boolean {
  using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
  const logger = host.logger.child({ room: 'schedule' });
  const now = host.clock.now();
  const pause = pauseOf(rooms, now);
  const window = config.source[0]?.window ?? null;
  const hours = window === null ? null : parseHours(window);
  if (pause !== null) logger.info({ until: pause.until }, 'pass skipped: paused');
  else if (hours !== null && endOfHours(hours, now) === null)
    logger.debug({ window }, 'pass skipped: outside of its window');
  else return true;
  return false;
}

function tellPass(outcome: PassOutcome, host: PassHost): void {
  const { end, sentence, generation, listed, added, changed, removed, absent, bytesFetched: bytes } = outcome;
  const seconds = (outcome.endedAt - outcome.startedAt) / SECOND;
  const told = { end, sentence, generation, listed, added, changed, removed, absent, bytes, seconds };
  host.logger.child({ room: 'schedule' })[end === 'complete' ? 'info' : 'warn'](told, 'pass finished');
}
