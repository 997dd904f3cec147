// A pass that is not given the time to end: by its run timeout, by its window, by a death in the middle of a large file. What came is kept.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { passOnce } from '../../src/compose/pass-job.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { DAY, MINUTE, SECOND, systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { killWhen } from '../support/kill-mirror.ts';
import { type Mirror, startMirror, sumOf } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { proxiedMirror } from '../support/proxied-mirror.ts';

const VERSIONS = Array.from({ length: 8 }, (_, index) => `1.${index}`);
const JAR_BYTES = 150_000;
const BYTES = VERSIONS.length * JAR_BYTES;
/** Half of it comes, and then nothing more, until whoever waits gives up: however slow this machine is, it is always in the middle. */
const HALF = { stallAfterBytes: BYTES / 2 };
const ENOUGH_SECONDS = 10;

describe('a pass that is cut short', { concurrency: 2 }, () => {
  test('by its run timeout serves the whole versions that came, and the next pass brings the rest', async (t) => {
    if (!needs(t, 'rsync')) return;
    const { mirror, proxy } = await proxiedMirror(t, {
      source: { run_timeout_seconds: ENOUGH_SECONDS, min_free_gib: 0 },
    });
    releaseAll(mirror);
    proxy.set(HALF);

    const first = await mirror.sync();
    const served = await wholeVersions(mirror);
    proxy.set({});
    const last = await mirror.sync();

    assert.deepEqual([first.exit, first.problems[0]?.code], [3, 'source-stopped']);
    assert.ok(served.length > 0 && served.length < VERSIONS.length, `${served.length} versions are served`);
    assert.deepEqual([last.exit, await wholeVersions(mirror)], [0, VERSIONS]);
    assert.ok(proxy.bytes() < 1.5 * BYTES, `${proxy.bytes()} bytes came for ${BYTES}`);
  });

  test('by the end of its window stops cleanly and goes on in the next', async (t) => {
    if (!needs(t, 'rsync')) return;
    const { mirror, proxy } = await proxiedMirror(t, { source: { window: '22:00-06:00', min_free_gib: 0 } });
    releaseAll(mirror);
    proxy.set(HALF);
    const config = load(mirror);
    const sixOClock = Math.floor(Date.now() / DAY) * DAY + 6 * 60 * MINUTE;

    const first = await windowedPass(config, sixOClock - ENOUGH_SECONDS * SECOND);
    const served = await wholeVersions(mirror);
    proxy.set({});
    const second = await windowedPass(config, sixOClock - 60 * MINUTE);

    assert.equal(first.end, 'stopped');
    assert.ok(served.length > 0 && served.length < VERSIONS.length, `${served.length} versions are served`);
    assert.deepEqual([second.end, await wholeVersions(mirror)], ['complete', VERSIONS]);
  });

  test('by its death in the middle of a large file resumes it: fewer bytes than the file has come the second time', async (t) => {
    if (!needs(t, 'rsync')) return;
    const { mirror, proxy } = await proxiedMirror(t);
    const size = 6_000_000;
    mirror.origin.put('org/example/big/1.0/big-1.0.jar', randomBytes(size), { sums: ['sha1'] });
    mirror.origin.put('org/example/big/1.0/big-1.0.pom', '<project/>', { sums: ['sha1'] });
    proxy.set({ bytesPerSecond: 1_500_000 });

    await killWhen(mirror, () => proxy.bytes() > size / 2);
    const before = proxy.bytes();
    proxy.set({});
    const second = await mirror.sync();

    assert.equal(second.exit, 0);
    assert.ok(proxy.bytes() - before < 0.75 * size, `${proxy.bytes() - before} bytes of ${size} came again`);
    assert.deepEqual(await mirror.statuses('org/example/big/1.0/big-1.0.jar'), [200]);
  });

  test('by a power cut believes nothing that staging holds: what looks whole by size and time may be nothing but zeros', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await startMirror(t);
    const jar = 'org/example/tool/1.0/tool-1.0.jar';
    const asc = Buffer.from('-----BEGIN PGP SIGNATURE-----');
    mirror.origin.release('tool', '1.0');
    mirror.origin.put(`${jar}.md5`, sumOf('tool 1.0', 'md5'));
    mirror.origin.put(`${jar}.asc`, asc);
    for (const name of [`${jar}.md5`, `${jar}.asc`]) leaveZeros(mirror, name);

    const told = await mirror.sync();

    assert.deepEqual([told.exit, told.result.rejected, told.result.deferred], [0, [], []]);
    assert.equal((await mirror.get(`${jar}.md5`)).text, sumOf('tool 1.0', 'md5'));
    assert.equal((await mirror.get(`${jar}.asc`)).text, asc.toString());
    assert.equal((await mirror.get(jar)).text, 'tool 1.0');
  });
});

/** As some file systems come back: the size and the time were written, the bytes were not. */
function leaveZeros(mirror: Mirror, path: string): void {
  const staged = join(mirror.data, 'staging', path);
  const { size, mtime } = statSync(join(mirror.origin.folder, path));
  mkdirSync(dirname(staged), { recursive: true });
  writeFileSync(staged, Buffer.alloc(size));
  utimesSync(staged, mtime, mtime);
}

function releaseAll(mirror: Mirror): void {
  for (const version of VERSIONS) mirror.origin.release('tool', version, randomBytes(JAR_BYTES / 2).toString('hex'));
}

/** Versions of which everything is served; fails when one is served in part. */
async function wholeVersions(mirror: Mirror): Promise<string[]> {
  const whole: string[] = [];
  for (const version of VERSIONS) {
    const stem = `org/example/tool/${version}/tool-${version}`;
    const statuses = await mirror.statuses(...['.jar', '.jar.sha1', '.pom', '.pom.sha1'].map((end) => stem + end));
    const served = statuses.filter((status) => status === 200).length;
    assert.ok(served === 0 || served === 4, `${version}: ${statuses}`);
    if (served === 4) whole.push(version);
  }
  return whole;
}

async function windowedPass(config: Config, startAt: number) {
  const offset = startAt - Date.now();
  const clock = { ...systemClock, now: () => Date.now() + offset };
  const host = { clock, logger: makeLogger('silent'), onEvent: () => undefined };
  const request = { verb: 'pass', waitSeconds: 0, acceptPlan: null, seed: null, keepsWindow: true };
  return (await passOnce(config, request, host, AbortSignal.timeout(MINUTE))).outcome;
}

function load(mirror: Mirror): Config {
  const loaded = loadConfig(mirror.configFile, {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  return loaded.config;
}
