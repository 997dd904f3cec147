// A pass is killed with SIGKILL at every named step of a publication and at moments of chance. After each death the mirror is looked at from
// outside, and the next pass must come to what a mirror has that nobody disturbed.

import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { seededRandom } from '../../src/demo/repository/random.ts';
import type { PublishStep } from '../../src/mirror/publish/publish.ts';
import { type Killing, type Moment, prepareKilling, type Stage } from '../support/kill-rounds.ts';
import { needs } from '../support/needs.ts';
import { seedOfRun } from '../support/seed.ts';

const STEPS: readonly PublishStep[] = [
  'journal-written',
  'staging-synced',
  'version-renamed',
  'version-admitted',
  'version-synced',
  'metadata-renamed',
  'metadata-admitted',
  'metadata-synced',
  'loose-renamed',
  'loose-admitted',
  'loose-synced',
  'rows-retired',
  'files-unlinked',
  'batch-closed',
];
const MOMENTS: readonly Stage[] = ['blank', 'blank', 'second', 'second', 'second', 'second'];

describe('a mirror that is killed', { concurrency: 2 }, () => {
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'assay-test-'));
  const seed = seedOfRun();
  const random = seededRandom(`kill ${seed}`);
  let prepared: Promise<Killing> | undefined;
  const killing = () => {
    prepared ??= prepareKilling(home, seed);
    return prepared;
  };
  after(async () => {
    try {
      await (await prepared)?.[Symbol.asyncDispose]();
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  for (const step of STEPS) {
    test(`serves the truth and comes to the same end after its death at the step ${step}`, async (t) => {
      if (!needs(t, 'rsync')) return;

      const wasKilled = await survive(t, await killing(), 'second', { step, nth: 1 });

      assert.equal(wasKilled, true, 'the pass never came to this step');
    });
  }

  for (const [number, stage] of MOMENTS.entries()) {
    const which = stage === 'blank' ? 'first' : 'later';
    test(`serves the truth and comes to the same end after its death at a moment of chance in a ${which} pass, ${number + 1}`, async (t) => {
      if (!needs(t, 'rsync')) return;
      const { passMs } = await killing();

      await survive(t, await killing(), stage, { afterMs: random.below(passMs[stage]) });
    });
  }

  async function survive(t: TestContext, rounds: Killing, stage: Stage, moment: Moment): Promise<boolean> {
    t.diagnostic(`ASSAY_TEST_SEED=${seed} ${JSON.stringify(moment)}`);

    const round = await rounds.round(stage, moment);

    assert.deepEqual(round.breaches, []);
    assert.deepEqual(round.left, round.undisturbed);
    return round.wasKilled;
  }
});
