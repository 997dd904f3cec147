// A visit within a round: where it goes on from, what its sights become, and what is thought of the mirror afterwards.

import { join } from 'node:path';
import { DAY } from '../../host/clock.ts';
import type { Control } from './again.ts';
import { allowanceOf } from './budget.ts';
import { figuresOf } from './figures.ts';
import { certificateVerdict, isIntegrity } from './judge.ts';
import { afterVisit, readyState } from './mirror-state.ts';
import { probe } from './probe.ts';
import type { Host, RoundEvent, RoundOptions, RoundRoom, Times } from './room.ts';
import type { Sampler } from './sampler.ts';
import { judgeSilence } from './silence.ts';
import { openSpool, type Spool } from './spool.ts';
import type { MirrorRecord } from './store.ts';
import type { MirrorSummary } from './summary.ts';
import { openTeller, type Teller } from './teller.ts';
import { type VisitHost, type VisitOptions, type VisitReport, visit } from './visit.ts';

export interface VisitContext {
  readonly round: number;
  readonly sampler: Sampler;
  readonly chance: () => number;
  readonly times: Times;
}

export async function visitMirror(
  host: Host,
  options: RoundOptions,
  room: RoundRoom,
  context: VisitContext,
  onEvent: (event: RoundEvent) => void,
  signal: AbortSignal,
): Promise<MirrorSummary> {
  const { clock, store } = room;
  const startedAt = clock.now();
  onEvent({ kind: 'mirror-begun', name: host.name, url: host.url });
  const record = store.mirror(host.name, host.url, startedAt);
  readyState(record.state, room.reference, context.sampler, context.chance);
  store.save(record);
  const teller = openTeller(host, options, room, context.round, onEvent);
  using spool = spoolFor(host, options, room);
  const visiting = { ...visitOptions(host, record, options, room, context, startedAt), spool };
  const report = await visit(visiting, visitHost(host, options, room, context, teller, onEvent), signal);
  store.spend(host.name, report.spent, startedAt);
  store.count(host.name, report.tally.verdicts);
  const end = await endOf(report, host, options, room, teller, signal);
  const after = afterVisit(store.mirror(host.name, host.url, startedAt), record.state, {
    end,
    troubles: teller.troubles(),
    isPartial: options.sample !== null || options.prefix !== '',
    standsIntegrity: standsIntegrity(host, room),
    behindMs: report.tally.behindMs,
    hasAnswered: report.tally.claims + report.tally.proofs > 0,
    startedAt,
    now: clock.now(),
  });
  settleWhole(report, end, after, room, teller);
  const summary = summaryOf(host, after, report, end, spool?.classes() ?? null, room, startedAt);
  store.save({ ...after, last: summary });
  store.visits.note(context.round, summary);
  onEvent({ kind: 'mirror-done', summary });
  return summary;
}

function visitOptions(
  host: Host,
  record: MirrorRecord,
  options: RoundOptions,
  room: RoundRoom,
  { times }: VisitContext,
  now: number,
): Omit<VisitOptions, 'spool'> {
  const { depth, sample, prefix, roundsPerDay, pauseMs, lagMs } = options;
  return {
    reach: host,
    role: host.role,
    publicKeys: host.publicKeys,
    plan: {
      ...{ depth, sample, prefix, wants: host.wants },
      standing: room.findings.pathsOf(host.name, MOST_STANDING),
      popular: room.popular(),
    },
    state: record.state,
    allowance: allowanceOf(host.budget, room.store.spent(host.name, now), roundsPerDay, now),
    connections: host.budget.connections,
    until: now + DAY / roundsPerDay,
    pauseMs,
    circumstances: { ...times, lagMs },
  };
}

/** A folder of its own for each mirror: several are visited at once. */
function spoolFor(host: Host, { depth }: RoundOptions, { signatures }: RoundRoom): Spool | null {
  if (depth !== 'full' || signatures === null) return null;
  return openSpool(join(signatures.folder, host.name), signatures.classify);
}

/** Asked for first in each visit; what stands beyond them waits for its turn in the rotation. */
const MOST_STANDING = 200;

function visitHost(
  host: Host,
  options: RoundOptions,
  room: RoundRoom,
  { sampler, chance }: VisitContext,
  teller: Teller,
  onEvent: (event: RoundEvent) => void,
): VisitHost {
  const { http, clock, reference } = room;
  return {
    ...{ http, clock, chance, reference, sampler, vantage: options.vantage },
    control: controlOf(host, options, room),
    onTrouble: teller.trouble,
    onGood: teller.good,
    onProgress: ({ claims, proofs }) => onEvent({ kind: 'mirror-asked', name: host.name, claims, proofs }),
  };
}

/** The origin's public face, asked about single paths; it is paid for out of its own budget. */
function controlOf(host: Host, { known, vantage }: RoundOptions, { http, store, clock }: RoundRoom): Control {
  const origin = known.find(({ role }) => role === 'origin');
  if (origin === undefined || host.role === 'origin') return null;
  return async (request, signal) => {
    const asked = await probe(origin, request, http, vantage, signal);
    store.spend(origin.name, { requests: asked.requests, bytes: asked.bytes }, clock.now());
    return asked;
  };
}

async function endOf(
  report: VisitReport,
  host: Host,
  options: RoundOptions,
  room: RoundRoom,
  teller: Teller,
  signal: AbortSignal,
): Promise<MirrorSummary['end']> {
  for (const sight of report.tally.examples) teller.word(sight);
  if (report.silence === null) return report.end;
  const silence = await judgeSilence(report.silence, host, options, room, signal);
  if (silence.kind !== 'theirs') return 'unknown';
  teller.whole(silence.judgement, silence.probe.evidence);
  return 'silent';
}

/** What stands against the mirror as a whole. */
function settleWhole(
  report: VisitReport,
  end: MirrorSummary['end'],
  after: MirrorRecord,
  room: RoundRoom,
  teller: Teller,
): void {
  if (end !== 'complete' && end !== 'budget') return;
  const isBack = after.health.state !== 'bad' || after.health.isHeld;
  if (isBack) for (const verdict of ['unreachable', 'bad-certificate']) teller.settle({ verdict, path: '' });
  const expiring = report.certificate === null ? null : certificateVerdict(report.certificate, room.clock.now());
  if (expiring === null) teller.settle({ verdict: 'certificate-expiring', path: '' });
  else teller.whole(expiring, null);
}

function standsIntegrity(host: Host, { findings }: RoundRoom): boolean {
  return findings.standing().some(({ mirror, verdict }) => mirror === host.name && isIntegrity(verdict));
}

function summaryOf(
  host: Host,
  after: MirrorRecord,
  report: VisitReport,
  end: MirrorSummary['end'],
  signatures: MirrorSummary['signatures'],
  { reference, store, clock }: RoundRoom,
  startedAt: number,
): MirrorSummary {
  const { files, bytes } = reference.current();
  const { requestsPerDay, bytesPerDay } = host.budget;
  const { verdicts, claims, proofs } = report.tally;
  const { compared } = report.listed;
  return {
    ...{ name: host.name, url: host.url, role: host.role, end, health: after.health, verdicts, claims, proofs },
    listed: compared,
    spent: report.spent,
    spentToday: store.spent(host.name, startedAt),
    behindMs: after.behindMs,
    signatures,
    figures: figuresOf({ files, bytes, requestsPerDay, bytesPerDay }),
    rotationTookMs: after.state.claims.tookMs,
    startedAt,
    endedAt: clock.now(),
  };
}
