// maven-metadata.xml and POMs: what they may hold, and when metadata must wait.

import assert from 'node:assert/strict';
import { statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DAY, HOUR, MINUTE } from '../../src/host/clock.ts';
import { metadataText, publishedText, startMirror, sumOf } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

const PATH = 'org/example/tool/maven-metadata.xml';
const SET = [PATH, `${PATH}.sha1`];

test('metadata and POMs that are no XML, or carry entities, are published byte for byte', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  const entities =
    '<!DOCTYPE m [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY f "&e;&e;">]><metadata><groupId>&f;</groupId></metadata>';
  const pom = '<project><name>Schön & gut</name>';
  mirror.origin.release('tool', '1.0');
  mirror.origin.put('org/example/tool/1.0/tool-1.0.pom', pom, { sums: ['sha1'] });
  mirror.origin.put(PATH, 'versions: 1.0\n', { sums: ['sha1'] });
  mirror.origin.put('org/example/other/maven-metadata.xml', entities, { sums: ['sha1'] });

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted, pass.result.rejected, pass.result.deferred], [0, 8, [], []]);
  assert.equal((await mirror.get('org/example/tool/1.0/tool-1.0.pom')).text, pom);
  assert.equal((await mirror.get(PATH)).text, 'versions: 1.0\n');
  assert.equal((await mirror.get('org/example/other/maven-metadata.xml')).text, entities);
});

test('metadata of 20 MB is refused as too large, with its sums, and what it names is served', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  const home = mirror.origin.release('tool', '1.0');
  mirror.origin.put(PATH, metadataText('tool', ['1.0']) + ' '.repeat(20 * 1024 * 1024), { sums: ['sha1'] });

  const pass = await mirror.sync();
  const again = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted], [1, 4]);
  assert.deepEqual(
    pass.result.rejected,
    SET.map((path) => ({ path, verdict: 'too-large' })),
  );
  assert.deepEqual([again.exit, again.result.bytes_fetched], [1, 0]);
  assert.deepEqual(await mirror.statuses(...SET, `${home}/tool-1.0.jar`), [403, 403, 200]);
});

test('metadata that names what the origin does not have yet waits, at most settle_hours', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.metadata('tool', ['1.0']);
  await mirror.sync();

  mirror.origin.metadata('tool', ['1.0', '1.1'], { ageMs: 2 * HOUR, lastUpdated: '20261102000000' });
  const ahead = await mirror.sync();
  const waiting = await mirror.syncLater(HOUR);
  const served = publishedText(mirror, PATH);
  const settled = await mirror.syncLater(2 * HOUR);

  const held = SET.map((path) => ({ path, verdict: 'incomplete-version' }));
  assert.deepEqual([ahead.exit, ahead.result.rejected, ahead.result.deferred], [0, [], held]);
  assert.deepEqual([waiting.exit, waiting.result.deferred], [0, held]);
  // What waits is compared by content with the origin's, block by block, and not sent again.
  assert.ok(waiting.result.bytes_fetched < metadataText('tool', ['1.0', '1.1']).length);
  assert.equal(served, metadataText('tool', ['1.0']));
  assert.deepEqual([settled.exit, settled.result.changed, settled.result.deferred], [0, 2, []]);
  assert.match((await mirror.get(PATH)).text, /1\.1/);
});

test('metadata that waited is published with the version that it names', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.metadata('tool', ['1.0']);
  await mirror.sync();
  mirror.origin.metadata('tool', ['1.0', '1.1'], { ageMs: 2 * HOUR });
  await mirror.sync();

  mirror.origin.release('tool', '1.1');
  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.added, pass.result.changed, pass.result.deferred], [0, 4, 2, []]);
  assert.match((await mirror.get(PATH)).text, /1\.1/);
});

test('a first pass holds nothing back for what the origin does not have', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.metadata('tool', ['0.1', '1.0']);

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted, pass.result.deferred], [0, 6, []]);
});

const SHRINKING = [
  ['no longer names a version that is served', ['1.1'], '20261103000000'],
  ['goes back in time', ['1.0', '1.1'], '20261001000000'],
] as const;

