// Requests become counts. Every line of every log comes through here: what is known of a path or a program is looked up, not worked out again.

import { type Family, familyReader, isKnownCrawl, ownCopy } from './agent.ts';
import { DAY_SECONDS } from './day.ts';
import type { Hit, Telling } from './parse/hit.ts';
import { pathHash, type RetryMemory } from './retry.ts';
import { downloadOf } from './rule.ts';
import { add, countsOf, type Downloads, type MutableDownloads } from './tally.ts';
import { type FamilyTraffic, NO_TRAFFIC, type Traffic } from './traffic.ts';

export interface DayCount {
  readonly day: number;
  readonly downloads: Downloads;
  readonly traffic: Traffic;
}

export interface Counter {
  /** False, and nothing counted, when its time is no time that a log of today could have. */
  count(hit: Hit): boolean;
  /** The days that were counted since the last call, each with all that is known of it. */
  take(): DayCount[];
}

export interface CounterOptions {
  readonly tells: Telling;
  /** Further places where the repository is served. */
  readonly also: readonly string[];
  readonly retries: RetryMemory;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Nothing else is counted, if given. */
  readonly only?: number;
  /** What is known of a day already. */
  readonly load: (day: number) => DayCount | null;
}

interface Version {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

/** What a target asks for. */
interface Target {
  readonly kind: 'jar' | 'pom';
  readonly version: Version;
  readonly hash: number;
}

interface OpenDay {
  readonly day: number;
  readonly counts: Map<Version, number>;
  readonly traffic: Mutable<Traffic>;
  readonly families: Map<Family, Mutable<FamilyTraffic>>;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const MOST_TARGETS = 300_000;
/** Before there was Maven, and beyond the clock of the machine that wrote the log. */
const EARLIEST_DAY = 12_000;
const DAYS_AHEAD = 1;

export function makeCounter(options: CounterOptions): Counter {
  const { tells, retries } = options;
  const latest = Math.floor(options.now / 1000 / DAY_SECONDS) + DAYS_AHEAD;
  const days = new Map<number, OpenDay>();
  const versions = new Map<string, Version>();
  const targetOf = targetReader(options.also, versions);
  const family = familyReader();
  const find = (day: number): OpenDay => {
    const found = days.get(day) ?? openDay(day, tells, options.load(day), versions);
    days.set(day, found);
    return found;
  };
  return {
    count(hit) {
      const number = Math.floor(hit.second / DAY_SECONDS);
      if (number < EARLIEST_DAY || number > latest) return false;
      if (options.only !== undefined && options.only !== number) return true;
      const day = find(number);
      const who = tells.agents ? family(hit.agent) : null;
      const target = hit.status === 200 && hit.method === 'GET' ? targetOf(hit.target) : null;
      day.traffic.requests += 1;
      if (day.traffic.bytes !== null) day.traffic.bytes += hit.bytes;
      if (who !== null) countFamily(day, who, hit.bytes, target);
      if (target !== null) countTarget(day, target, hit, who, tells.clients ? retries : null);
      return true;
    },
    take() {
      const taken = [...days.values()].map(closeDay);
      days.clear();
      versions.clear();
      targetOf.forget();
      return taken;
    },
  };
}

function countTarget(day: OpenDay, target: Target, hit: Hit, who: Family | null, retries: RetryMemory | null): void {
  const name = target.kind === 'jar' ? 'jars' : 'poms';
  const { traffic } = day;
  traffic.fetched[name] += 1;
  if (target.kind === 'jar') day.counts.set(target.version, (day.counts.get(target.version) ?? 0) + 1);
  if (who !== null && isKnownCrawl(who)) {
    if (traffic.crawls !== null) traffic.crawls[name] += 1;
    return;
  }
  if (retries === null || traffic.retries === null) return;
  if (hit.client === '') traffic.retries = null;
  else if (retries.isRetry(hit.client, hit.agent, target.hash, hit.second)) traffic.retries[name] += 1;
}

function countFamily(day: OpenDay, who: Family, bytes: number, target: Target | null): void {
  let family = day.families.get(who);
  if (family === undefined) {
    family = { requests: 0, bytes: 0, jars: 0, poms: 0 };
    day.families.set(who, family);
  }
  family.requests += 1;
  family.bytes += bytes;
  if (target?.kind === 'jar') family.jars += 1;
  else if (target?.kind === 'pom') family.poms += 1;
}

interface TargetReader {
  (target: string): Target | null;
  forget(): void;
}

function targetReader(also: readonly string[], versions: Map<string, Version>): TargetReader {
  const known = new Map<string, Target | null>();
  const read = (target: string): Target | null => {
    if (!target.endsWith('.jar') && !target.endsWith('.pom')) return null;
    const found = known.get(target);
    if (found !== undefined) return found;
    if (known.size >= MOST_TARGETS) known.clear();
    const download = downloadOf(target, also);
    const made =
      download === null
        ? null
        : { kind: download.extension, version: intern(download, versions), hash: pathHash(target) };
    known.set(ownCopy(target), made);
    return made;
  };
  return Object.assign(read, { forget: () => known.clear() });
}

function intern({ group, artifact, version }: Version, versions: Map<string, Version>): Version {
  const key = `${group}/${artifact}/${version}`;
  const found = versions.get(key) ?? { group, artifact, version };
  versions.set(key, found);
  return found;
}

function openDay(day: number, tells: Telling, known: DayCount | null, versions: Map<string, Version>): OpenDay {
  const counts = new Map<Version, number>();
  for (const each of countsOf(known?.downloads ?? new Map())) counts.set(intern(each, versions), each.count);
  const before = structuredClone(known?.traffic ?? NO_TRAFFIC);
  const traffic = {
    ...before,
    bytes: tells.bytes ? before.bytes : null,
    retries: tells.clients ? before.retries : null,
    crawls: tells.agents ? before.crawls : null,
    families: tells.agents ? before.families : null,
  };
  const families = Object.entries(traffic.families ?? {}) as [Family, FamilyTraffic][];
  return { day, counts, traffic, families: new Map(families) };
}

function closeDay({ day, counts, traffic, families }: OpenDay): DayCount {
  const downloads: MutableDownloads = new Map();
  for (const [version, count] of counts) add(downloads, { ...version, count });
  const named = traffic.families === null ? null : Object.fromEntries([...families].sort());
  return { day, downloads, traffic: { ...traffic, families: named } };
}
