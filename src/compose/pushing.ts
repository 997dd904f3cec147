// `assay push`, and the same by the clock: each target under a lock of its own, its CDN told when all is there.

import type { Config } from '../config/schema.ts';
import type { PlannedPush, Pushed, PushPlanResult, PushResult } from '../config/shape/push.ts';
import { CodedError } from '../host/error.ts';
import { followTree } from '../mirror/push/purge/purge.ts';
import { planPush, push } from '../mirror/push/push.ts';
import type { Job } from '../schedule/timetable.ts';
import { type Answered, followedOf, plannedOf, pushedOf } from './push-answer.ts';
import {
  type PushHost,
  type PushRequest,
  placeOf,
  pushOptions,
  pushRoom,
  type Target,
  tellCdn,
  tellCdnAgain,
  withTarget,
} from './push-target.ts';
import type { Done, Waiting } from './verbs.ts';

export interface PushOptions extends Waiting {
  /** One target, or null: all of them, one after another. */
  readonly name: string | null;
  readonly reconcile: boolean;
  /** Digest of removals that go through the guard, lower-case hex; null: none. */
  readonly acceptPlan: string | null;
}

export interface PushVerbs {
  push(config: Config, options: PushOptions, signal: AbortSignal): Promise<Done<PushResult>>;
  planPush(config: Config, options: PushOptions, signal: AbortSignal): Promise<Done<PushPlanResult>>;
}

export function pushVerbs(host: PushHost): PushVerbs {
  return {
    async push(config, options, signal) {
      const request = { ...options, verb: 'push' };
      const answers: Answered<Pushed>[] = [];
      for (const target of targetsOf(config, options.name))
        answers.push(await pushOnce(config, target, request, host, signal));
      return together(answers);
    },
    async planPush(config, options, signal) {
      const request = { ...options, verb: 'push --plan' };
      const answers: Answered<PlannedPush>[] = [];
      for (const target of targetsOf(config, options.name))
        answers.push(await planOnce(config, target, request, host, signal));
      return together(answers);
    },
  };
}

/** Two jobs a target: the push, and every few minutes what its CDN has not taken yet. */
export function pushJobs(config: Config, host: PushHost, signal: AbortSignal): Job[] {
  return config.push.flatMap((target) => {
    const request = { verb: 'push', waitSeconds: 0, acceptPlan: null, reconcile: false };
    const isAfterPass = target.schedule === 'after-pass';
    const job = {
      name: `push ${target.name}`,
      cron: isAfterPass ? null : target.schedule,
      ...(isAfterPass ? { after: ['pass'] } : {}),
      jitterMs: 0,
      // What a stop left undone does not wait for the next pass.
      atStart: isAfterPass,
      work: async () => {
        tell(await pushOnce(config, target, request, host, signal), host);
      },
    };
    return target.purge === null ? [job] : [job, purgeJob(config, target, host, signal)];
  });
}

function purgeJob(config: Config, target: Target, host: PushHost, signal: AbortSignal): Job {
  const work = async () => {
    const request = { verb: 'purge', waitSeconds: 0 };
    await withTarget(config, target, request, host, signal, async (rooms, record) => {
      const told = await tellCdnAgain(config, target, rooms, record, host, signal);
      if (told.kind === 'told') return;
      const word = told.kind === 'later' ? 'purge failed; it is tried again' : 'purge refused';
      loggerOf(host).warn({ target: target.name, why: told.reason }, word);
    }).catch(nothingWhenBusy);
  };
  return { name: `purge ${target.name}`, cron: '*/2 * * * *', jitterMs: 0, atStart: false, work };
}

/** A push that runs tells its CDN by itself. */
function nothingWhenBusy(error: unknown): void {
  if (!(error instanceof CodedError) || error.code !== 'busy') throw error;
}

function targetsOf(config: Config, name: string | null): readonly Target[] {
  if (name === null) return config.push;
  const target = config.push.find((each) => each.name === name);
  if (target !== undefined) return [target];
  throw new CodedError('config-target', `No target of push is called ${name}.`, {
    path: name,
    remedy: `Known: ${config.push.map((each) => each.name).join(', ')}.`,
  });
}

function together<Each>(answers: readonly Answered<Each>[]): Done<{ targets: Each[] }> {
  return {
    result: { targets: answers.map(({ answer }) => answer) },
    problems: answers.flatMap(({ problems }) => problems),
    outcomes: answers.flatMap(({ outcomes }) => outcomes),
  };
}

export async function pushOnce(
  config: Config,
  target: Target,
  request: PushRequest,
  host: PushHost,
  signal: AbortSignal,
): Promise<Answered<Pushed>> {
  return await withTarget(config, target, request, host, signal, async (rooms, record) => {
    const startedAt = host.clock.now();
    if (target.kind === 'purge') {
      const id = record.history.begin(startedAt);
      const followed = followTree(rooms.inventory, record, placeOf(target, config));
      const none = { objects: 0, bytes: 0, removed: 0 };
      record.history.end(id, 'complete', followed.generation, null, none, host.clock.now());
      const told = await tellCdn(config, target, rooms, record, host, signal);
      return followedOf({ config, target, rooms, record, startedAt, now: host.clock.now() }, followed, told);
    }
    using room = await pushRoom(config, target, rooms, record, host);
    const outcome = await push(pushOptions(config, target, request), room, signal);
    // Also after one that failed: what it put is new to the CDN all the same.
    const told = await tellCdn(config, target, rooms, record, host, signal);
    return pushedOf({ config, target, rooms, record, startedAt, now: host.clock.now() }, outcome, told);
  });
}

async function planOnce(
  config: Config,
  target: Target,
  request: PushRequest,
  host: PushHost,
  signal: AbortSignal,
): Promise<Answered<PlannedPush>> {
  return await withTarget(config, target, request, host, signal, async (rooms, record) => {
    const place = placeOf(target, config);
    if (target.kind === 'purge') return plannedOf(target, place, null, rooms);
    using room = await pushRoom(config, target, rooms, record, host);
    return plannedOf(target, place, await planPush(pushOptions(config, target, request), room, signal), rooms);
  });
}

function tell({ answer, problems }: Answered<Pushed>, host: PushHost): void {
  const { name: target, outcome, generation, objects, bytes, seconds } = answer;
  const told = { target, outcome, generation, objects, bytes, removed: answer.removed.length, seconds };
  const [problem] = problems.filter(({ code }) => code !== 'push-store-limited');
  const why = problem === undefined ? {} : { code: problem.code, why: problem.sentence, remedy: problem.remedy };
  const level = outcome === 'owing' ? 'error' : problem === undefined ? 'info' : 'warn';
  loggerOf(host)[level]({ ...told, ...why }, 'push finished');
}

function loggerOf(host: PushHost) {
  return host.logger.child({ room: 'schedule' });
}
