// One mirror in one round.

import type { Clock } from '../../host/clock.ts';
import type { Certificate, HttpClient } from '../../host/http.ts';
import { type Control, lookAgain } from './again.ts';
import { openPurse, type Purse, type Spent } from './budget.ts';
import { type Courteous, courteous } from './courtesy.ts';
import { type Doubts, openDoubts } from './doubts.ts';
import { type Circumstances, isTrouble } from './judge.ts';
import { compareListing, type Listed, ownWordOf } from './listing.ts';
import { mayVisit } from './opt-out.ts';
import { type PlanItem, type PlanOptions, type PlanState, planVisit } from './plan.ts';
import type { Reach } from './probe.ts';
import type { Reference } from './reference.ts';
import type { Sampler } from './sampler.ts';
import { lookAtUnit, type Sight, type Visited } from './sight.ts';
import type { Spool } from './spool.ts';
import { openTally, type Tally } from './tally.ts';
import { type MirrorTrace, type TraceWatch, watchTrace } from './trace.ts';

export interface VisitOptions {
  readonly reach: Reach;
  readonly role: Circumstances['role'];
  readonly plan: Omit<PlanOptions, 'suspects'>;
  /** Keys that sign its inventory. */
  readonly publicKeys: readonly string[];
  readonly state: PlanState;
  readonly allowance: Spent;
  readonly connections: number;
  /** Null: signatures are not judged. */
  readonly spool: Spool | null;
  /** When nothing new is asked any more, epoch milliseconds: a mirror that is slow on purpose must not keep us from the others. */
  readonly until: number;
  /** Between a doubt and the second look. */
  readonly pauseMs: number;
  readonly circumstances: Omit<Circumstances, 'isWanted' | 'isUpdating' | 'role'>;
}

export interface VisitHost {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly vantage: string;
  readonly reference: Reference;
  readonly sampler: Sampler;
  readonly control: Control;
  /** A trouble that was asked again and stands; called at once. */
  readonly onTrouble: (sight: Sight) => void;
  /** A path is as it should be, or no worse than late. */
  readonly onGood: (sight: Sight) => void;
  readonly onProgress: (counts: Pick<Tally, 'claims' | 'proofs'>) => void;
}

/** `budget`: that of requests, or of time, is used; `silent`: several requests in a row were not answered; `unwelcome`: it asked for more quiet than a visit has time for. */
export type VisitEnd = 'complete' | 'budget' | 'opted-out' | 'silent' | 'unwelcome';

export interface VisitReport {
  readonly end: VisitEnd;
  readonly tally: Tally;
  readonly spent: Spent;
  readonly trace: MirrorTrace;
  /** The last of the requests that nobody answered, when the visit ended for that. */
  readonly silence: Sight | null;
  readonly certificate: Certificate | null;
  readonly listed: Listed;
}

/** Requests in a row without an answer after which a visit ends. */
const MOST_SILENCE = 5;
/** The same of bodies that came below the minimum rate: each takes half a minute. */
const MOST_SLOW = 5;

export async function visit(options: VisitOptions, host: VisitHost, signal: AbortSignal): Promise<VisitReport> {
  const purse = openPurse(options.allowance);
  const mirror = courteous(options.reach, purse, host);
  const course = openCourse(options, host, mirror, purse);
  if (!(await mayVisit(options.reach.url, mirror, signal))) return course.report('opted-out');
  const listed = await course.compareListing(signal);
  const plan = { ...options.plan, suspects: listed.suspects };
  const items = planVisit(plan, options.state, host.reference, host.sampler, purse, host.chance);
  const worker = async (): Promise<void> => {
    while (!course.isOver()) {
      signal.throwIfAborted();
      if (await course.lookAgainAtOne(signal)) continue;
      const item = course.isTired() ? null : await items.next();
      if (item !== null && item.done !== true) await course.lookAt(item.value, signal);
      else if (!(await course.untilDoubt(signal))) return;
    }
  };
  try {
    await Promise.all(Array.from({ length: options.connections }, worker));
  } finally {
    // The rotations stand where they were asked last.
    await items.return(undefined);
  }
  return course.report(purse.hasRequests() && !course.isTired() ? 'complete' : 'budget');
}

interface Course {
  compareListing(signal: AbortSignal): Promise<Listed>;
  lookAt(item: PlanItem, signal: AbortSignal): Promise<void>;
  /** True when there was a doubt whose time had come. */
  lookAgainAtOne(signal: AbortSignal): Promise<boolean>;
  /** Waits for the next doubt; false when none is left. */
  untilDoubt(signal: AbortSignal): Promise<boolean>;
  isOver(): boolean;
  /** Nothing new is asked any more: its time is up, or body after body came too slowly. What is in doubt is asked again all the same. */
  isTired(): boolean;
  report(end: VisitEnd): VisitReport;
}

