// `assay sync` and `assay sync --plan`: what a pass did, or would do, in the shape of DESIGN 5.8.

import type { Config } from '../config/schema.ts';
import type { Problem } from '../config/shape/envelope.ts';
import type { PlanResult, SyncResult } from '../config/shape/sync.ts';
import { type Held, type PassOutcome, planPass, removalDigest } from '../mirror/pass/pass.ts';
import type { SourceTrouble } from '../mirror/source/contract.ts';
import { foldersOf } from './folders.ts';
import { firstSource, type PassHost, passOnce, passOptions, passRoom, withSignedTree } from './pass-job.ts';
import { openRoomsToRead, type Rooms } from './rooms.ts';
import type { Done, Outcome, Waiting } from './verbs.ts';

export interface SyncOptions extends Waiting {
  /** Digest of a plan that goes through the removal guard, lower-case hex; null: none. */
  readonly acceptPlan: string | null;
  /** A folder with a copy of the repository, used as a basis for copying; null: none. */
  readonly seed: string | null;
}

export interface SyncVerbs {
  sync(config: Config, options: SyncOptions, signal: AbortSignal): Promise<Done<SyncResult>>;
  plan(config: Config, options: SyncOptions, signal: AbortSignal): Promise<Done<PlanResult>>;
}

export function syncVerbs(host: PassHost): SyncVerbs {
  return {
    sync: (config, options, signal) => sync(config, options, host, signal),
    plan: (config, options, signal) => plan(config, options, host, signal),
  };
}

export async function sync(
  config: Config,
  options: SyncOptions,
  host: PassHost,
  signal: AbortSignal,
): Promise<Done<SyncResult>> {
  const { outcome } = await passOnce(config, { verb: 'sync', keepsWindow: false, ...options }, host, signal);
  using rooms = openRoomsToRead(foldersOf(config.data));
  return { result: syncResult(outcome, rooms), problems: problemsOf(outcome), outcomes: outcomesOf(outcome, rooms) };
}

export async function plan(
  config: Config,
  options: SyncOptions,
  host: PassHost,
  signal: AbortSignal,
): Promise<Done<PlanResult>> {
  const request = { verb: 'sync --plan', keepsWindow: false, ...options };
  return await withSignedTree(config, request, host, signal, async (rooms, digesters, signing) => {
    const source = firstSource(config);
    const room = passRoom(config, source, rooms, digesters, host, signing);
    await using _source = room.source;
    const planned = await planPass(passOptions(config, source, request, host.clock.now(), signing), room, signal);
    if (planned.kind === 'trouble') {
      const empty = { additions: [], changes: [], removals: [], violations: [], plan_sha256: removalDigest([]) };
      return { result: empty, problems: [sourceProblem(planned.trouble, planned.sentence)], outcomes: ['could-not'] };
    }
    const asPlanned = (file: { path: string; kind: string; size: number }) => ({
      path: file.path,
      kind: file.kind,
      bytes: file.size,
    });
    const result = {
      additions: planned.additions.map(asPlanned),
      changes: planned.changes.map(asPlanned),
      removals: planned.removals.map(asPlanned),
      violations: planned.violations.map(({ path, verdict, why }) => ({ path, verdict, sentence: why })),
      plan_sha256: planned.planSha256,
    };
    return { result, problems: [], outcomes: [rooms.findings.troubles() > 0 ? 'trouble' : 'clean'] };
  });
}

export function syncResult(outcome: PassOutcome, rooms: Rooms): SyncResult {
  const held = rooms.held.list();
  const { refused } = outcome;
  return {
    generation: outcome.generation,
    listed: outcome.listed,
    added: outcome.added,
    changed: outcome.changed,
    removed: outcome.removed,
    absent: rooms.inventory.countAbsent(),
    accepted: outcome.accepted,
    rejected: held.filter((each) => each.kind === 'rejected').map(judged),
    deferred: held.filter((each) => each.kind === 'deferred').map(judged),
    refused:
      refused === null
        ? null
        : { guard: refused.guard, files: refused.files, ratio: refused.ratio, plan_sha256: refused.planSha256 },
    bytes_fetched: outcome.bytesFetched,
    seconds: Math.max(0, outcome.endedAt - outcome.startedAt) / 1000,
  };
}

