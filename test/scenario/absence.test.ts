// What the origin shows no more: it stays served, is marked and held, and leaves only through the guard.

import assert from 'node:assert/strict';
import { chmodSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PlanResult, SyncResult } from '../../src/config/shape/sync.ts';
import { DAY, HOUR } from '../../src/host/clock.ts';
import { type Mirror, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

const HOME = 'org/example/tool/1.0';
const GONE = ['tool-1.0.jar', 'tool-1.0.jar.sha1', 'tool-1.0.pom', 'tool-1.0.pom.sha1'].map(
  (name) => `${HOME}/${name}`,
);

test('what the origin lost stays served and is counted, until it comes back', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0', 'the jar');
  mirror.origin.release('other', '1.0');
  await mirror.sync();

  mirror.origin.remove(HOME);
  const lost = await mirror.sync();
  const meanwhile = await mirror.statuses(...GONE);
  const later = await mirror.syncLater(29 * DAY);
  mirror.origin.release('tool', '1.0', 'the jar');
  const back = await mirror.syncLater(31 * DAY);

  assert.deepEqual([lost.exit, lost.result.absent, lost.result.removed, lost.result.refused], [0, 4, 0, null]);
  assert.deepEqual(meanwhile, [200, 200, 200, 200]);
  assert.deepEqual([later.exit, later.result.absent], [0, 4]);
  assert.deepEqual([back.exit, back.result.absent, back.result.refused], [0, 0, null]);
  assert.deepEqual(
    mirror.look(({ findings }) => findings.standing()),
    [],
  );
});

test('after days of failing passes absence counts from the first good one, for nobody saw the origin in between', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  for (const name of ['a', 'b']) mirror.origin.release(name, '1.0');
  await mirror.sync();
  mirror.origin.remove(HOME);
  await mirror.sync();
  const away = `${mirror.origin.folder}-away`;
  renameSync(mirror.origin.folder, away);

  const red = await mirror.syncLater(20 * DAY);
  renameSync(away, mirror.origin.folder);
  const first = await mirror.syncLater(31 * DAY);
  const held = await mirror.syncLater(60 * DAY);
  const due = await mirror.syncLater(62 * DAY);

  assert.equal(red.exit, 3);
  assert.deepEqual([first.exit, first.result.absent, first.result.refused], [0, 4, null]);
  assert.deepEqual([held.exit, held.result.refused], [0, null]);
  assert.deepEqual([due.exit, due.result.refused?.guard], [4, 'release-absence']);
});

test('an absent release is held for hold_days and then refused until the operator accepts the plan', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  for (const name of ['a', 'b']) mirror.origin.release(name, '1.0');
  await mirror.sync();
  mirror.origin.remove(HOME);
  await mirror.sync();

  const held = await mirror.syncLater(30 * DAY - HOUR);
  const due = await mirror.syncLater(30 * DAY + HOUR);

  assert.deepEqual([held.exit, held.result.refused], [0, null]);
  assert.deepEqual([due.exit, due.result.removed], [4, 0]);
  assert.deepEqual(
    { ...due.result.refused, plan_sha256: '' },
    { guard: 'release-absence', files: 4, ratio: 4 / 12, plan_sha256: '' },
  );
  assert.deepEqual(await mirror.statuses(...GONE), [200, 200, 200, 200]);
});

test('the plan that a guard refused goes through when exactly it is accepted, and that is audited', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { removal: { hold_days: 0 } } });
  mirror.origin.release('tool', '1.0');
  for (const name of ['a', 'b']) mirror.origin.release(name, '1.0');
  await mirror.sync();
  mirror.origin.remove(HOME);

  const refused = await mirror.program<SyncResult>('sync');
  const planned = await mirror.program<PlanResult>('sync', '--plan');
  const wrong = await mirror.sync('--accept-plan', 'ab'.repeat(32));
  const accepted = await mirror.program('sync', '--accept-plan', planned.result.plan_sha256);

  assert.deepEqual([refused.exit, refused.problems.map(({ code }) => code)], [4, ['removal-refused']]);
  assert.deepEqual(
    planned.result.removals.map(({ path }) => path),
    GONE,
  );
  assert.equal(refused.result.refused?.plan_sha256, planned.result.plan_sha256);
  assert.deepEqual([wrong.exit, wrong.result.removed], [4, 0]);
  assert.deepEqual(
    [accepted.exit, accepted.result.removed, accepted.result.absent, accepted.result.refused],
    [0, 4, 0, null],
  );
  assert.deepEqual(await mirror.statuses(...GONE), [404, 404, 404, 404]);
  assert.deepEqual(
    mirror.look(({ audit }) => audit.latest(9).map(({ action, subject, detail }) => [action, subject, detail])),
    [['sync accept-plan', planned.result.plan_sha256, '4 files removed']],
  );
});

