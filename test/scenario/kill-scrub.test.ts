// A scrub, and a repair, that are killed with SIGKILL at any moment: nobody gets a wrong byte meanwhile, and the next one comes to the same end.

import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { seededRandom } from '../../src/demo/repository/random.ts';
import type { PublishStep } from '../../src/mirror/publish/publish.ts';
import { needs } from '../support/needs.ts';
import { prepareScrubKilling, type ScrubKilling, type ScrubMoment, type ScrubWork } from '../support/scrub-rounds.ts';
import { seedOfRun } from '../support/seed.ts';

const STEPS: readonly PublishStep[] = [
  'journal-written',
  'staging-synced',
  'version-renamed',
  'version-admitted',
  'version-synced',
  'metadata-renamed',
  'metadata-admitted',
  'batch-closed',
];
const SCRUBS = 8;
const REPAIRS = 12;

describe('a scrub or a repair that is killed', { concurrency: 2 }, () => {
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'assay-test-'));
  const seed = seedOfRun();
  const random = seededRandom(`kill scrub ${seed}`);
  let prepared: Promise<ScrubKilling> | undefined;
  const killing = () => {
    prepared ??= prepareScrubKilling(home, seed);
    return prepared;
  };
  after(async () => {
    try {
      await (await prepared)?.[Symbol.asyncDispose]();
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  for (let number = 1; number <= SCRUBS; number += 1) {
    test(`a scrub after its death at a moment of chance finds what is bad, and nothing else, ${number}`, async (t) => {
      if (!needs(t, 'rsync')) return;
      const { workMs } = await killing();

      await survive(t, await killing(), 'scrub', { afterMs: random.below(Math.ceil(workMs.scrub)) });
    });
  }

  for (const step of STEPS) {
    test(`a repair after its death at the step ${step} ends with the tree that was published`, async (t) => {
      if (!needs(t, 'rsync')) return;

      const wasKilled = await survive(t, await killing(), 'repair', { step, nth: 1 });

      assert.equal(wasKilled, true, 'the repair never came to this step');
    });
  }

  for (let number = 1; number <= REPAIRS - STEPS.length; number += 1) {
    test(`a repair after its death at a moment of chance ends with the tree that was published, ${number}`, async (t) => {
      if (!needs(t, 'rsync')) return;
      const { workMs } = await killing();

      await survive(t, await killing(), 'repair', { afterMs: random.below(Math.ceil(workMs.repair)) });
    });
  }

  async function survive(t: TestContext, rounds: ScrubKilling, work: ScrubWork, moment: ScrubMoment): Promise<boolean> {
    t.diagnostic(`ASSAY_TEST_SEED=${seed} ${JSON.stringify(moment)}`);

    const round = await rounds.round(work, moment);

    assert.deepEqual(round.breaches, []);
    return round.wasKilled;
  }
});
