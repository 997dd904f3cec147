// A push is killed with SIGKILL at every named step and at moments of chance. After each death the bucket is looked at as a client has it, and
// the next push must come to what an undisturbed one leaves.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { seededRandom } from '../../src/demo/repository/random.ts';
import { objectStoreOfFile } from '../support/object-store.ts';
import {
  LARGE_STEPS,
  PUSH_STEPS,
  PUT_AT_NIGHT,
  type PushKilling,
  type PushMoment,
  preparePushKilling,
} from '../support/push-rounds.ts';
import { seedOfRun } from '../support/seed.ts';

const store = objectStoreOfFile();
const seed = seedOfRun();
const random = seededRandom(`kill push ${seed}`);
const MOMENTS = 12;
let prepared: Promise<PushKilling> | undefined;

async function killing(t: TestContext): Promise<PushKilling | null> {
  const s3 = await store(t);
  if (s3 === null) return null;
  prepared ??= (async () => {
    const bucket = await s3.bucket();
    const forAll = { ...t, after: () => undefined } as unknown as TestContext;
    return preparePushKilling(await s3.open(forAll, bucket), s3.options(bucket));
  })();
  return await prepared;
}

async function survive(t: TestContext, moment: PushMoment, hasLargeFile: boolean): Promise<boolean | null> {
  const rounds = await killing(t);
  if (rounds === null) return null;
  t.diagnostic(`ASSAY_TEST_SEED=${seed} ${JSON.stringify(moment)}`);
  const round = await rounds.round(moment, hasLargeFile);
  assert.deepEqual(round.breaches, []);
  return round.wasKilled;
}

for (const step of PUSH_STEPS) {
  test(`a bucket never has metadata ahead of artifacts, and comes to the same end, after a death at ${step}`, async (t) => {
    const nth = step === 'object-put' ? 1 + random.below(15) : 1;

    const wasKilled = await survive(t, { step, nth }, false);

    assert.notEqual(wasKilled, false, 'the push never came to this step');
  });
}

for (const step of LARGE_STEPS) {
  test(`an upload in parts leaves nothing behind after a death at ${step}`, async (t) => {
    const wasKilled = await survive(t, { step, nth: 1 + (step === 'part-put' ? random.below(8) : 0) }, true);

    assert.notEqual(wasKilled, false, 'the push never came to this step');
  });
}

for (let number = 1; number <= MOMENTS; number += 1) {
  test(`a bucket is true, and comes to the same end, after a death at a moment of chance, ${number}`, async (t) => {
    const rounds = await killing(t);
    if (rounds === null) return;
    const byClock = { afterMs: random.below(Math.ceil(rounds.pushMs)) };
    const byObject = { step: 'object-put', nth: 1 + random.below(PUT_AT_NIGHT) } as const;

    await survive(t, number % 2 === 0 ? byClock : byObject, false);
  });
}
