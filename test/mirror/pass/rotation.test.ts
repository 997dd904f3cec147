import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { DAY } from '../../../src/host/clock.ts';
import type { ListedFile } from '../../../src/mirror/inventory/row.ts';
import { rewrittenInSlice } from '../../../src/mirror/pass/rotation.ts';
import { publish } from '../../../src/mirror/publish/publish.ts';
import type { Source } from '../../../src/mirror/source/contract.ts';
import { NOW } from '../verify/facts.ts';
import { type LaidPass, layPass, listed } from './laid.ts';

const NEVER = new AbortController().signal;
const NAMES = Array.from({ length: 30 }, (_, index) => `g/a/1/a-1-${String(index).padStart(2, '0')}.jar`);

/** Thirty published files, compared once in thirty days. */
async function thirty(t: TestContext, source: Partial<Source> = {}): Promise<LaidPass> {
  const laid = layPass(t, source);
  await publish(
    NAMES.map((name) => laid.accept(name, 'x')),
    laid.room,
    1,
    NOW,
    NEVER,
  );
  return laid;
}

async function turn(laid: LaidPass, now: number, files: readonly ListedFile[] = NAMES.map((name) => listed(name))) {
  using comparison = laid.list(files);
  const rewritten = await rewrittenInSlice(comparison, laid.options, laid.passRoom, now, NEVER);
  return rewritten.map((file) => file.path);
}

test('the first pass only notes the time, and later ones compare what has become due', async (t) => {
  const laid = await thirty(t);

  await turn(laid, NOW);
  await turn(laid, NOW + DAY - 1);
  await turn(laid, NOW + DAY);
  await turn(laid, NOW + 3 * DAY);

  assert.deepEqual(laid.compared, [NAMES.slice(0, 1), NAMES.slice(1, 3)]);
});

test('in thirty days of passes every file is compared once, and then from the beginning', async (t) => {
  const laid = await thirty(t);
  await turn(laid, NOW);

  for (let day = 1; day <= 31; day += 1) await turn(laid, NOW + day * DAY);

  assert.deepEqual(laid.compared.flat(), [...NAMES, ...NAMES.slice(0, 1)]);
});

test('after a long sleep no more than the whole tree is due', async (t) => {
  const laid = await thirty(t);
  await turn(laid, NOW);

  await turn(laid, NOW + 1000 * DAY);

  assert.deepEqual(laid.compared, [NAMES]);
});

test('a clock that is set back begins again, and is not waited for', async (t) => {
  const laid = await thirty(t);
  await turn(laid, NOW + 10_000 * DAY);

  await turn(laid, NOW);
  await turn(laid, NOW + 2 * DAY);

  assert.deepEqual(laid.compared, [NAMES.slice(0, 2)]);
});

test('what differs is told as it is listed', async (t) => {
  const laid = await thirty(t, { differing: async (paths) => ({ kind: 'compared', paths: paths.slice(0, 1) }) });
  await turn(laid, NOW);

  assert.deepEqual(await turn(laid, NOW + 5 * DAY), [NAMES[0]]);
});

test('only what looks unchanged is compared: the rest is fetched anyway, or gone', async (t) => {
  const laid = await thirty(t);
  await turn(laid, NOW);
  const [first = '', second = '', third = '', fourth = ''] = NAMES;
  const files = [listed(first, 2), listed(second, 1, NOW), { ...listed(third), linkTo: first }, listed(fourth)];

  await turn(laid, NOW + 5 * DAY, files);

  assert.deepEqual(laid.compared, [[fourth]]);
});

test('when the source cannot compare now the same slice is due next time', async (t) => {
  let isDown = true;
  const compared: string[][] = [];
  const laid = await thirty(t, {
    differing: async (paths) => {
      if (isDown) return { kind: 'trouble', trouble: 'unreachable', sentence: 'no' };
      compared.push([...paths]);
      return { kind: 'compared', paths: [] };
    },
  });
  await turn(laid, NOW);

  assert.deepEqual(await turn(laid, NOW + 2 * DAY), []);
  isDown = false;
  await turn(laid, NOW + 3 * DAY);

  assert.deepEqual(compared, [NAMES.slice(0, 3)]);
});

test('a source that refuses to compare is asked for the files themselves', async (t) => {
  const laid = await thirty(t, {
    differing: async () => ({ kind: 'trouble', trouble: 'refused', sentence: 'configured to refuse' }),
  });
  await turn(laid, NOW);

  assert.deepEqual(await turn(laid, NOW + 2 * DAY), NAMES.slice(0, 2));
});

test('without a rotation nothing is compared', async (t) => {
  const laid = await thirty(t);
  const still = { ...laid, options: { ...laid.options, rotationMs: 0 } };

  await turn(still, NOW);
  await turn(still, NOW + 1000 * DAY);

  assert.deepEqual(laid.compared, []);
});
