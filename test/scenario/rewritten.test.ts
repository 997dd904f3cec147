// Released files whose bytes change at the origin: what is served, what the operator sees, and the two ways out.

import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { QuarantineEntry } from '../../src/config/shape/status.ts';
import { DAY, MINUTE } from '../../src/host/clock.ts';
import { type Mirror, startMirror, sumOf } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';
const SUM = `${JAR}.sha1`;

test('a rewritten release is served as it was, with the sum that it had', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await rewrittenAtOrigin(t);

  const pass = await mirror.program('sync');
  const again = await mirror.sync();

  assert.equal(pass.exit, 1);
  assert.deepEqual(pass.result.rejected, [{ path: JAR, verdict: 'immutable-changed' }]);
  assert.deepEqual(pass.result.deferred, [{ path: SUM, verdict: 'incomplete-version' }]);
  assert.deepEqual([again.exit, again.result.bytes_fetched, again.result.changed], [1, 0, 0]);
  const [jar, sum] = [await mirror.get(JAR), await mirror.get(SUM)];
  assert.deepEqual([jar.text, sum.text], ['old bytes', sumOf('old bytes', 'sha1')]);
  assert.equal(jar.headers.get('x-checksum-sha1'), sumOf('old bytes', 'sha1'));
});

test('quarantine tells what came in place of what', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await rewrittenAtOrigin(t);
  await mirror.sync();

  const list = await mirror.verb<{ entries: QuarantineEntry[] }>('quarantine', 'list');
  const shown = await mirror.verb<QuarantineEntry>('quarantine', 'show', JAR);
  const unknown = await mirror.verb('quarantine', 'show', 'org/example/nothing.jar');

  assert.deepEqual([list.exit, list.result.entries.length, shown.exit], [1, 1, 1]);
  assert.deepEqual(shown.result, list.result.entries[0]);
  const { path, verdict, size, expected_sha256, observed_sha256 } = shown.result;
  assert.deepEqual(
    { path, verdict, size, expected_sha256, observed_sha256 },
    {
      path: JAR,
      verdict: 'immutable-changed',
      size: 14,
      expected_sha256: sumOf('old bytes', 'sha256'),
      observed_sha256: sumOf('entirely other', 'sha256'),
    },
  );
  assert.deepEqual(
    unknown.problems.map(({ code }) => code),
    ['quarantine-unknown'],
  );
});

test('quarantine release publishes the new bytes with their sum, and the trouble is over', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await rewrittenAtOrigin(t);
  await mirror.sync();

  const released = await mirror.program('quarantine', 'release', JAR, '--reason', 'the publisher said so');
  const [jar, sum] = [await mirror.get(JAR), await mirror.get(SUM)];
  const pass = await mirror.sync();

  assert.equal(released.exit, 0);
  assert.deepEqual([jar.text, sum.text], ['entirely other', sumOf('entirely other', 'sha1')]);
  assert.deepEqual([pass.exit, pass.result.rejected, pass.result.deferred, pass.result.bytes_fetched], [0, [], [], 0]);
  assert.deepEqual(
    mirror.look(({ audit }) => audit.latest(1).map(({ action, subject, detail }) => ({ action, subject, detail }))),
    [
      {
        action: 'quarantine release',
        subject: JAR,
        detail: `${sumOf('entirely other', 'sha256')} the publisher said so`,
      },
    ],
  );
  const status = await mirror.verb<{ quarantine: { entries: number } }>('status');
  assert.deepEqual([status.exit, status.result.quarantine.entries], [0, 0]);
});

test('quarantine drop ends the trouble; the old bytes stay, and the new ones are not fetched again', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await rewrittenAtOrigin(t);
  await mirror.sync();

  const dropped = await mirror.verb('quarantine', 'drop', JAR);
  const pass = await mirror.sync();
  const later = await mirror.syncLater(12 * 60 * MINUTE);

  assert.equal(dropped.exit, 0);
  assert.deepEqual([pass.exit, pass.result.bytes_fetched], [0, 0]);
  assert.deepEqual([later.exit, later.result.bytes_fetched], [0, 0]);
  assert.equal((await mirror.get(JAR)).text, 'old bytes');
  assert.deepEqual(
    mirror.look(({ audit }) => audit.latest(1).map(({ action, subject }) => ({ action, subject }))),
    [{ action: 'quarantine drop', subject: JAR }],
  );
});

test('what was dropped stays dropped when the retry time comes', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await rewrittenAtOrigin(t);
  await mirror.sync();
  await mirror.verb('quarantine', 'drop', JAR);

  const later = await mirror.syncLater(2 * DAY);

  assert.deepEqual([later.exit, later.result.bytes_fetched], [0, 0]);
});

test('an origin that takes its rewrite back is at peace with its mirror', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await rewrittenAtOrigin(t);
  await mirror.sync();

  mirror.origin.release('tool', '1.0', 'old bytes');
  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.rejected, pass.result.deferred, pass.result.changed], [0, [], [], 0]);
  assert.equal((await mirror.get(JAR)).text, 'old bytes');
});

test('a rewrite of the same size and time is found by content', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { source: { checksum_rotation_days: 0.00001 } } });
  mirror.origin.release('tool', '1.0', 'old bytes');
  await mirror.sync();
  await mirror.sync();
  const file = join(mirror.origin.folder, JAR);
  const at = mirror.look(({ inventory }) => inventory.row(JAR)?.originMtime ?? 0) / 1000;

  writeFileSync(file, 'new bytes');
  utimesSync(file, at, at);
  const first = await mirror.syncLater(MINUTE);
  const second = await mirror.syncLater(2 * MINUTE);

  assert.deepEqual([first.exit, first.result.rejected], [1, [{ path: JAR, verdict: 'immutable-changed' }]]);
  assert.deepEqual([second.exit, second.result.rejected], [1, [{ path: JAR, verdict: 'immutable-changed' }]]);
  assert.equal((await mirror.get(JAR)).text, 'old bytes');
});

test('a changed sum that does not match the published bytes is refused, the published one stays', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0', 'old bytes');
  await mirror.sync();

  mirror.origin.put(SUM, sumOf('other bytes', 'sha1'), { ageMs: DAY });
  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.rejected], [1, [{ path: SUM, verdict: 'checksum-mismatch' }]]);
  assert.equal((await mirror.get(SUM)).text, sumOf('old bytes', 'sha1'));
});

/** A mirror that has published the old bytes of an origin which shows others since, with a sum that matches them. */
async function rewrittenAtOrigin(t: TestContext): Promise<Mirror> {
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0', 'old bytes');
  await mirror.sync();
  mirror.origin.release('tool', '1.0', 'entirely other', { ageMs: DAY });
  return mirror;
}
