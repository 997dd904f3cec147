import { startObjectStore } from '../../src/demo/object-store.ts';
import { type Random, seededRandom } from '../../src/demo/repository/random.ts';
import { systemClock } from '../../src/host/clock.ts';
import { type ObjectStoreOptions, openObjectStore } from '../../src/host/object-store.ts';
import { LARGE_STEPS, PUSH_STEPS, PUT_AT_NIGHT, type PushMoment, preparePushKilling } from '../support/push-rounds.ts';
import { type Endured, tellProgress } from './tell.ts';

/** Pushes into a real S3 server; two of three die at moments of chance, the third at a named step, some of them in the middle of a large file. */
export async function pushKillRounds(seed: number, count: number, signal: AbortSignal): Promise<Endured[]> {
  if (count === 0) return [];
  await using server = await startServer();
  using store = await openObjectStore(server.options, systemClock);
  const killing = await preparePushKilling(store, server.options);
  const endured: Endured[] = [];
  while (endured.length < count && !signal.aborted) {
    const random = seededRandom(`soak push ${seed} ${endured.length}`);
    const isLarge = random.below(12) === 0;
    const moment = momentOf(random, isLarge, killing.pushMs);
    const { wasKilled, breaches, milliseconds } = await killing.round(moment, isLarge);
    endured.push({
      place: 'step' in moment ? moment.step : 'a moment of chance',
      detail: JSON.stringify(moment),
      hasHappened: wasKilled,
      faults: breaches,
      milliseconds,
    });
    tellProgress(endured, count);
  }
  return endured;
}

/** Of three, one at a named step, one when so many objects are put, one by the clock. */
function momentOf(random: Random, isLarge: boolean, pushMs: number): PushMoment {
  if (isLarge) return { step: random.pick(LARGE_STEPS), nth: 1 };
  const which = random.below(3);
  if (which === 0) return { step: random.pick(PUSH_STEPS), nth: 1 };
  if (which === 1) return { step: 'object-put', nth: 1 + random.below(PUT_AT_NIGHT) };
  return { afterMs: random.below(Math.ceil(pushMs)) };
}

async function startServer(): Promise<AsyncDisposable & { readonly options: ObjectStoreOptions }> {
  const server = await startObjectStore();
  await server.makeBucket('soak');
  const options: ObjectStoreOptions = {
    bucket: 'soak',
    region: 'us-east-1',
    endpoint: server.endpoint,
    pathStyle: true,
    credentials: { kind: 'file', path: server.credentialsFile },
  };
  return { options, [Symbol.asyncDispose]: () => server.stop() };
}
