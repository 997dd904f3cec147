// How a mirror gets the list of mirrors and carries it along with its tree, so that the list outlives its primary.

import type { Config } from '../config/schema.ts';
import { type Clock, HOUR } from '../host/clock.ts';
import type { HttpClient } from '../host/http.ts';
import type { Logger } from '../host/logger.ts';
import { belowMinimum, type MirrorList } from '../primary/mirror-list.ts';
import type { Job } from '../schedule/timetable.ts';
import { carriedListFile, readList } from './carried-list.ts';
import { foldersOf } from './folders.ts';
import { getList } from './list-getting.ts';
import { caOf, withSlash } from './reporting.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { ownVersion } from './version.ts';

const MOST_OTHERS = 3;
const GETTING_JITTER_MS = HOUR / 6;

export interface MirrorsHost {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Each hour a mirror gets the newest list from its primary, or from another mirror while that is gone, and carries it along with its tree. */
export function mirrorListJob(config: Config, host: MirrorsHost, http: HttpClient, signal: AbortSignal): Job[] {
  if (config.report === null || config.primary !== null) return [];
  const logger = host.logger.child({ room: 'report' });
  const work = async () => {
    const list = await carryList(config, http, host, signal);
    if (list === null) return;
    using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
    const below = noteOwnVersions(list, rooms, host.clock.now());
    if (below.length > 0)
      logger.warn({ below, minimum: list.minimum }, 'this mirror runs below the minimum of its primary');
  };
  return [{ name: 'mirror list', cron: '29 * * * *', jitterMs: GETTING_JITTER_MS, atStart: true, work }];
}

async function carryList(
  config: Config,
  http: HttpClient,
  { clock, logger }: MirrorsHost,
  signal: AbortSignal,
): Promise<MirrorList | null> {
  const section = config.report;
  if (section === null) return null;
  const memory = carriedListFile(config);
  const getting = { http, now: clock.now(), memory, pinned: section.primary_key, ca: caOf(section) };
  const gotten = await getList(new URL('-/mirrors.json', withSlash(section.primary)).href, getting, signal);
  if (gotten.kind === 'good') return gotten.list;
  logger
    .child({ room: 'report' })
    .warn({ why: gotten.why }, 'no list of mirrors from the primary; the last good one goes on');
  const known = readList(memory, section.primary_key)?.list ?? null;
  // Nobody else is believed before a first list said whose word counts.
  const others = (known?.mirrors ?? [])
    .filter(({ healthy, name }) => healthy && name !== config.name)
    .slice(0, MOST_OTHERS);
  for (const { url } of others) {
    const other = await getList(new URL('.meta/assay/mirrors.json', withSlash(url)).href, getting, signal);
    if (other.kind === 'good') return other.list;
  }
  return known;
}

const OUTDATED = 'outdated';

function noteOwnVersions({ minimum }: MirrorList, rooms: Rooms, now: number): string[] {
  const { node, openssl } = process.versions;
  const below = belowMinimum({ assay: ownVersion(), node, openssl }, minimum);
  const standing = rooms.findings
    .standing('report')
    .filter(({ verdict, mirror }) => verdict === OUTDATED && mirror === null);
  if (below.length === 0) {
    if (standing.length > 0) rooms.findings.resolve(OUTDATED, now, 'report');
    return below;
  }
  rooms.findings.stand(
    {
      foundBy: 'report',
      verdict: OUTDATED,
      severity: 'warning',
      // Our own tree's findings are settled by their path; this one is about the program.
      path: OUTDATED,
      why: `this mirror runs ${below.join(', ')}, below the minimum of its primary`,
      expected: null,
      observed: null,
      blame: 'self',
      generation: rooms.inventory.current().generation,
    },
    now,
  );
  return below;
}
