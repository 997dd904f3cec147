// The daemon in the middle of its work: told to stop, killed, started after a death, without a resolver, outside of its hours.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { foldersOf } from '../../src/compose/folders.ts';
import { openRooms } from '../../src/compose/rooms.ts';
import { HOUR, isoTime } from '../../src/host/clock.ts';
import { dieAt } from '../support/kill-mirror.ts';
import { type Mirror, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { endStateOf, fluxOf } from '../support/outside.ts';
import { proxiedMirror } from '../support/proxied-mirror.ts';
import { childrenOf, eventually, isRunning, type RunningDaemon, startDaemon } from '../support/running-daemon.ts';

const BIG = 'org/example/big/1.0/big-1.0.jar';
const ROLLING = 'org/example/rolling/1.0-SNAPSHOT/rolling-1.0-SNAPSHOT.jar';

describe('the daemon in the middle of its work', { concurrency: 2 }, () => {
  for (const name of ['SIGTERM', 'SIGKILL'] as const) {
    test(`leaves no process on ${name} while rsync fetches, and its next start goes on`, async (t) => {
      if (!needs(t, 'rsync', 'bwrap')) return;
      const { mirror, proxy } = await proxiedMirror(t);
      mirror.origin.put(BIG, randomBytes(1_000_000), { sums: ['sha1'] });
      mirror.origin.put('org/example/big/1.0/big-1.0.pom', '<project/>', { sums: ['sha1'] });
      proxy.set({ bytesPerSecond: 200_000 });
      const daemon = await startDaemon(t, mirror.configFile);
      await eventually(() => proxy.bytes() > 200_000, 'the pass fetches');
      const family = familyOf(daemon);

      daemon.signal(name);
      const end = await daemon.ended;
      await eventually(() => !family.some(isRunning), 'the whole family ends');
      proxy.set({});
      const next = await startDaemon(t, mirror.configFile);
      const passed = await next.logs('pass finished');

      assert.deepEqual([end.status, end.by], name === 'SIGTERM' ? [0, null] : [null, 'SIGKILL'], end.err);
      assert.ok(family.length > 1, 'rsync ran');
      assert.equal(passed.end, 'complete');
      assert.equal((await fetch(next.url + BIG)).status, 200);
    });
  }

  test('finishes what a death left half published before it gives its first answer, the origin being away', async (t) => {
    if (!needs(t, 'rsync')) return;
    const { mirror, proxy } = await proxiedMirror(t);
    putRolling(mirror, 'first build', 8 * 24);
    await mirror.sync();
    putRolling(mirror, 'second build, longer', 2);
    await dieAt(mirror, { step: 'version-renamed', nth: 1 });
    const wasInFlux = fluxOf(mirror.data)(ROLLING);
    await proxy.stop();

    const daemon = await startDaemon(t, mirror.configFile);
    const jar = await fetch(daemon.url + ROLLING);
    const sum = await fetch(`${daemon.url}${ROLLING}.sha1`);

    assert.equal(wasInFlux, true);
    assert.equal(await jar.text(), 'second build, longer');
    assert.equal(jar.headers.get('x-checksum-sha1'), await sum.text());
    assert.deepEqual(endStateOf(mirror.data).tables.journal, []);
  });

  test('reaches an origin whose name does not resolve any more at the last good addresses', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await startMirror(t);
    mirror.origin.release('tool', '1.0');
    await mirror.sync();
    mirror.origin.release('tool', '1.1');
    const { hostname, port } = new URL(mirror.url);
    const name = 'origin.invalid';
    rememberAddress(mirror, name, hostname);
    mirror.configure({ source: { url: `rsync://${name}:${port}/repo/` } });

    const daemon = await startDaemon(t, mirror.configFile);
    const passed = await daemon.logs('pass finished');

    assert.equal(passed.end, 'complete');
    assert.equal((await fetch(`${daemon.url}org/example/tool/1.1/tool-1.1.jar`)).status, 200);
  });

  test('makes no pass outside of its window, and serves', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await startMirror(t);
    mirror.origin.release('tool', '1.0');
    const hour = (later: number) => isoTime(Date.now() + later * HOUR).slice(11, 16);
    mirror.configure({ source: { window: `${hour(2)}-${hour(3)}` } });

    const daemon = await startDaemon(t, mirror.configFile);
    await daemon.logs('pass skipped: outside of its window');

    assert.equal((await fetch(`${daemon.url}-/health`)).status, 200);
    assert.equal((await fetch(`${daemon.url}org/example/tool/1.0/tool-1.0.jar`)).status, 404);
  });
});

/** As a pass leaves it that has reached the origin by its name. */
function rememberAddress(mirror: Mirror, name: string, address: string): void {
  using rooms = openRooms(foldersOf(mirror.data), Number.POSITIVE_INFINITY);
  rooms.history.remember(`addresses ${name}`, JSON.stringify([address]));
}

/** Children, their children, and so on. */
function familyOf(daemon: RunningDaemon): number[] {
  const family = childrenOf(daemon.pid);
  for (const each of family) family.push(...childrenOf(each));
  return family;
}

function putRolling(mirror: Mirror, jar: string, hoursAgo: number): void {
  const options = { sums: ['sha1'] as const, ageMs: hoursAgo * HOUR };
  mirror.origin.put(ROLLING, jar, options);
  mirror.origin.put(ROLLING.replace(/jar$/, 'pom'), `<project><name>${jar}</name></project>`, options);
}