test('metadata that drops a version waits for the guard, and goes in with the removal', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { removal: { hold_days: 0 } } });
  for (const version of ['1.0', '1.1', '1.2']) mirror.origin.release('tool', version);
  const metadata = mirror.origin.metadata('tool', ['1.0', '1.1', '1.2']);
  await mirror.sync();

  mirror.origin.remove(HOME);
  mirror.origin.metadata('tool', ['1.1', '1.2'], { ageMs: DAY, lastUpdated: '20261102000000' });
  const refused = await mirror.sync();
  const meanwhile = await mirror.get(metadata);
  const accepted = await mirror.sync('--accept-plan', refused.result.refused?.plan_sha256 ?? '');

  const held = [metadata, `${metadata}.sha1`].map((path) => ({ path, verdict: 'metadata-shrinks' }));
  assert.deepEqual(
    [refused.exit, refused.result.refused?.guard, refused.result.deferred],
    [4, 'release-absence', held],
  );
  assert.match(meanwhile.text, /1\.0/);
  assert.deepEqual(
    [accepted.exit, accepted.result.removed, accepted.result.changed, accepted.result.deferred],
    [0, 4, 2, []],
  );
  assert.doesNotMatch((await mirror.get(metadata)).text, /1\.0/);
});

test('what served metadata names stays, when the metadata that drops it is held back', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { removal: { hold_days: 0 } } });
  for (const version of ['1.0', '1.1', '1.2']) mirror.origin.release('tool', version);
  const metadata = mirror.origin.metadata('tool', ['1.0', '1.1', '1.2']);
  await mirror.sync();
  mirror.origin.remove(HOME);
  mirror.origin.metadata('tool', ['1.1', '1.2'], { lastUpdated: '20261120000000', ageMs: HOUR });
  mirror.origin.put(`${metadata}.sha1`, '0'.repeat(40), { ageMs: HOUR });
  const { result } = await mirror.verb<PlanResult>('sync', '--plan');

  const torn = await mirror.sync('--accept-plan', result.plan_sha256);
  const meanwhile = await mirror.statuses(...GONE);
  mirror.origin.metadata('tool', ['1.1', '1.2'], { lastUpdated: '20261120000000', ageMs: HOUR / 2 });
  const mended = await mirror.sync('--accept-plan', result.plan_sha256);

  assert.deepEqual([torn.result.removed, torn.result.absent, meanwhile], [0, 4, [200, 200, 200, 200]]);
  assert.deepEqual([mended.exit, mended.result.removed], [0, 4]);
  assert.doesNotMatch((await mirror.get(metadata)).text, /1\.0/);
});

test('absent SNAPSHOT files are removed by themselves when their hold is over', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { removal: { snapshot_hold_days: 0 } } });
  mirror.origin.release('tool', '1.0');
  const build = 'org/example/tool/2.0-SNAPSHOT/tool-2.0-20261101.000001-1.jar';
  mirror.origin.put(build, 'a build', { sums: ['sha1'] });
  await mirror.sync();

  mirror.origin.remove('org/example/tool/2.0-SNAPSHOT');
  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.removed, pass.result.absent, pass.result.refused], [0, 2, 0, null]);
  assert.deepEqual(await mirror.statuses(build, `${build}.sha1`, `${HOME}/tool-1.0.jar`), [404, 404, 200]);
});

const REFUSALS = [
  ['more files than max_files', { max_files: 3 }, 10, 2, 'max_files'],
  ['a larger share than max_ratio, from 200 files up', { max_ratio: 0.05 }, 100, 6, 'max_ratio'],
] as const;

for (const [what, removal, builds, lost, guard] of REFUSALS) {
  test(`${what} cannot be removed without the operator`, async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await startMirror(t, { sections: { removal: { snapshot_hold_days: 0, ...removal } } });
    putBuilds(mirror, builds);
    await mirror.sync();

    removeBuilds(mirror, lost);
    const refused = await mirror.sync();
    const accepted = await mirror.sync('--accept-plan', refused.result.refused?.plan_sha256 ?? '');

    assert.deepEqual([refused.exit, refused.result.removed, refused.result.refused?.guard], [4, 0, guard]);
    assert.equal(refused.result.refused?.files, 2 * lost);
    assert.deepEqual([accepted.exit, accepted.result.removed], [0, 2 * lost]);
  });
}

