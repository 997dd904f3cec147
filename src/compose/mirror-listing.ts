// What the list of mirrors is made of: the configuration, the reports, and what the crawl saw.

import type { Config } from '../config/schema.ts';
import type { Clock } from '../host/clock.ts';
import { newestReports } from '../primary/intake.ts';
import { type ListContent, makeList, openListStore, type SeenFromOutside } from '../primary/mirror-list.ts';
import type { StatusReport } from '../report/envelope.ts';
import { openCrawlStore } from '../watch/crawl/round.ts';
import { statusContentOf } from './reporting.ts';
import type { Rooms } from './rooms.ts';

const OUTDATED = 'outdated';

export function listContentOf(config: Config, rooms: Rooms, clock: Clock): ListContent {
  const heard = newestReports(rooms.database, 'status').flatMap(({ mirror, receivedAt, report }) =>
    report.kind === 'status' ? [[mirror, { receivedAt, status: report.status }] as const] : [],
  );
  return makeList({
    primary: config.name,
    mirrors: config.mirrors.map((mirror) => ({
      name: mirror.name,
      url: mirror.url,
      country: mirror.country,
      operatedBy: mirror.operated_by,
      contact: mirror.contact,
      bandwidthMbit: mirror.bandwidth_mbit,
    })),
    heard: new Map(heard),
    own: ownStatus(config, rooms, clock),
    seen: seenFromOutside(rooms),
    minimum: config.primary?.minimum ?? { assay: null, node: null, openssl: null },
    before: openListStore(rooms.database).current(),
    lagHours: config.crawl?.lag_hours ?? 6,
    now: clock.now(),
  });
}

function ownStatus(config: Config, rooms: Rooms, clock: Clock): StatusReport['status'] | null {
  return config.source.length === 0 ? null : statusContentOf(config, rooms, clock);
}

/** Verdicts that are no trouble, or our own. */
const NO_TROUBLE = ['ok', 'lagging', 'stale-known', 'no-upstream-sum', 'legal-block', 'unknown'];

function seenFromOutside({ database }: Rooms): ReadonlyMap<string, SeenFromOutside> {
  const visited = openCrawlStore(database)
    .mirrors()
    .filter(({ visitedAt }) => visitedAt !== null);
  return new Map(
    visited.map(({ name, visitedAt, health, behindMs, last }) => {
      const verdicts = Object.entries(last?.verdicts ?? {}).filter(
        (each): each is [string, number] => !NO_TROUBLE.includes(each[0]) && (each[1] ?? 0) > 0,
      );
      return [
        name,
        { checkedAt: visitedAt ?? 0, verdicts: Object.fromEntries(verdicts), isBad: health.state === 'bad', behindMs },
      ];
    }),
  );
}

/** A mirror below the minimum versions is told as a finding, and so becomes an incident; one that is not, or not any more, is settled. */
export function noteOutdated({ mirrors }: ListContent, rooms: Rooms, now: number): void {
  const { generation } = rooms.inventory.current();
  for (const { name, outdated } of mirrors) {
    if (outdated.length === 0) {
      if (rooms.findings.countOf(name, OUTDATED) > 0)
        rooms.findings.resolveAt({ mirror: name, verdict: OUTDATED }, now);
      continue;
    }
    const finding = {
      foundBy: 'report',
      verdict: OUTDATED,
      severity: 'warning',
      mirror: name,
      path: null,
      why: `runs ${outdated.join(', ')}, below the minimum of its primary`,
      expected: null,
      observed: null,
      blame: 'mirror',
      generation,
    } as const;
    rooms.findings.stand(finding, now);
  }
}
