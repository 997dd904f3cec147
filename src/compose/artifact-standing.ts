// Why something is not here, and how it stands at the mirrors of the world.

import type { Config } from '../config/schema.ts';
import type { ArtifactResult, RefusedResult } from '../config/shape/artifact.ts';
import type { StandingFinding } from '../finding/record.ts';
import { isoTime } from '../host/clock.ts';
import type { Held } from '../mirror/pass/pass.ts';
import { type MirrorRecord, openCrawlStore } from '../watch/crawl/round.ts';
import type { Rooms } from './rooms.ts';
import { entryOf } from './status.ts';

const MOST_HELD = 100;
const MOST_REFUSED = 1000;
const MOST_TROUBLES = 1000;

export function takedownOf({ takedowns }: Rooms, folder: string): ArtifactResult['takedown'] {
  const found = takedowns.of(folder);
  if (found === null) return null;
  const { prefix: what, reason, legal, at } = found;
  return { what, reason, legal, at: isoTime(at) };
}

/** What was refused first: the rest waits for it. */
export function heldOf({ held, findings }: Rooms, folder: string): ArtifactResult['held'] {
  const own = findings.standingBelow(folder, MOST_TROUBLES).filter(({ mirror }) => mirror === null);
  const incidents = new Map(own.map(({ path, incident }) => [path, incident]));
  return held
    .below(folder, MOST_HELD)
    .toSorted((a, b) => Number(b.kind === 'rejected') - Number(a.kind === 'rejected'))
    .map((each) => heldJson(each, incidents.get(each.path) ?? null));
}

function heldJson(
  { path, kind, verdict, why, since }: Held,
  incident: string | null,
): RefusedResult['deferred'][number] {
  return { path, kind, verdict, sentence: why, since: isoTime(since), incident };
}

/** All that its origin has and this installation does not serve. */
export function refusedOf({ quarantine, held }: Rooms): RefusedResult {
  const deferred = held.list().filter(({ kind }) => kind === 'deferred');
  return {
    entries: quarantine.list().slice(-MOST_REFUSED).toReversed().map(entryOf),
    deferred: deferred.slice(0, MOST_REFUSED).map((each) => heldJson(each, null)),
  };
}

type Place = ArtifactResult['mirrors'][number];

/** `publishedAt`, epoch milliseconds: a mirror that was behind it when it was last visited did not have it then. Null: not asked. */
export function placesOf(config: Config, rooms: Rooms, folder: string, publishedAt: number | null): Place[] {
  const known = new Map(
    openCrawlStore(rooms.database)
      .mirrors()
      .map((mirror) => [mirror.name, mirror]),
  );
  const troubles = Map.groupBy(rooms.findings.standingBelow(folder, MOST_TROUBLES), ({ mirror }) => mirror);
  return config.mirrors.map(({ name, url }) =>
    placeOf({ name, url }, known.get(name), troubles.get(name) ?? [], publishedAt),
  );
}

function placeOf(
  { name, url }: { readonly name: string; readonly url: string },
  record: MirrorRecord | undefined,
  troubles: readonly StandingFinding[],
  publishedAt: number | null,
): Place {
  const visitedAt = record?.visitedAt ?? null;
  const behindMs = record?.behindMs ?? null;
  const isBehind = publishedAt !== null && visitedAt !== null && publishedAt > visitedAt - (behindMs ?? 0);
  return {
    mirror: name,
    url,
    standing:
      troubles.length > 0 ? 'trouble' : visitedAt === null ? 'not-visited' : isBehind ? 'behind' : 'nothing-wrong',
    asked_at: visitedAt === null ? null : isoTime(visitedAt),
    behind_seconds: behindMs === null ? null : behindMs / 1000,
    troubles: troubles.map(({ verdict, severity, path, incident }) => ({
      verdict,
      severity,
      path: path ?? '',
      incident,
    })),
  };
}