function judged({ path, verdict }: Held): { path: string; verdict: string } {
  return { path, verdict };
}

function outcomesOf(outcome: PassOutcome, rooms: Rooms): Outcome[] {
  const outcomes: Outcome[] = [];
  if (outcome.refused !== null) outcomes.push('refused');
  if (outcome.end === 'trouble' || outcome.end === 'stopped') outcomes.push('could-not');
  if (rooms.findings.troubles() > 0) outcomes.push('trouble');
  return outcomes;
}

export function problemsOf(outcome: PassOutcome): Problem[] {
  const problems: Problem[] = [];
  if (outcome.trouble !== null) problems.push(sourceProblem(outcome.trouble, outcome.sentence ?? ''));
  if (outcome.end === 'partial') {
    problems.push({
      code: 'source-partial',
      sentence: outcome.sentence ?? '',
      remedy: "Tell the origin's maintainers which files cannot be read.",
      path: outcome.unreadable[0] ?? null,
    });
  }
  if (outcome.refused !== null) {
    const { guard, files, planSha256 } = outcome.refused;
    problems.push({
      code: 'removal-refused',
      sentence: `${files} files would leave the tree; the guard ${guard} says no.`,
      remedy: REMEDIES[guard](planSha256),
      path: null,
    });
  }
  return problems;
}

const REMEDIES = {
  ceiling: () =>
    'More than 40 % of the tree is absent at the origin: nothing removes that. Ask the origin what happened.',
  max_files: accept,
  max_ratio: accept,
  'release-absence': accept,
} as const;

function accept(planSha256: string): string {
  return `Look at \`assay sync --plan\`; if that is meant, run \`assay sync --accept-plan ${planSha256}\`.`;
}

/** What the source could not do, with what to do about it. Everything published stays served, whatever it was. */
export function sourceProblem(trouble: SourceTrouble['trouble'], sentence: string): Problem {
  return { ...SOURCE_PROBLEMS[trouble](sentence), path: null };
}

const SOURCE_PROBLEMS: Readonly<Record<SourceTrouble['trouble'], (sentence: string) => Omit<Problem, 'path'>>> = {
  unreachable: (sentence) => ({
    code: 'source-unreachable',
    sentence,
    remedy: 'Everything published stays served; the next pass tries again.',
  }),
  timeout: (sentence) => ({
    code: 'source-timeout',
    sentence,
    remedy: 'The next pass goes on. If it stays so, look at source.io_timeout_seconds.',
  }),
  refused: (sentence) => ({
    code: 'source-refused',
    sentence,
    remedy: "Look at source.url, the module's name and the credentials.",
  }),
  busy: (sentence) => ({
    code: 'source-busy',
    sentence,
    remedy: 'The origin has too many connections; the next pass tries again.',
  }),
  protocol: (sentence) => ({
    code: 'source-protocol',
    sentence,
    remedy: 'What answers may not be what the configuration takes it for: look at source.url, and at source.mode.',
  }),
  'too-large': (sentence) => ({
    code: 'source-too-large',
    sentence,
    remedy: 'The origin sends more than it lists, or lists without end: ask its maintainers.',
  }),
  'disk-full': (sentence) => ({
    code: 'source-disk-full',
    sentence,
    remedy: 'Make room in the data directory; the next pass goes on where this one stopped.',
  }),
  stopped: (sentence) => ({
    code: 'source-stopped',
    sentence,
    remedy: 'The next pass goes on where this one stopped.',
  }),
  failed: (sentence) => ({
    code: 'source-failed',
    sentence,
    remedy: 'Everything published stays served; the next pass tries again.',
  }),
};
