// A round: every mirror, and the origin's public face, asked and judged. What is wrong becomes findings at once, not at the end.

import type { Finding } from '../../finding/finding.ts';
import { chanceOf } from './chance.ts';
import type { RoundEvent, RoundOptions, RoundRoom, Times } from './room.ts';
import { openSampler } from './sampler.ts';
import type { CrawlStore } from './store.ts';
import type { MirrorSummary, RoundSummary } from './summary.ts';
import { visitMirror } from './visit-mirror.ts';

export { type Budget, dayOf } from './budget.ts';
export { CANNOT_SEE, type Figures, figuresOf, promiseOf } from './figures.ts';
export type { Health, HealthState } from './health.ts';
export { nextHealth } from './health.ts';
export { listedKind, type OriginHost, originReference } from './origin-reference.ts';
export { type OriginStore, openOriginStore } from './origin-store.ts';
export { type Probe, type ProbeRequest, probe } from './probe.ts';
export { type HashOwn, inventoryReference, type Reference } from './reference.ts';
export type { Host, RoundEvent, RoundOptions, RoundRoom } from './room.ts';
export { mirrorFigures } from './scrape.ts';
export type { Classify } from './spool.ts';
export { type CrawlStore, crawlSchema, type MirrorRecord, openCrawlStore } from './store.ts';
export type { MirrorSummary, RoundSummary } from './summary.ts';
export type { RoundTotals, Visited } from './visit-log.ts';

const AT_ONCE = 8;
/** How the origin's public face is called where mirrors have names: no mirror can be called so. */
export const ORIGIN = '(origin)';

/** Rejects with the signal's reason when aborted; what was found until then is told, and the rotations stand where they were asked last. */
export async function runRound(
  options: RoundOptions,
  room: RoundRoom,
  onEvent: (event: RoundEvent) => void,
  signal: AbortSignal,
): Promise<RoundSummary> {
  const { store, reference, clock } = room;
  const startedAt = clock.now();
  const { generation } = reference.current();
  const round = store.begin(options.depth, options.seed, generation, startedAt);
  settleStrangers(options, room, startedAt);
  const chance = chanceOf(options.seed);
  const sampler = await openSampler(reference);
  const times = timesOf(options, store, startedAt);
  const waiting = options.hosts.values();
  const mirrors: MirrorSummary[] = [];
  const worker = async (): Promise<void> => {
    for (const host of waiting) {
      const context = { round, sampler, chance, times, startedAt };
      mirrors.push(await visitMirror(host, options, room, context, onEvent, signal));
    }
  };
  let outcome: 'complete' | 'stopped' = 'stopped';
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    outcome = 'complete';
  } finally {
    store.end(round, outcome, clock.now());
  }
  tellRewritten(options, room, round, onEvent);
  store.forget(startedAt - options.historyMs);
  mirrors.sort((a, b) => order(a.name, options) - order(b.name, options));
  const { depth } = options;
  return { round, depth, reference: reference.kind, generation, mirrors, startedAt, endedAt: clock.now() };
}

/** Of an origin that is itself the reference: that it rewrote a release shows when it is asked again. */
function tellRewritten(
  { vantage }: RoundOptions,
  { reference, clock, tell }: RoundRoom,
  round: number,
  onEvent: (event: RoundEvent) => void,
): void {
  for (const { path, expected, observed, probe } of reference.takeRewritten()) {
    const finding: Finding = {
      ...{ foundBy: 'crawl', verdict: 'origin-changed', severity: 'critical', mirror: ORIGIN, path },
      why: 'The origin answers with other bytes than it did before.',
      ...{ expected, observed, evidence: { ...probe.evidence, vantage }, blame: 'origin' },
      generation: reference.current().generation,
    };
    tell(finding, round, clock.now());
    onEvent({ kind: 'finding', finding });
  }
}

function order(name: string, { hosts }: RoundOptions): number {
  return hosts.findIndex((host) => host.name === name);
}

const DOWN = 'origin-down';
const UP_SINCE = 'origin-up-since';

/** While the origin is down time stands still for everybody; when it is back, what was missed counts from then. */
function timesOf({ origin }: RoundOptions, store: CrawlStore, now: number): Times {
  const freshAt = origin.freshAt ?? 0;
  if (!origin.isUp) store.remember(DOWN, String(now));
  else if (store.recall(DOWN) !== null && store.recall(DOWN) !== '') {
    store.remember(DOWN, '');
    store.remember(UP_SINCE, String(now));
  }
  const upSince = Number(store.recall(UP_SINCE) ?? 0);
  return { asOf: origin.isUp ? now : Math.min(now, freshAt), upSince, freshAt };
}

/** What stands against a mirror that is no longer in the list is nobody's trouble any more. */
function settleStrangers({ known }: RoundOptions, { findings }: RoundRoom, now: number): void {
  for (const name of findings.mirrors()) {
    if (!known.some((host) => host.name === name)) findings.resolveAt({ mirror: name }, now);
  }
}