for (const [what, versions, lastUpdated] of SHRINKING) {
  test(`metadata that ${what} is not taken`, async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await startMirror(t);
    for (const version of ['1.0', '1.1']) mirror.origin.release('tool', version);
    mirror.origin.metadata('tool', ['1.0', '1.1']);
    await mirror.sync();

    mirror.origin.metadata('tool', versions, { ageMs: HOUR, lastUpdated });
    const pass = await mirror.sync();
    const later = await mirror.syncLater(2 * DAY);

    const held = SET.map((path) => ({ path, verdict: 'metadata-shrinks' }));
    assert.deepEqual([pass.exit, pass.result.rejected, pass.result.deferred], [0, [], held]);
    assert.deepEqual(later.result.deferred, held);
    assert.equal((await mirror.get(PATH)).text, metadataText('tool', ['1.0', '1.1']));
  });
}

test('torn metadata is refused as a set, and published as it is when it stays torn for 6 hours', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.metadata('tool', ['1.0']);
  await mirror.sync();

  const torn = metadataText('tool', ['1.0'], '20261103000000');
  mirror.origin.put(PATH, torn, { ageMs: HOUR });
  const pass = await mirror.program('sync');
  const waiting = await mirror.syncLater(5 * HOUR);
  const served = (await mirror.get(PATH)).text;
  const later = await mirror.syncLater(6 * HOUR + MINUTE);

  assert.deepEqual([pass.exit, pass.result.rejected], [1, [{ path: PATH, verdict: 'torn-group' }]]);
  assert.deepEqual([waiting.exit, waiting.result.rejected], [1, [{ path: PATH, verdict: 'torn-group' }]]);
  assert.equal(served, metadataText('tool', ['1.0']));
  assert.deepEqual([later.exit, later.result.rejected, later.result.changed], [1, [], 1]);
  assert.equal((await mirror.get(PATH)).text, torn);
});

test('a sum that was replaced within the second of the one before it is fetched with the metadata it belongs to', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.metadata('tool', ['1.0']);
  await mirror.sync();

  const sum = join(mirror.origin.folder, `${PATH}.sha1`);
  const { mtime } = statSync(sum);
  mirror.origin.release('tool', '1.1');
  mirror.origin.metadata('tool', ['1.0', '1.1']);
  utimesSync(sum, mtime, mtime);
  const told = await mirror.sync();

  const served = (await mirror.get(`${PATH}.sha1`)).text;
  assert.deepEqual([told.exit, told.result.rejected, told.result.added, told.result.changed], [0, [], 4, 2]);
  assert.equal(served, sumOf(metadataText('tool', ['1.0', '1.1']), 'sha1'));
});

test('SNAPSHOT metadata waits for the build that it names', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  const folder = 'org/example/tool/2.0-SNAPSHOT';
  const build = (number: number) => {
    const value = `2.0-20261101.00000${number}-${number}`;
    mirror.origin.put(`${folder}/maven-metadata.xml`, snapshotMetadata(value), {
      sums: ['sha1'],
      ageMs: HOUR - number * 60_000,
    });
    return `${folder}/tool-${value}`;
  };
  const first = build(1);
  for (const extension of ['jar', 'pom']) mirror.origin.put(`${first}.${extension}`, 'one', { sums: ['sha1'] });
  await mirror.sync();

  const second = build(2);
  mirror.origin.put(`${second}.pom`, 'two', { sums: ['sha1'] });
  const ahead = await mirror.sync();
  mirror.origin.put(`${second}.jar`, 'two', { sums: ['sha1'] });
  const whole = await mirror.sync();

  const set = [`${folder}/maven-metadata.xml`, `${folder}/maven-metadata.xml.sha1`];
  assert.deepEqual(
    [ahead.exit, ahead.result.added, ahead.result.deferred],
    [0, 2, set.map((path) => ({ path, verdict: 'incomplete-version' }))],
  );
  assert.deepEqual([whole.exit, whole.result.added, whole.result.changed, whole.result.deferred], [0, 2, 2, []]);
});

function snapshotMetadata(value: string): string {
  const files = ['jar', 'pom'].map(
    (extension) =>
      `<snapshotVersion><extension>${extension}</extension><value>${value}</value><updated>20261101000000</updated></snapshotVersion>`,
  );
  return `<metadata><groupId>org.example</groupId><artifactId>tool</artifactId><version>2.0-SNAPSHOT</version><versioning><lastUpdated>20261101000000</lastUpdated><snapshotVersions>${files.join('')}</snapshotVersions></versioning></metadata>\n`;
}