test('the allowance is one of 24 hours, not of a pass', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { removal: { snapshot_hold_days: 0, max_files: 3 } } });
  putBuilds(mirror, 10);
  await mirror.sync();

  removeBuilds(mirror, 1);
  const first = await mirror.sync();
  removeBuilds(mirror, 2);
  const second = await mirror.sync();
  const nextDay = await mirror.syncLater(25 * HOUR);

  assert.deepEqual([first.exit, first.result.removed], [0, 2]);
  assert.deepEqual([second.exit, second.result.removed, second.result.refused?.guard], [4, 0, 'max_files']);
  assert.deepEqual([nextDay.exit, nextDay.result.removed], [0, 2]);
});

test("more than 0.4 of the tree goes with nobody's leave", async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { removal: { snapshot_hold_days: 0, max_ratio: 1 } } });
  putBuilds(mirror, 10);
  await mirror.sync();

  removeBuilds(mirror, 5);
  const refused = await mirror.sync();
  const accepted = await mirror.sync('--accept-plan', refused.result.refused?.plan_sha256 ?? '');

  for (const pass of [refused, accepted])
    assert.deepEqual([pass.exit, pass.result.removed, pass.result.refused?.guard], [4, 0, 'ceiling']);
});

test('a first pass over an empty origin is clean, and makes an empty tree', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.listed, pass.result.generation, pass.problems], [0, 0, 0, []]);
  assert.deepEqual(await mirror.statuses('-/health', GONE[0] ?? ''), [200, 404]);
});

test('an origin that lists nothing at all is a fault of the origin', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { removal: { hold_days: 0, max_ratio: 1 } } });
  mirror.origin.release('tool', '1.0');
  await mirror.sync();

  mirror.origin.remove('org');
  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.absent, pass.problems.map(({ code }) => code)], [3, 0, ['source-failed']]);
  assert.deepEqual(await mirror.statuses(...GONE), [200, 200, 200, 200]);
});

test('while the origin cannot read all of its files others are added and nothing is removed', async (t) => {
  if (!needs(t, 'rsync')) return;
  const moduleOptions = process.getuid?.() === 0 ? { uid: 'nobody', gid: 'nogroup' } : {};
  const mirror = await startMirror(t, { moduleOptions, sections: { removal: { snapshot_hold_days: 0 } } });
  chmodSync(join(mirror.origin.folder, '..'), 0o755);
  mirror.origin.release('tool', '1.0');
  putBuilds(mirror, 2);
  await mirror.sync();

  mirror.origin.release('fresh', '1.0');
  mirror.origin.put('org/example/shut/1.0/shut-1.0.jar', 'x', { sums: ['sha1'] });
  chmodSync(join(mirror.origin.folder, 'org/example/shut/1.0/shut-1.0.jar'), 0o000);
  removeBuilds(mirror, 1);
  const file = await mirror.sync();
  chmodSync(join(mirror.origin.folder, 'org/example/tool'), 0o000);
  const folder = await mirror.sync();
  chmodSync(join(mirror.origin.folder, 'org/example/tool'), 0o755);

  assert.deepEqual(
    [file.exit, file.result.removed, file.problems.map(({ code, path }) => [code, path])],
    [0, 0, [['source-partial', 'org/example/shut/1.0/shut-1.0.jar']]],
  );
  assert.equal(file.result.added, 4);
  assert.deepEqual([folder.exit, folder.result.removed, folder.problems[0]?.path], [0, 0, 'org/example/tool']);
  assert.deepEqual(await mirror.statuses(...GONE, 'org/example/fresh/1.0/fresh-1.0.jar'), [200, 200, 200, 200, 200]);
});

const FOLDER = 'org/example/many/1.0-SNAPSHOT';

/** Each a jar and its sum. */
function putBuilds(mirror: Mirror, count: number): void {
  for (let number = 1; number <= count; number += 1)
    mirror.origin.put(buildPath(number), 'a build', { sums: ['sha1'] });
}

/** The first ones; those that went before count too. */
function removeBuilds(mirror: Mirror, count: number): void {
  for (let number = 1; number <= count; number += 1) {
    for (const path of [buildPath(number), `${buildPath(number)}.sha1`]) mirror.origin.remove(path);
  }
}

function buildPath(number: number): string {
  return `${FOLDER}/many-1.0-20261101.000000-${number}.jar`;
}
