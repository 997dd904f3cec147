// What the machine under a mirror can do to it: no room, no right to write, a clock that is wrong, a folder that was moved.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { DAY } from '../../src/host/clock.ts';
import { type Mirror, startMirror } from '../support/mirror.ts';
import { mountsOf } from '../support/mounts.ts';
import { needs } from '../support/needs.ts';
import { endStateOf, readTree } from '../support/outside.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';
const MIB = 2 ** 20;

describe('a mirror on a machine in trouble', { concurrency: 2 }, () => {
  test('that may not write its data directory says so and ends with status 3', async (t) => {
    if (!needs(t, 'rsync', 'tmpfs')) return;
    const mounts = mountsOf(t);
    const mirror = await mirrorOfOneRelease(t);
    await mirror.sync();
    mirror.origin.release('tool', '1.1');
    mounts.readOnly(mirror.data);

    const told = await mirror.program('sync');
    const daemon = await mirror.program('daemon');

    for (const { exit, problems } of [told, daemon]) {
      assert.equal(exit, 3);
      assert.match(problems[0]?.sentence ?? '', new RegExp(mirror.data));
      assert.match(problems[0]?.remedy ?? '', /writ/);
    }
    assert.deepEqual(await mirror.statuses(JAR), [200]);
  });

  test('whose disk is full publishes nothing torn, serves what it had, and goes on when there is room', async (t) => {
    if (!needs(t, 'rsync', 'tmpfs')) return;
    const mounts = mountsOf(t);
    const mirror = await mirrorOfOneRelease(t, (data) => mounts.small(data, 24 * MIB));
    await mirror.sync();
    const before = readTree(join(mirror.data, 'published'));
    const big = bigRelease(mirror, 10 * MIB);
    const ballast = join(mirror.data, 'ballast');
    writeFileSync(ballast, Buffer.alloc(14 * MIB));

    const full = await mirror.sync();
    const [jar, news, health] = await mirror.statuses(JAR, big, '-/health');
    const kept = readTree(join(mirror.data, 'published'));
    rmSync(ballast);
    const roomy = await mirror.sync();

    assert.deepEqual([full.exit, full.problems.length], [3, 1]);
    assert.match(full.problems[0]?.sentence ?? '', /space|room|free/i);
    assert.deepEqual([jar, news === 200, health], [200, false, 200]);
    assert.deepEqual(kept, before);
    assert.deepEqual([roomy.exit, roomy.problems], [0, []]);
    assert.deepEqual(await mirror.statuses(JAR, big), [200, 200]);
  });

  test('that fits the files but not the books about them publishes nothing, says so, and goes on when there is room', async (t) => {
    if (!needs(t, 'rsync', 'tmpfs')) return;
    const mounts = mountsOf(t);
    const mirror = await mirrorOfOneRelease(t, (data) => mounts.small(data, 24 * MIB));
    await mirror.sync();
    const before = readTree(join(mirror.data, 'published'));
    for (let version = 0; version < 100; version += 1) mirror.origin.release('many', `1.${version}`);
    const { bavail, bsize } = statfsSync(mirror.data);
    const ballast = join(mirror.data, 'ballast');
    // 400 small files take a page each.
    writeFileSync(ballast, Buffer.alloc((bavail - 400 - 16) * bsize));

    const full = await mirror.sync();
    const kept = readTree(join(mirror.data, 'published'));
    rmSync(ballast);
    const roomy = await mirror.sync();

    assert.deepEqual([full.exit, full.problems[0]?.code, full.problems[0]?.path], [3, 'disk-full', mirror.data]);
    assert.deepEqual(kept, before);
    assert.deepEqual([roomy.exit, roomy.problems, readTree(join(mirror.data, 'published')).size], [0, [], 406]);
  });

  test('with less room than source.min_free_gib after the plan is refused before a byte is fetched', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await mirrorOfOneRelease(t);
    mirror.configure({ source: { min_free_gib: 1_000_000 } });

    const told = await mirror.sync();

    assert.deepEqual([told.exit, told.problems[0]?.code], [3, 'no-headroom']);
    assert.match(told.problems[0]?.remedy ?? '', /min_free_gib/);
    assert.deepEqual([...readTree(join(mirror.data, 'staging')).keys()], []);
  });

  test('whose clock is set back by a day removes and breaks nothing', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await mirrorOfOneRelease(t);
    mirror.configure({ removal: { hold_days: 2 } });
    mirror.origin.put('old/notes.txt', 'notes');
    await mirror.sync();
    mirror.origin.remove('old');
    mirror.origin.release('tool', '1.1');
    mirror.origin.metadata('tool', ['1.0', '1.1'], { lastUpdated: '20261102000000' });

    const back = await mirror.syncLater(-DAY);
    const later = await mirror.syncLater(DAY / 2);

    assert.deepEqual([back.exit, back.result.removed, back.result.added], [0, 0, 4]);
    assert.deepEqual([later.exit, later.result.removed, later.result.absent], [0, 0, 1]);
    const paths = [JAR, 'org/example/tool/1.1/tool-1.1.jar', 'old/notes.txt', '-/health'];
    assert.deepEqual(await mirror.statuses(...paths), [200, 200, 200, 200]);
  });

  test('whose data directory was moved goes on where it was', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await mirrorOfOneRelease(t);
    await mirror.sync();
    const before = endStateOf(mirror.data);
    const moved = `${mirror.data}-moved`;
    renameSync(mirror.data, moved);
    mirror.configure({ data: moved as never });

    const told = await mirror.sync();

    assert.deepEqual([told.exit, told.result.generation, told.result.bytes_fetched], [0, 1, 0]);
    assert.deepEqual(endStateOf(moved), before);
    assert.deepEqual(await mirror.statuses(JAR), [200]);
  });

  test('whose published tree lies on another file system is refused, for files are published by renaming', async (t) => {
    if (!needs(t, 'rsync', 'tmpfs')) return;
    const mounts = mountsOf(t);
    const mirror = await mirrorOfOneRelease(t, (data) => mounts.small(join(data, 'published'), MIB));

    const told = await mirror.sync();

    assert.deepEqual([told.exit, told.problems[0]?.code], [3, 'data-split']);
    assert.match(told.problems[0]?.remedy ?? '', /same file system/);
  });
});

async function mirrorOfOneRelease(t: TestContext, prepare: (data: string) => void = () => undefined): Promise<Mirror> {
  const mirror = await startMirror(t);
  mkdirSync(mirror.data);
  prepare(mirror.data);
  mirror.origin.release('tool', '1.0');
  mirror.origin.metadata('tool', ['1.0']);
  return mirror;
}

function bigRelease(mirror: Mirror, bytes: number): string {
  const path = 'org/example/big/1.0/big-1.0.jar';
  mirror.origin.put(path, randomBytes(bytes), { sums: ['sha1'] });
  mirror.origin.put('org/example/big/1.0/big-1.0.pom', '<project/>', { sums: ['sha1'] });
  return path;
}
