import type { Config } from '../config/schema.ts';
import { CodedError } from '../host/error.ts';
import type { HttpClient } from '../host/http.ts';
import { type Rhythm, rhythmOf } from '../schedule/rhythm.ts';
import type { Job } from '../schedule/timetable.ts';
import { overdue } from '../watch/alert/alert.ts';
import { openCrawlStore } from '../watch/crawl/round.ts';
import { type CrawlRequest, crawlOnce } from './crawling.ts';
import { foldersOf } from './folders.ts';
import { pauseOf } from './pausing.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { openWatch, openWatchHttp, type WatchHost } from './watching.ts';

/** Rounds on `crawl.schedule`, and the watch: what is found is gathered and told within a minute, and that nobody looks is told, too. */
export function crawlJobs(config: Config, host: WatchHost, signal: AbortSignal): Job[] {
  // One for all rounds and alerts of this process: what one learns of a host's troubles the others know.
  const http = openWatchHttp(config, host);
  signal.addEventListener('abort', () => void http[Symbol.asyncDispose](), { once: true });
  const rhythms = rhythmsOf(config);
  const since = host.clock.now();
  const watch: Job = {
    name: 'watch',
    cron: '* * * * *',
    after: ['pass', 'scrub', 'scrub-rest', 'crawl'],
    jitterMs: 0,
    atStart: false,
    work: async () => {
      using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
      lookForSilence(rhythms, rooms, since, host.clock.now());
      await openWatch(config, rooms, host).afterwards(http, signal);
    },
  };
  return [...roundJob(config, rhythms, host, http, signal), watch];
}

interface Rhythms {
  readonly pass: Rhythm | null;
  readonly round: Rhythm | null;
}

/** Worked out once: it takes a tenth of a second. */
function rhythmsOf(config: Config): Rhythms {
  const source = config.source[0];
  return {
    pass: source === undefined ? null : rhythmOf(source.schedule),
    round: config.crawl === null || hasNobody(config) ? null : rhythmOf(config.crawl.schedule),
  };
}

function hasNobody({ crawl, mirrors }: Config): boolean {
  return mirrors.every((mirror) => !mirror.crawl) && crawl?.origin == null;
}

function roundJob(config: Config, rhythms: Rhythms, host: WatchHost, http: HttpClient, signal: AbortSignal): Job[] {
  const { crawl } = config;
  if (crawl === null || rhythms.round === null) return [];
  const request: CrawlRequest = {
    depth: 'sums',
    sample: null,
    mirror: null,
    prefix: '',
    waitSeconds: 0,
    roundsPerDay: rhythms.round.perDay,
  };
  return [
    {
      name: 'crawl',
      cron: crawl.schedule,
      jitterMs: 0,
      atStart: false,
      work: () => roundOnce(config, request, http, host, signal),
    },
  ];
}

async function roundOnce(
  config: Config,
  request: CrawlRequest,
  http: HttpClient,
  host: WatchHost,
  signal: AbortSignal,
): Promise<void> {
  const logger = host.logger.child({ room: 'crawl' });
  try {
    const { summary } = await crawlOnce(config, request, http, host, () => undefined, signal);
    const { round, mirrors, startedAt, endedAt } = summary;
    const sum = (of: (each: (typeof mirrors)[number]) => number) => mirrors.reduce((all, each) => all + of(each), 0);
    const bad = mirrors.filter(({ health }) => health.state === 'bad').map(({ name }) => name);
    logger.info(
      {
        ...{ round, mirrors: mirrors.length, bad, seconds: (endedAt - startedAt) / 1000 },
        claims: sum(({ claims }) => claims),
        proofs: sum(({ proofs }) => proofs),
        requests: sum(({ spent }) => spent.requests),
        bytes: sum(({ spent }) => spent.bytes),
      },
      'round finished',
    );
  } catch (error) {
    // Before the first pass there is nothing to compare with, and a verb may be at it: neither is a fault of the daemon.
    const isEarly = error instanceof CodedError && ['busy', 'crawl-nothing'].includes(error.code);
    if (!isEarly) throw error;
    logger.info({ code: error.code }, 'round skipped');
  }
}

/** The dead man's switch, for passes and for rounds. A pause that an operator ordered is no silence. */
function lookForSilence(rhythms: Rhythms, rooms: Rooms, since: number, now: number): void {
  const isPaused = pauseOf(rooms, now) !== null;
  const watched = [
    { what: 'pass', rhythm: isPaused ? null : rhythms.pass, lastSuccessAt: rooms.history.lastSuccess() },
    { what: 'round', rhythm: rhythms.round, lastSuccessAt: openCrawlStore(rooms.database).lastSuccess() },
  ] as const;
  const standing = rooms.findings.standing().filter(({ mirror }) => mirror === null);
  for (const { what, rhythm, lastSuccessAt } of watched) {
    const finding =
      rhythm === null ? null : overdue({ what, intervalMs: rhythm.longestGapMs, lastSuccessAt, since }, now);
    const verdict = `${what}-overdue`;
    const isTold = standing.some((each) => each.verdict === verdict);
    if (finding !== null && !isTold) rooms.findings.stand(finding, now);
    if (finding === null && isTold) rooms.findings.resolveAt({ mirror: OURS, verdict }, now);
  }
}

/** Findings about no mirror. */
const OURS = '';
