// The daemon under a service manager: what systemd is told, and when it is told nothing any more.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { startDaemon } from '../support/running-daemon.ts';
import { serviceManager } from '../support/service-manager.ts';

test('systemd is told when it serves, what it serves, that it lives, that it reads its files again, and that it stops', async (t) => {
  if (!needs(t, 'rsync', 'systemd-notify', 'perl')) return;
  const manager = await serviceManager(t);
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.sync();

  const daemon = await startDaemon(t, mirror.configFile, { NOTIFY_SOCKET: manager.socket, WATCHDOG_USEC: '6000000' });
  const ready = await manager.hears(/READY=1/, 0);
  await manager.hears(/WATCHDOG=1/, 0);
  const before = manager.heard.length;
  daemon.signal('SIGHUP');
  await manager.hears(/READY=1/, before);
  const reload = manager.heard.slice(before).filter((message) => /RELOADING|READY/.test(message));
  daemon.signal('SIGTERM');
  await daemon.ended;

  assert.match(ready, /READY=1 \| STATUS=serving 4 files, generation 1, last good pass began 20/);
  assert.match(reload[0] ?? '', /^RELOADING=1/);
  assert.match(manager.heard.at(-1) ?? '', /^STOPPING=1/);
});

test('while a serve process does not answer the watchdog is not fed; then that process is replaced, and it is fed again', async (t) => {
  if (!needs(t, 'rsync', 'systemd-notify', 'perl')) return;
  const manager = await serviceManager(t);
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.sync();
  const daemon = await startDaemon(t, mirror.configFile, { NOTIFY_SOCKET: manager.socket, WATCHDOG_USEC: '6000000' });
  await manager.hears(/WATCHDOG=1/, 0);

  const [stuck = -1] = daemon.crew();
  process.kill(stuck, 'SIGSTOP');
  await daemon.logs('a serve process does not answer');
  const silentFrom = manager.heard.length;
  await daemon.logs('serve process does not answer and is killed');
  const fedMeanwhile = manager.heard.slice(silentFrom).filter((message) => /WATCHDOG=1/.test(message)).length;
  await manager.hears(/WATCHDOG=1/, silentFrom);

  assert.ok(fedMeanwhile <= 1, `it was fed ${fedMeanwhile} times`);
  await daemon.logs('serve process ended and is started again');
  daemon.signal('SIGTERM');
  await daemon.ended;
});

test('a main process that is stuck feeds no watchdog', async (t) => {
  if (!needs(t, 'rsync', 'systemd-notify', 'perl')) return;
  const manager = await serviceManager(t);
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.sync();
  const daemon = await startDaemon(t, mirror.configFile, { NOTIFY_SOCKET: manager.socket, WATCHDOG_USEC: '3000000' });
  await manager.hears(/WATCHDOG=1/, 0);

  daemon.signal('SIGSTOP');
  // What was on its way when it stopped may still come.
  await new Promise((done) => setTimeout(done, 1000));
  const before = manager.heard.length;
  await new Promise((done) => setTimeout(done, 2000));
  const after = manager.heard.length;
  daemon.signal('SIGCONT');
  await manager.hears(/WATCHDOG=1/, after);
  daemon.signal('SIGTERM');
  await daemon.ended;

  assert.equal(after, before);
});
