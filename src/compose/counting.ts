// What the access logs say is counted: by `stats ingest` and by the daemon, every few minutes.

import { userInfo } from 'node:os';
import type { Config } from '../config/schema.ts';
import type { Problem } from '../config/shape/envelope.ts';
import type { StatsIngestResult } from '../config/shape/stats.ts';
import { type Clock, SECOND } from '../host/clock.ts';
import { takeLock } from '../host/lock.ts';
import type { Logger } from '../host/logger.ts';
import type { Job } from '../schedule/timetable.ts';
import { ingest, type LogOutcome, recountDay, refreshWholes } from '../stats/ingest.ts';
import { dayName, dayOf } from '../stats/tally.ts';
import { type CountsVerbs, countsVerbs } from './counts.ts';
import { foldersOf } from './folders.ts';
import { logSourcesOf } from './log-sources.ts';
import { openRooms, type Rooms } from './rooms.ts';
import type { Done, Outcome, Waiting } from './verbs.ts';

export interface IngestRequest extends Waiting {
  /** A day to be counted again from what is left of the logs; null: only what is new. */
  readonly day: number | null;
  /** Also when the day's count comes out lower than before. */
  readonly acceptLess: boolean;
}

export interface StatsVerbs extends CountsVerbs {
  statsIngest(config: Config, request: IngestRequest, signal: AbortSignal): Promise<Done<StatsIngestResult>>;
}

interface CountingHost {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** So many rejects among so many lines say that the log is of another kind or format. */
const SUSPICIOUS_LINES = 20;
const SUSPICIOUS_RATIO = 0.1;

export function statsVerbs(host: CountingHost): StatsVerbs {
  return {
    statsIngest: (config, request, signal) => ingestLogs(config, request, host, signal),
    ...countsVerbs(host.clock),
  };
}

/** Counts what is new every ten minutes, so that no rotation comes between. */
export function statsJob(config: Config, host: CountingHost, signal: AbortSignal): Job[] {
  if (config.stats === null) return [];
  const logger = host.logger.child({ room: 'stats' });
  const work = async () => {
    const request = { day: null, acceptLess: false, waitSeconds: 0 };
    const { result, problems } = await ingestLogs(config, request, host, signal);
    const lines = result.logs.reduce((sum, log) => sum + log.lines, 0);
    const rejected = result.logs.reduce((sum, log) => sum + log.rejected, 0);
    logger[lines > 0 ? 'info' : 'debug']({ lines, rejected }, 'logs counted');
    for (const { code, sentence, remedy } of problems) logger.warn({ code, remedy }, sentence);
  };
  return [{ name: 'stats', cron: '*/10 * * * *', jitterMs: 0, atStart: true, work }];
}

export async function ingestLogs(
  config: Config,
  request: IngestRequest,
  host: CountingHost,
  signal: AbortSignal,
): Promise<Done<StatsIngestResult>> {
  const logs = logSourcesOf(config, host.clock);
  const folders = foldersOf(config.data);
  using rooms = openRooms(folders, Number.POSITIVE_INFINITY);
  using _lock = await takeLock(folders.statsLock, 'stats ingest', request.waitSeconds * SECOND, host.clock, signal);
  const outcomes = await ingest(logs, { database: rooms.database, clock: host.clock }, signal);
  const recounted = request.day === null ? [] : await recount(config, request, request.day, rooms, host, signal);
  refreshWholes(rooms.database, dayOf(host.clock.now()));
  const kept = recounted.some((each) => !each.replaced && each.after < each.before);
  return {
    result: { logs: outcomes.map(loggedOf), recounted },
    problems: [...outcomes.flatMap(problemsOf), ...(kept ? [lessProblem()] : [])],
    outcomes: [
      ...outcomes.map(
        (each): Outcome => (each.error !== null ? 'could-not' : isSuspicious(each) ? 'trouble' : 'clean'),
      ),
      ...(kept ? (['refused'] as const) : []),
    ],
  };
}

async function recount(
  config: Config,
  request: IngestRequest,
  day: number,
  rooms: Rooms,
  { clock }: CountingHost,
  signal: AbortSignal,
): Promise<StatsIngestResult['recounted']> {
  const now = clock.now();
  const room = { database: rooms.database, now };
  const found = await recountDay(logSourcesOf(config, clock), day, request.acceptLess, room, signal);
  for (const { log, before, after, isReplaced } of found) {
    if (!isReplaced || before === after) continue;
    const detail = `${log}: ${before} downloads before, ${after} now`;
    rooms.audit.write({ at: now, actor: userInfo().username, action: 'stats ingest', subject: dayName(day), detail });
  }
  return found.map(({ log, before, after, isReplaced }) => ({
    log,
    day: dayName(day),
    before,
    after,
    replaced: isReplaced,
  }));
}

function loggedOf({ log, files, bytes, lines, rejected, error }: LogOutcome): StatsIngestResult['logs'][number] {
  return { log, files, bytes, lines, rejected, error: error?.message ?? null };
}

function problemsOf(outcome: LogOutcome): Problem[] {
  const { log, error, lines, rejected } = outcome;
  if (error !== null) {
    return [{ code: 'stats-log-unreadable', sentence: error.message, remedy: error.remedy, path: error.path }];
  }
  if (!isSuspicious(outcome)) return [];
  const sentence = `${rejected} of ${lines} new lines of the log ${log} are no requests of that kind.`;
  const remedy =
    'Look at `kind` and `format` of its entry in stats.logs; when they are right, `stats ingest --day` counts a day again.';
  return [{ code: 'stats-format', sentence, remedy, path: log }];
}

function isSuspicious({ lines, rejected }: LogOutcome): boolean {
  return rejected >= SUSPICIOUS_LINES && rejected > lines * SUSPICIOUS_RATIO;
}

function lessProblem(): Problem {
  return {
    code: 'stats-less',
    sentence: 'The day came out lower than it was counted before, and the old count was kept.',
    remedy: 'Part of its logs is gone, mostly. `--accept-less` replaces it all the same.',
    path: null,
  };
}
