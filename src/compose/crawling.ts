// Rounds as the configuration describes them: whom to visit, what to compare with, how much it may cost.

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { CrawlResult } from '../config/shape/crawl.ts';
import type { FindingJson } from '../config/shape/finding.ts';
import type { Finding } from '../finding/finding.ts';
import { DAY, HOUR, SECOND } from '../host/clock.ts';
import { CodedError, systemCode } from '../host/error.ts';
import type { HttpClient } from '../host/http.ts';
import { takeLock } from '../host/lock.ts';
import { startDigesters } from '../mirror/verify/digest.ts';
import { judgeAt } from '../mirror/verify/signature.ts';
import {
  type Classify,
  type CrawlStore,
  type HashOwn,
  inventoryReference,
  openCrawlStore,
  type RoundEvent,
  type RoundOptions,
  type RoundSummary,
  runRound,
} from '../watch/crawl/round.ts';
import { hostsOf, originOf } from './crawl-hosts.ts';
import { type AskedOrigin, askedOrigin } from './crawl-origin.ts';
import { crawlResult } from './crawl-result.ts';
import { findingJson } from './finding-json.ts';
import { foldersOf } from './folders.ts';
import { keysOf } from './pass-job.ts';
import { popularPaths } from './popular.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { openSigning } from './signing.ts';
import type { Done, Outcome, Waiting } from './verbs.ts';
import { openWatch, openWatchHttp, type WatchHost } from './watching.ts';

export interface CrawlRequest extends Waiting {
  readonly depth: 'sums' | 'full';
  readonly sample: number | null;
  /** Null: all. */
  readonly mirror: string | null;
  readonly prefix: string;
  /** Rounds among which a day's budget is shared; 1: all that is left of it. */
  readonly roundsPerDay: number;
}

export type CrawlEvent =
  | { readonly kind: 'finding'; readonly finding: FindingJson }
  | Exclude<RoundEvent, { readonly kind: 'finding' }>;

export interface CrawlVerbs {
  /** One round. `onEvent` is told what is found as it is found. */
  crawl(
    config: Config,
    request: CrawlRequest,
    onEvent: (event: CrawlEvent) => void,
    signal: AbortSignal,
  ): Promise<Done<CrawlResult>>;
}

export interface CrawlHost extends WatchHost {
  readonly onCrawl: (event: RoundEvent) => void;
}

export function crawlVerbs(host: CrawlHost): CrawlVerbs {
  return {
    async crawl(config, request, onEvent, signal) {
      await using http = openWatchHttp(config, host);
      const told = { critical: 0, warning: 0, notice: 0 };
      const listen = (event: CrawlEvent) => {
        if (event.kind === 'finding') told[event.finding.severity] += 1;
        else host.onCrawl(event);
        onEvent(event);
      };
      const { summary, standing } = await crawlOnce(config, request, http, host, listen, signal);
      const isDeaf = summary.mirrors.length > 0 && summary.mirrors.every(({ end }) => end === 'unknown');
      const outcomes: Outcome[] = [standing > 0 ? 'trouble' : 'clean', ...(isDeaf ? ['could-not' as const] : [])];
      const problems = isDeaf ? [DEAF] : [];
      return { result: crawlResult(summary, told, standing), problems, outcomes };
    },
  };
}

const DEAF = {
  code: 'crawl-deaf',
  sentence: 'None of the mirrors answered, nor any other host that was asked beside them: the fault may be ours.',
  remedy: 'Look at the network and the resolver of this machine. Nothing was held against a mirror.',
  path: null,
};

/** Throws `busy` while another round runs, `crawl-nothing` without anything to compare with, `config-mirror-unknown`. */
export async function crawlOnce(
  config: Config,
  request: CrawlRequest,
  http: HttpClient,
  host: WatchHost,
  onEvent: (event: CrawlEvent) => void,
  signal: AbortSignal,
): Promise<{ readonly summary: RoundSummary; readonly standing: number }> {
  const folders = foldersOf(config.data);
  using rooms = openRooms(folders, Number.POSITIVE_INFINITY);
  using _lock = await takeLock(folders.crawlLock, 'crawl', request.waitSeconds * SECOND, host.clock, signal);
  const watch = openWatch(config, rooms, host);
  const store = openCrawlStore(rooms.database);
  const popular = popularPaths(rooms, host.clock.now());
  try {
    await using judging = await openJudging(config, request, rooms, host, signal);
    const { reference, ...origin } = await referenceOf(config, request, rooms, store, http, host, signal);
    const summary = await runRound(
      roundOptions(config, request, origin),
      {
        ...{ store, reference, findings: rooms.findings, http, clock: host.clock },
        signatures: judging === null ? null : { classify: judging.classify, folder: join(folders.scratch, 'crawl') },
        popular: () => popular,
        tell: (finding, round, now) => watch.incidents.tell(finding, `round ${round}`, now),
      },
      (event) => onEvent(event.kind === 'finding' ? asJson(event.finding, rooms) : event),
      signal,
    );
    return { summary, standing: rooms.findings.troubles() };
  } finally {
    // What was found until an abort is told all the same; delivery has deadlines of its own.
    await watch.afterwards(http, signal.aborted ? AbortSignal.timeout(10 * SECOND) : signal);
  }
}

