// What the origin's checksum files say, and what becomes of the files beside them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, MINUTE } from '../../src/host/clock.ts';
import { publishedText, startMirror, sumOf } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

const PAGE = '<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head></html>\n';
const HOME = 'org/example/tool/1.0';
const JAR = `${HOME}/tool-1.0.jar`;
const POM = `${HOME}/tool-1.0.pom`;

test('jars without bytes and jars that are web pages are published when their sums say so', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0', '');
  mirror.origin.release('page', '1.0', PAGE);

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted, pass.result.rejected], [0, 8, []]);
  const empty = await mirror.get(JAR);
  assert.deepEqual([empty.status, empty.text, empty.headers.get('content-length')], [200, '', '0']);
  assert.equal((await mirror.get('org/example/page/1.0/page-1.0.jar')).text, PAGE);
});

test('a jar without bytes beside the sum of others is refused, and its version with it', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0', 'the jar that was meant');
  mirror.origin.put(JAR, '');

  const pass = await mirror.program('sync');

  assert.equal(pass.exit, 1);
  assert.deepEqual(pass.result.rejected, [{ path: JAR, verdict: 'checksum-mismatch' }]);
  assert.deepEqual(
    pass.result.deferred,
    [`${JAR}.sha1`, POM, `${POM}.sha1`].map((path) => ({ path, verdict: 'incomplete-version' })),
  );
  assert.deepEqual(await mirror.statuses(JAR, `${JAR}.sha1`, POM, `${POM}.sha1`), [403, 403, 403, 403]);
});

test('a web page in place of a jar that nothing vouches for is an impostor', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.put(JAR, PAGE);
  mirror.origin.put(POM, '<project/>', { sums: ['sha1'] });

  const pass = await mirror.sync();

  assert.equal(pass.exit, 1);
  assert.deepEqual(pass.result.rejected, [{ path: JAR, verdict: 'impostor-page' }]);
  assert.deepEqual(
    pass.result.deferred,
    [POM, `${POM}.sha1`].map((path) => ({ path, verdict: 'incomplete-version' })),
  );
});

test('a web page in place of one sum is refused, and the other sums decide', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0', 'the jar', { sums: ['sha1', 'md5'] });
  mirror.origin.put(`${JAR}.sha1`, PAGE);

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted, pass.result.deferred], [1, 5, []]);
  assert.deepEqual(pass.result.rejected, [{ path: `${JAR}.sha1`, verdict: 'impostor-page' }]);
  assert.deepEqual(await mirror.statuses(JAR, `${JAR}.md5`, `${JAR}.sha1`, POM), [200, 200, 403, 200]);
});

test('a jar whose only sum is a web page waits, and comes when the origin has put the sum right', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0', 'the jar');
  mirror.origin.put(`${JAR}.sha1`, PAGE);

  const before = await mirror.sync();
  const meanwhile = await mirror.statuses(JAR, POM);
  mirror.origin.put(`${JAR}.sha1`, sumOf('the jar', 'sha1'), { ageMs: MINUTE });
  const after = await mirror.sync();

  assert.equal(before.exit, 1);
  assert.deepEqual(before.result.rejected, [{ path: `${JAR}.sha1`, verdict: 'impostor-page' }]);
  assert.deepEqual(before.result.deferred, [
    { path: JAR, verdict: 'sidecar-pending' },
    { path: POM, verdict: 'incomplete-version' },
    { path: `${POM}.sha1`, verdict: 'incomplete-version' },
  ]);
  assert.deepEqual(meanwhile, [403, 403]);
  assert.deepEqual([after.exit, after.result.accepted, after.result.deferred, after.result.rejected], [0, 4, [], []]);
  assert.deepEqual(await mirror.statuses(JAR, `${JAR}.sha1`, POM), [200, 200, 200]);
});

test('a sum that is no sum says as little as a wrong one', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.put(`${JAR}.sha1`, 'da39a3ee5e');

  const pass = await mirror.sync();

  assert.equal(pass.exit, 1);
  assert.deepEqual(pass.result.rejected, [{ path: JAR, verdict: 'checksum-mismatch' }]);
});

test('the strongest sum decides; what contradicts it is published as it is, and no sum stands in a header', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0', 'the jar', { sums: ['sha256', 'sha1'] });
  mirror.origin.put(`${JAR}.sha1`, sumOf('another jar', 'sha1'));

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted, pass.result.rejected], [0, 6, []]);
  const jar = await mirror.get(JAR);
  assert.deepEqual([jar.status, jar.text], [200, 'the jar']);
  assert.deepEqual(
    [...jar.headers.keys()].filter((name) => name.startsWith('x-checksum')),
    [],
  );
  assert.equal((await mirror.get(`${JAR}.sha1`)).text, sumOf('another jar', 'sha1'));
  assert.equal(
    mirror.look(({ inventory }) => inventory.row(JAR)?.upstreamSum),
    'mismatched',
  );
  assert.equal((await mirror.get(POM)).headers.get('x-checksum-sha1'), sumOf(publishedText(mirror, POM) ?? '', 'sha1'));
});

test('a sum that is no sum beside one that matches is published as it is too', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.put(`${JAR}.sha256`, 'see the web site');

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted, pass.result.rejected], [0, 5, []]);
  assert.equal((await mirror.get(JAR)).headers.get('x-checksum-sha256'), null);
  assert.equal((await mirror.get(`${JAR}.sha256`)).text, 'see the web site');
});

test('when all sums are wrong the version is withheld, and so is the metadata that names it', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '0.9');
  const metadata = mirror.origin.metadata('tool', ['0.9']);
  await mirror.sync();

  mirror.origin.release('tool', '1.0', 'the jar that was meant', { sums: ['sha1', 'md5'] });
  mirror.origin.put(JAR, 'another jar');
  mirror.origin.metadata('tool', ['0.9', '1.0'], { ageMs: 2 * DAY });
  const pass = await mirror.sync();

  assert.equal(pass.exit, 1);
  assert.deepEqual(pass.result.rejected, [{ path: JAR, verdict: 'checksum-mismatch' }]);
  assert.deepEqual(
    pass.result.deferred.map(({ path }) => path),
    [`${JAR}.md5`, `${JAR}.sha1`, POM, `${POM}.md5`, `${POM}.sha1`, metadata, `${metadata}.sha1`],
  );
  assert.deepEqual([...new Set(pass.result.deferred.map(({ verdict }) => verdict))], ['incomplete-version']);
  assert.deepEqual(await mirror.statuses(JAR, POM, `${POM}.md5`), [403, 403, 403]);
  assert.doesNotMatch((await mirror.get(metadata)).text, /1\.0/);
});

test('what was refused is not fetched again until the origin changes it', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0', 'the jar that was meant');
  mirror.origin.put(JAR, 'another jar');
  await mirror.sync();

  const again = await mirror.sync();
  mirror.origin.put(JAR, 'the jar that was meant', { ageMs: MINUTE });
  const mended = await mirror.sync();

  assert.deepEqual([again.exit, again.result.bytes_fetched, again.result.accepted], [1, 0, 0]);
  assert.deepEqual(again.result.rejected, [{ path: JAR, verdict: 'checksum-mismatch' }]);
  assert.deepEqual([mended.exit, mended.result.accepted, mended.result.rejected], [0, 4, []]);
  assert.equal((await mirror.get(JAR)).text, 'the jar that was meant');
});
