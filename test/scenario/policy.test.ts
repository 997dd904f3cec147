// What an operator may ask of files before they are published, and how long one without a sum waits for it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, MINUTE } from '../../src/host/clock.ts';
import { startMirror, sumOf } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

const HOME = 'org/example/tool/1.0';
const JAR = `${HOME}/tool-1.0.jar`;
const POM = `${HOME}/tool-1.0.pom`;

test('a young file without a sum waits for it, an old one is published as it is', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0', 'young', { sums: [], ageMs: 5 * MINUTE });
  mirror.origin.release('old', '1.0', 'old', { sums: [], ageMs: DAY });
  mirror.origin.release('other', '1.0', 'other');

  const pass = await mirror.sync();
  const meanwhile = await mirror.statuses(JAR, 'org/example/old/1.0/old-1.0.jar');
  const later = await mirror.syncLater(30 * MINUTE);

  assert.deepEqual([pass.exit, pass.result.accepted, pass.result.rejected], [0, 6, []]);
  assert.deepEqual(
    pass.result.deferred,
    [JAR, POM].map((path) => ({ path, verdict: 'sidecar-pending' })),
  );
  assert.deepEqual(meanwhile, [403, 200]);
  assert.deepEqual([later.exit, later.result.accepted, later.result.deferred], [0, 2, []]);
  assert.deepEqual(await mirror.statuses(JAR, POM), [200, 200]);
});

test('an origin that has no sums at all has none to wait for', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0', 'young', { sums: [], ageMs: MINUTE });

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted, pass.result.deferred], [0, 2, []]);
  assert.deepEqual(await mirror.statuses(JAR, POM), [200, 200]);
});

test('a young file is published as soon as its sum has come', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('other', '1.0', 'other');
  mirror.origin.release('tool', '1.0', 'young', { sums: [], ageMs: 5 * MINUTE });
  await mirror.sync();

  mirror.origin.release('tool', '1.0', 'young', { ageMs: 5 * MINUTE });
  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted, pass.result.deferred], [0, 4, []]);
});

test('where sums are required a file without one waits, however old', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { verify: { upstream_sums: 'required' } } });
  mirror.origin.release('tool', '1.0', 'the jar', { sums: [] });
  mirror.origin.release('proved', '1.0');

  const pass = await mirror.sync();
  mirror.origin.put(`${JAR}.sha1`, sumOf('the jar', 'sha1'));
  const half = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted], [0, 4]);
  assert.deepEqual(
    pass.result.deferred,
    [JAR, POM].map((path) => ({ path, verdict: 'sidecar-pending' })),
  );
  assert.deepEqual(half.result.deferred, [
    { path: JAR, verdict: 'incomplete-version' },
    { path: `${JAR}.sha1`, verdict: 'incomplete-version' },
    { path: POM, verdict: 'sidecar-pending' },
  ]);
  assert.deepEqual(await mirror.statuses(JAR, POM), [403, 403]);
});

test('where sums are only recorded a wrong one is published as it is, and is a trouble', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { verify: { upstream_sums: 'record' } } });
  mirror.origin.release('tool', '1.0', 'the jar');
  mirror.origin.put(`${JAR}.sha1`, sumOf('another jar', 'sha1'));

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted, pass.result.rejected], [1, 4, []]);
  assert.deepEqual(
    mirror.look(({ findings }) => findings.standing().map(({ path, verdict }) => ({ path, verdict }))),
    [JAR, `${JAR}.sha1`].map((path) => ({ path, verdict: 'sum-mismatch-upstream' })),
  );
  const jar = await mirror.get(JAR);
  assert.deepEqual([jar.status, jar.headers.get('x-checksum-sha256')], [200, null]);
  assert.equal((await mirror.get(`${JAR}.sha1`)).text, sumOf('another jar', 'sha1'));
});

test('a wrong sum beside a published file that the origin puts right is a trouble no longer', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { verify: { upstream_sums: 'record' } } });
  mirror.origin.release('tool', '1.0', 'the jar');
  mirror.origin.put(`${JAR}.sha1`, sumOf('another jar', 'sha1'));
  const before = await mirror.sync();

  mirror.origin.put(`${JAR}.sha1`, sumOf('the jar', 'sha1'), { ageMs: MINUTE });
  const after = await mirror.sync();
  const again = await mirror.sync();

  assert.deepEqual([before.exit, after.exit, after.result.changed, again.result.bytes_fetched], [1, 0, 1, 0]);
  assert.equal((await mirror.get(JAR)).headers.get('x-checksum-sha1'), sumOf('the jar', 'sha1'));
});

test('a file above max_file_mib is refused without being fetched, and its version with it', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { source: { max_file_mib: 1 } } });
  mirror.origin.release('tool', '1.0', 'x'.repeat(1024 * 1024 + 1));
  mirror.origin.release('small', '1.0');

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted], [1, 4]);
  assert.deepEqual(pass.result.rejected, [{ path: JAR, verdict: 'too-large' }]);
  assert.deepEqual(
    pass.result.deferred,
    [`${JAR}.sha1`, POM, `${POM}.sha1`].map((path) => ({ path, verdict: 'incomplete-version' })),
  );
  assert.ok(pass.result.bytes_fetched < 10_000, `${pass.result.bytes_fetched} bytes were fetched`);
  assert.deepEqual(await mirror.statuses(JAR, POM), [403, 403]);
});

test('a larger ceiling lets the file in', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { source: { max_file_mib: 1 } } });
  mirror.origin.release('tool', '1.0', 'x'.repeat(1024 * 1024 + 1));
  await mirror.sync();

  mirror.configure({ source: { max_file_mib: 2 } });
  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted, pass.result.rejected, pass.result.deferred], [0, 4, [], []]);
});
