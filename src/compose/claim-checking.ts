// What mirrors claim of each other is looked at by our own crawl, path by path: what it finds too becomes a finding like any other, what it does not
// find was somebody's word.

import type { Config } from '../config/schema.ts';
import { CodedError } from '../host/error.ts';
import { openClaims } from '../primary/intake.ts';
import type { Job } from '../schedule/timetable.ts';
import { type CrawlRequest, crawlOnce } from './crawling.ts';
import { foldersOf } from './folders.ts';
import { openOutgoing } from './outgoing.ts';
import { openRooms, type Rooms } from './rooms.ts';
import type { WatchHost } from './watching.ts';

/** The crawl's own budget bounds what this may cost a mirror; a liar among reporters wastes no more than that. */
const AT_ONCE = 10;

export function claimJob(config: Config, host: WatchHost, signal: AbortSignal): Job[] {
  if (config.primary === null) return [];
  const work = () => checkClaims(config, host, signal);
  return [{ name: 'reported findings', cron: null, after: ['primary'], jitterMs: 0, atStart: false, work }];
}

/** Looks at the oldest claims. Those about mirrors that nobody here visits, and those that a running round keeps waiting, stay open. */
export async function checkClaims(config: Config, host: WatchHost, signal: AbortSignal): Promise<void> {
  using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
  const visited = new Set(config.mirrors.filter(({ crawl }) => crawl).map(({ name }) => name));
  const claims = openClaims(rooms.database);
  const open = claims.open(AT_ONCE);
  if (open.length === 0) return;
  await using http = openOutgoing(config, host.clock);
  const logger = host.logger.child({ room: 'primary' });
  for (const claim of open) {
    const { mirror, path, verdict, reporter } = claim;
    const request: CrawlRequest = {
      depth: 'full',
      sample: null,
      mirror,
      prefix: path,
      roundsPerDay: 1,
      waitSeconds: 0,
    };
    if (visited.has(mirror)) {
      try {
        await crawlOnce(config, request, http, host, () => {}, signal);
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        logger.debug({ code: error.code, mirror, path }, 'a reported finding could not be looked at yet');
        return;
      }
    }
    const isConfirmed = stands(rooms, mirror, path);
    claims.settle(claim, isConfirmed, host.clock.now());
    logger.info(
      { mirror, path, verdict, reporter },
      isConfirmed ? 'reported finding seen here as well' : 'reported finding not seen here',
    );
  }
}

function stands({ findings }: Rooms, mirror: string, path: string): boolean {
  return findings.standing('crawl').some((each) => each.mirror === mirror && each.path === path);
}