interface Judging extends AsyncDisposable {
  readonly classify: Classify;
}

/** At full depth every signature is judged over the bytes that each mirror sends, by the keyring of this installation. */
async function openJudging(
  config: Config,
  { depth }: CrawlRequest,
  rooms: Rooms,
  { clock, logger }: WatchHost,
  signal: AbortSignal,
): Promise<Judging | null> {
  if (depth !== 'full') return null;
  const now = clock.now();
  const asked = { ...config, verify: { ...config.verify, signatures: 'observe' as const } };
  const signing = await openSigning(asked, rooms.signatures, now, logger, signal);
  if (signing === null) return null;
  const digesters = startDigesters(1, keysOf(signing));
  return {
    async classify(root, beside, folder) {
      const signatures = beside.map((path) => ({ path, folder }));
      const { files } = await digesters.digest(folder, [{ path: root, md5: false, sha512: false, signatures }]);
      const [file] = files;
      return file === undefined ? null : judgeAt(root, file.signatures ?? [], signing, now).class;
    },
    [Symbol.asyncDispose]: () => digesters.close(),
  };
}

function asJson(finding: Finding, rooms: Rooms): CrawlEvent {
  const json = findingJson(finding, null);
  return { kind: 'finding', finding: { ...json, incident: rooms.findings.incidentOf(json.id) } };
}

async function referenceOf(
  config: Config,
  request: CrawlRequest,
  rooms: Rooms,
  store: CrawlStore,
  http: HttpClient,
  host: WatchHost,
  signal: AbortSignal,
): Promise<AskedOrigin> {
  const origin = originOf(config);
  if (config.crawl?.reference === 'origin' && origin !== null)
    return await askedOrigin(config, origin, request, rooms, store, http, host, signal);
  const { inventory, takedowns, history } = rooms;
  const ours = hashOwn(foldersOf(config.data).published);
  const reference = inventoryReference(inventory, takedowns, ours, history.firstSuccessEnd());
  if (reference.current().files > 0) return { reference, ...originState(config, rooms) };
  throw new CodedError('crawl-nothing', 'Nothing is published here yet: there is nothing to compare mirrors with.', {
    path: 'crawl.reference',
    remedy: 'Run `assay sync` first, or compare with the origin itself: crawl.reference: origin.',
  });
}

/** Reads our own copy again, from the disk. */
function hashOwn(published: string): HashOwn {
  return async (path, sizeBytes, signal) => {
    const hash = createHash('sha256');
    if (sizeBytes === 0) return hash.digest('hex');
    try {
      for await (const chunk of createReadStream(join(published, path), { end: sizeBytes - 1, signal })) {
        hash.update(chunk as Buffer);
      }
      return hash.digest('hex');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      throw error;
    }
  };
}

function roundOptions(config: Config, request: CrawlRequest, origin: RoundOptions['origin']): RoundOptions {
  const section = config.crawl;
  const all = hostsOf(config);
  const hosts = all.filter(({ name }) => request.mirror === null || name === request.mirror);
  if (hosts.length === 0) {
    const known = all.map(({ name }) => name).join(', ');
    const whom = request.mirror === null ? 'nobody' : `no mirror ${JSON.stringify(request.mirror)}`;
    throw new CodedError('config-mirror-unknown', `There is ${whom} to visit.`, {
      path: 'mirrors',
      remedy: known === '' ? 'Name mirrors in `mirrors`, or the origin in `crawl.origin`.' : `Known: ${known}.`,
    });
  }
  const { depth, sample, prefix, roundsPerDay } = request;
  return {
    ...{ hosts, depth, sample, prefix, roundsPerDay },
    known: all,
    lagMs: (section?.lag_hours ?? DEFAULT_LAG_HOURS) * HOUR,
    pauseMs: (section?.reask_seconds ?? DEFAULT_REASK_SECONDS) * SECOND,
    vantage: config.name,
    seed: randomUUID(),
    origin,
    historyMs: config.history_days * DAY,
  };
}

const DEFAULT_LAG_HOURS = 6;
const DEFAULT_REASK_SECONDS = 5;
/** As our own passes saw it: while no source answers, nobody is late. */
function originState(config: Config, rooms: Rooms): RoundOptions['origin'] {
  const states = config.source.map(({ url }) => rooms.history.recall(`source ${url}`)).filter((text) => text !== null);
  const isUp = states.length === 0 || states.some((text) => (JSON.parse(text) as { reachable: boolean }).reachable);
  return { isUp, freshAt: rooms.history.lastSuccess() };
}
