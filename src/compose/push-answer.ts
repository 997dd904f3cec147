// What a push came to, in the shape of `assay push --json`, with its problems and its share of the exit status.

import type { Config } from '../config/schema.ts';
import type { Problem } from '../config/shape/envelope.ts';
import type { PlannedPush, Pushed } from '../config/shape/push.ts';
import { SECOND } from '../host/clock.ts';
import { removalDigest } from '../mirror/pass/pass.ts';
import { EVERYTHING, type Followed } from '../mirror/push/purge/purge.ts';
import {
  ABSENCE_REMEDY,
  type Drift,
  type PlannedSteps,
  type PushOutcome,
  shortcomingsOf,
  type TargetRecord,
} from '../mirror/push/push.ts';
import { placeOf, refused, type Target, type Told } from './push-target.ts';
import type { Rooms } from './rooms.ts';
import type { Outcome } from './verbs.ts';

export interface Answered<Answer> {
  readonly answer: Answer;
  readonly problems: readonly Problem[];
  readonly outcomes: readonly Outcome[];
}

export interface Asked {
  readonly config: Config;
  readonly target: Target;
  readonly rooms: Rooms;
  readonly record: TargetRecord;
  readonly startedAt: number;
  readonly now: number;
}

export function pushedOf(asked: Asked, outcome: PushOutcome, told: Told): Answered<Pushed> {
  const { refused, ability } = outcome;
  const answer: Pushed = {
    ...namesOf(asked),
    outcome: outcome.end === 'stopped' ? 'trouble' : outcome.end,
    generation: outcome.generation,
    objects: outcome.counts.objects,
    bytes: outcome.counts.bytes,
    adopted: outcome.adopted,
    removed: [...outcome.removed],
    refused:
      refused === null
        ? null
        : { guard: refused.guard, files: refused.files, ratio: refused.ratio, plan_sha256: refused.planSha256 },
    conflicts: outcome.conflicts.map(({ row, found }) => ({
      path: row.path,
      expected: { size: row.size, sha256: row.sha256.toString('hex') },
      observed: { size: found.size, sha256: found.sha256 },
    })),
    held: [...outcome.held],
    failures: outcome.failures.map(({ path, sentence }) => ({ path: path === '' ? null : path, sentence })),
    drift: driftOf(outcome.drift),
    store:
      ability === null
        ? null
        : {
            conditional: ability.conditional,
            md5: ability.md5,
            sha256: ability.sha256,
            etag_is_md5: ability.etagIsMd5,
            absent_status: ability.absentStatus ?? null,
          },
    purge: purgeOf(asked),
    seconds: Math.max(0, outcome.endedAt - outcome.startedAt) / SECOND,
  };
  const problems = [...problemsOf(outcome, asked.target.name), ...purgeProblems(asked, told)];
  return { answer, problems, outcomes: [...outcomesOf(outcome), ...purgeOutcomes(told), ...standing(asked.rooms)] };
}

export function followedOf(asked: Asked, followed: Followed, told: Told): Answered<Pushed> {
  const answer: Pushed = {
    ...namesOf(asked),
    ...{ outcome: 'complete', generation: followed.generation, objects: 0, bytes: 0, adopted: 0 },
    ...{ removed: [], refused: null, conflicts: [], held: [], failures: [], drift: null, store: null },
    purge: purgeOf(asked),
    seconds: (asked.now - asked.startedAt) / SECOND,
  };
  const outcomes = [...purgeOutcomes(told), ...standing(asked.rooms)];
  return { answer, problems: purgeProblems(asked, told), outcomes };
}

function namesOf({ target, config }: Asked): Pick<Pushed, 'name' | 'kind' | 'place'> {
  return { name: target.name, kind: target.kind, place: placeOf(target, config) };
}

function purgeOf({ target, record, rooms }: Asked): Pushed['purge'] {
  if (target.purge === null) return null;
  return {
    stale: record.countStale(),
    everything: record.isStale(EVERYTHING),
    given_up: refused(target.name, rooms).length,
  };
}

function driftOf(drift: Drift | null): Pushed['drift'] {
  if (drift === null) return null;
  const { listed, missing, foreign, altered, adopted, unnamed } = drift;
  return { listed, missing: [...missing], foreign: [...foreign], altered: [...altered], adopted, unnamed };
}

function standing(rooms: Rooms): Outcome[] {
  return rooms.findings.troubles() > 0 ? ['trouble'] : [];
}

