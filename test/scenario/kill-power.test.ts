// The power goes in the middle of a pass: the disk keeps what was synced, and perhaps a part of the rest. A daemon that starts again must serve
// the truth, and the next pass must come to what a mirror has that nobody disturbed.

import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { seededRandom } from '../../src/demo/repository/random.ts';
import { makeDisk } from '../support/disk.ts';
import { prepareKilling } from '../support/kill-rounds.ts';
import { needs } from '../support/needs.ts';
import { seedOfRun } from '../support/seed.ts';

test('a mirror whose disk loses its power in the middle of a pass has lost nothing that it had published', async (t) => {
  if (!needs(t, 'rsync', 'xfs_io', 'mkfs.ext4', 'loop')) return;
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'assay-test-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const seed = seedOfRun();
  t.diagnostic(`ASSAY_TEST_SEED=${seed}`);
  const random = seededRandom(`power ${seed}`);
  await using killing = await prepareKilling(home, seed);
  using disk = makeDisk(join(home, 'power'));

  const rounds = [
    await killing.round('second', { step: 'version-admitted', nth: 1 }, disk),
    await killing.round('second', { step: 'batch-closed', nth: 1 }, disk),
    await killing.round('blank', { afterMs: random.below(killing.passMs.blank) }, disk),
    await killing.round('second', { afterMs: random.below(killing.passMs.second) }, disk),
  ];

  for (const { moment, breaches, left, undisturbed } of rounds) {
    assert.deepEqual({ moment, breaches }, { moment, breaches: [] });
    assert.deepEqual(left, undisturbed);
  }
});
