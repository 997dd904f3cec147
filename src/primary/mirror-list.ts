// The list of mirrors: who has a copy, how true and how fresh it is, and how the origin is seen, from what mirrors report and what was found of them
// from outside. Every mirror carries it, so that it outlives its primary and that one's DNS.

import { HOUR, isoTime } from '../host/clock.ts';
import type { StatusReport } from '../report/envelope.ts';
import { belowMinimum, type Versions } from './minimum.ts';
import type { ListedMirror, UnsignedList } from './signed-list.ts';

export { type ListStore, openListStore } from './list-store.ts';
export { belowMinimum, type Versions } from './minimum.ts';
export {
  type ListedMirror,
  listedMirrorShape,
  type MirrorList,
  MOST_LIST_BYTES,
  mirrorListShape,
  signList,
  verifyList,
} from './signed-list.ts';

/** A mirror as the configuration has it. */
export interface ListedFacts {
  readonly name: string;
  readonly url: string;
  readonly country: string | null;
  readonly operatedBy: string;
  readonly contact: string | null;
  readonly bandwidthMbit: number | null;
}

/** How a mirror looks from outside. */
export interface SeenFromOutside {
  readonly checkedAt: number;
  /** Verdicts that are trouble, and how many paths each is about. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Clients should not be sent there: it was caught, or fails time after time. */
  readonly isBad: boolean;
  /** Behind the origin; null: not known. */
  readonly behindMs: number | null;
}

export interface Heard {
  readonly receivedAt: number;
  readonly status: StatusReport['status'];
}

export interface ListInput {
  readonly primary: string;
  readonly mirrors: readonly ListedFacts[];
  /** The newest status of each mirror that reports, by its name. */
  readonly heard: ReadonlyMap<string, Heard>;
  /** The primary's own view of the origin, where it mirrors it. */
  readonly own: StatusReport['status'] | null;
  readonly seen: ReadonlyMap<string, SeenFromOutside>;
  readonly minimum: { readonly [Name in keyof Versions]: string | null };
  /** The list before this one: it says since when things are as they are. */
  readonly before: UnsignedList | null;
  readonly lagHours: number;
  readonly now: number;
}

/** A mirror makes a pass every half hour, and tells; what is older says nothing of now. */
const FRESH_MS = 3 * HOUR;

/** Everything but its sequence and its times. */
export type ListContent = Pick<UnsignedList, 'primary' | 'minimum' | 'origin' | 'mirrors'>;

export function makeList(input: ListInput): ListContent {
  const origin = originOf(input);
  const newest = Math.max(
    0,
    ...[...viewsOf(input)].map(({ last_success_at: at }) => (at === null ? 0 : Date.parse(at))),
  );
  const mirrors = input.mirrors.map((facts) => listedOf(facts, input, newest, origin.state === 'down'));
  mirrors.sort((a, b) => Number(b.healthy) - Number(a.healthy) || (a.name < b.name ? -1 : 1));
  return { primary: input.primary, minimum: { ...input.minimum }, origin, mirrors };
}

/** The statuses that are about now, the primary's own with them. */
function* viewsOf({ heard, own, now }: ListInput): Generator<StatusReport['status']> {
  if (own !== null) yield own;
  for (const { receivedAt, status } of heard.values()) if (now - receivedAt <= FRESH_MS) yield status;
}

/** Everybody who looked lately has a voice, and an answer counts for more than silence: one mirror's broken network is no outage. */
function originOf(input: ListInput): UnsignedList['origin'] {
  const views = [...viewsOf(input)]
    .map(({ origins }) => origins)
    .filter((origins) => origins.some(({ reachable }) => reachable !== null));
  const down = views.filter((origins) => origins.every(({ reachable }) => reachable !== true));
  if (views.length === 0) return { state: 'unknown', since: null, seen_by: 0, of: 0 };
  const state = down.length * 2 > views.length ? 'down' : 'up';
  if (state === 'up') {
    const since = input.before?.origin.state === 'up' ? input.before.origin.since : isoTime(input.now);
    return { state, since, seen_by: views.length - down.length, of: views.length };
  }
  const times = down.flatMap((origins) => origins.flatMap(({ unreachable_since: at }) => (at === null ? [] : [at])));
  const since =
    input.before?.origin.state === 'down' ? input.before.origin.since : (times.sort()[0] ?? isoTime(input.now));
  return { state, since, seen_by: down.length, of: views.length };
}

function listedOf(facts: ListedFacts, input: ListInput, newest: number, isOriginDown: boolean): ListedMirror {
  const heard = input.heard.get(facts.name);
  const seen = input.seen.get(facts.name);
  const success = heard?.status.last_success_at ?? null;
  const lagSeconds = lagOf(success, seen?.behindMs ?? null, newest, isOriginDown);
  const isLate = lagSeconds !== null && lagSeconds * 1000 > input.lagHours * HOUR;
  const isKnown = heard !== undefined || seen !== undefined;
  const healthy = isKnown && !isLate && seen?.isBad !== true;
  const before = input.before?.mirrors.find(({ name }) => name === facts.name);
  return {
    name: facts.name,
    url: facts.url,
    country: facts.country,
    operated_by: facts.operatedBy,
    contact: facts.contact,
    bandwidth_mbit: facts.bandwidthMbit,
    healthy,
    lag_seconds: lagSeconds,
    last_success_at: success,
    reported_at: heard === undefined ? null : isoTime(heard.receivedAt),
    checked_at: seen === undefined ? null : isoTime(seen.checkedAt),
    verdicts: { ...seen?.verdicts },
    since: before?.healthy === healthy ? before.since : isoTime(input.now),
    outdated: heard === undefined ? [] : belowMinimum(heard.status.versions, input.minimum),
  };
}

/** What was seen from outside counts for more than a mirror's own word. Nobody can be behind an origin that answers nobody. */
function lagOf(success: string | null, behindMs: number | null, newest: number, isOriginDown: boolean): number | null {
  if (success === null && behindMs === null) return null;
  if (isOriginDown) return 0;
  return Math.round((behindMs ?? Math.max(0, newest - Date.parse(success ?? ''))) / 1000);
}