function outcomesOf(outcome: PushOutcome): Outcome[] {
  const outcomes: Outcome[] = [];
  if (outcome.refused !== null) outcomes.push('refused');
  if (outcome.failures.length > 0) outcomes.push('could-not');
  return outcomes;
}

function purgeOutcomes(told: Told): Outcome[] {
  return told.kind === 'told' ? [] : ['could-not'];
}

/** Failures beyond this are in the result. */
const TOLD = 20;

export function problemsOf(outcome: PushOutcome, target: string): Problem[] {
  const failures = outcome.failures.slice(0, TOLD).map(
    ({ path, sentence, remedy }): Problem => ({
      code: 'push-failed',
      sentence,
      remedy: remedy ?? 'The next push tries again; nothing is removed, and no metadata put, before it succeeds.',
      path: path === '' ? null : path,
    }),
  );
  const conflicts = outcome.conflicts.slice(0, TOLD).map(
    ({ row, found }): Problem => ({
      code: 'push-conflict',
      sentence: `${target} has another object under ${row.path} (${found.size} bytes, SHA-256 ${found.sha256 ?? 'not read'}); it is not written over.`,
      remedy: 'Find out who put it. To let ours take its place, delete that object; the next push puts ours.',
      path: row.path,
    }),
  );
  const { refused, ability } = outcome;
  const removal: Problem[] =
    refused === null
      ? []
      : [
          {
            code: 'push-removal-refused',
            sentence: `${refused.files} objects would leave ${target}; the guard ${refused.guard} says no.`,
            remedy:
              refused.guard === 'ceiling'
                ? 'More than 40 % of the target: nothing of ours removes that. Delete them by hand if it is meant.'
                : `Look at \`assay push --plan ${target}\`; if that is meant, run \`assay push --accept-plan ${refused.planSha256} ${target}\`.`,
            path: null,
          },
        ];
  const limits = (ability === null ? [] : shortcomingsOf(ability)).map(
    (sentence): Problem => ({
      code: 'push-store-limited',
      sentence: `Of ${target}: ${sentence}.`,
      remedy: sentence.startsWith('what is absent')
        ? ABSENCE_REMEDY
        : 'Know it, or ask for another store; it changes no exit status.',
      path: null,
    }),
  );
  return [...failures, ...conflicts, ...removal, ...limits];
}

function purgeProblems({ target }: Asked, told: Told): Problem[] {
  if (told.kind === 'told') return [];
  const how = told.kind === 'refused' ? 'refuses the purge' : 'did not take the purge';
  return [
    {
      code: 'purge-failed',
      sentence: `The CDN before ${target.name} ${how}: ${told.reason}.`,
      remedy:
        told.kind === 'refused'
          ? 'Correct `purge`; the next `assay push` tells it again.'
          : 'It is not lost: a running daemon tries again, and so does the next `assay push`.',
      path: null,
    },
  ];
}

/** Null: a purge alone has nothing to plan. */
export function plannedOf(
  target: Target,
  place: string,
  planned: PlannedSteps | null,
  rooms: Rooms,
): Answered<PlannedPush> {
  const asPlanned = (step: { path: string; kind: string; size: number }) => ({
    path: step.path,
    kind: step.kind,
    bytes: step.size,
  });
  const steps = planned?.steps ?? [];
  const removals = planned?.removals ?? [];
  const answer: PlannedPush = {
    ...{ name: target.name, kind: target.kind, place },
    generation: rooms.inventory.current().generation,
    additions: steps.filter(({ isNew, how }) => isNew && how !== 'recheck').map(asPlanned),
    changes: steps.filter(({ isNew, how }) => !isNew && how !== 'conflict').map(asPlanned),
    removals: removals.map(asPlanned),
    violations: steps
      .filter(({ how }) => how === 'conflict' || how === 'recheck')
      .map(({ path }) => ({
        path,
        verdict: 'divergent',
        sentence: 'The target has other bytes under a released key.',
      })),
    plan_sha256: removalDigest(removals.map(({ path }) => path)),
    drift: driftOf(planned?.drift ?? null),
  };
  const fault = planned?.fault ?? null;
  const problems: Problem[] =
    fault === null ? [] : [{ code: 'push-failed', sentence: fault.sentence, remedy: fault.remedy, path: null }];
  return { answer, problems, outcomes: fault === null ? standing(rooms) : ['could-not'] };
}