function openCourse(options: VisitOptions, host: VisitHost, mirror: Courteous, purse: Purse): Course {
  const { clock } = host;
  const tally = openTally();
  const doubts: Doubts = openDoubts(options.pauseMs);
  const ear = openEar(mirror);
  const trace = watchTrace(ear, clock);
  const visited = visitedBy(options, host, mirror, ear.ask, trace);
  const settle = (sight: Sight): void => {
    tally.count(sight);
    if (isTrouble(sight.judgement.verdict)) host.onTrouble(sight);
    else if (sight.judgement.basis !== 'none') host.onGood(sight);
    host.onProgress(tally.counts());
  };
  let silence: Sight | null = null;
  let listed: Listed = { compared: 0, suspects: [], fault: null };
  return {
    async compareListing(signal) {
      if (options.role === 'origin' || !isWhole(options.plan)) return listed;
      const { listing } = options.state;
      listed = await compareListing(
        mirror,
        listing,
        host.reference,
        listingOptions(options, purse, clock.now()),
        signal,
      );
      return listed;
    },
    async lookAt(item, signal) {
      if (options.role === 'mirror') await trace.refresh(Number.POSITIVE_INFINITY, signal);
      for (const sight of await lookAtUnit({ ...item, isFresh: false }, visited, signal)) {
        if (sight.probe.observation.kind === 'unanswered') silence = sight;
        if (!isTrouble(sight.judgement.verdict)) settle(sight);
        else if (!doubts.add(sight, clock.now())) tally.count(sight);
      }
    },
    async lookAgainAtOne(signal) {
      const doubt = doubts.take(clock.now());
      if (doubt === null) return false;
      if (options.role === 'mirror') await trace.refresh(options.pauseMs, signal);
      const again = await lookAgain(doubt.root, doubt.paths, visited, host.control, signal);
      for (const sight of again) settle(sight);
      return true;
    },
    async untilDoubt(signal) {
      const at = doubts.nextAt();
      if (at !== null) await clock.sleep(Math.max(1, at - clock.now()), signal);
      return at !== null;
    },
    isTired: () => ear.isSlow() || clock.now() >= options.until,
    isOver: () => ear.isSilent() || mirror.isUnwelcome(),
    report(end) {
      const how = ear.isSilent() ? 'silent' : mirror.isUnwelcome() ? 'unwelcome' : end;
      const spent = { tally: tally.read(), spent: purse.spent(), trace: trace.latest() };
      return { end: how, silence: how === 'silent' ? silence : null, ...spent, certificate: ear.certificate(), listed };
    },
  };
}

function visitedBy(
  options: VisitOptions,
  host: VisitHost,
  mirror: Courteous,
  ask: Courteous['ask'],
  trace: TraceWatch,
): Visited {
  const { reach, publicKeys, state, role, plan } = options;
  return {
    reference: host.reference,
    ask,
    spool: options.spool,
    wants: plan.wants,
    ownWord: (path, signal) => ownWordOf(mirror, state.listing, { url: reach.url, publicKeys }, path, signal),
    circumstances: () => ({ ...options.circumstances, role, isUpdating: trace.isMoving() }),
  };
}

/** A part that somebody asks for is asked for alone. */
function isWhole({ sample, prefix }: VisitOptions['plan']): boolean {
  return sample === null && prefix === '';
}

/** Pages are large and few: a tenth of the bytes of a visit, a page at least. */
function listingOptions(options: VisitOptions, purse: Purse, now: number) {
  const mostPages = Math.max(1, Math.floor((purse.allowance.bytes * LISTING_SHARE) / PAGE_BYTES));
  const { plan, publicKeys, reach, circumstances } = options;
  return { url: reach.url, publicKeys, wants: plan.wants, freshAt: circumstances.freshAt, mostPages, now };
}

const LISTING_SHARE = 0.1;
const PAGE_BYTES = 700_000;

/** Hears whether there are answers at all. */
function openEar(mirror: Courteous) {
  let silent = 0;
  let slow = 0;
  let certificate: Certificate | null = null;
  const ask: Courteous['ask'] = async (request, signal) => {
    const asked = await mirror.ask(request, signal);
    const { observation } = asked;
    if (observation.kind === 'answered') {
      silent = 0;
      if (observation.proof !== null) slow = observation.proof.end === 'slow' ? slow + 1 : 0;
      certificate = asked.outcome.certificate ?? certificate;
    } else if (observation.stage !== 'held' || observation.detail === 'breaker') silent += 1;
    return asked;
  };
  return {
    ask,
    isSilent: () => silent >= MOST_SILENCE,
    isSlow: () => slow >= MOST_SLOW,
    certificate: () => certificate,
  };
}
