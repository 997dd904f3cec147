import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { CodedError } from '../../src/host/error.ts';
import { type Lock, lockHolder, takeLock } from '../../src/host/lock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type HandClock, handClock } from '../support/hand-clock.ts';

const NEVER = new AbortController().signal;

function lockFile(t: TestContext): string {
  return join(temporaryFolder(t), 'lock');
}

function take(path: string, verb = 'sync', waitMs = 0, clock: HandClock = handClock()): Promise<Lock> {
  return takeLock(path, verb, waitMs, clock, NEVER);
}

const isBusy = (error: unknown) => error instanceof CodedError && error.code === 'busy';

test('a lock that is held names its holder, verb and since', async (t) => {
  const path = lockFile(t);
  using _held = await take(path, 'sync');

  await assert.rejects(take(path, 'verify'), (error) => {
    assert.ok(isBusy(error));
    assert.match(String(error), new RegExp(`process ${process.pid} \\(sync, since 2026-11-21T01:30:00\\.000Z\\)`));
    return true;
  });
  assert.deepEqual(lockHolder(path), { pid: process.pid, verb: 'sync', since: '2026-11-21T01:30:00.000Z' });
});

test('a lock that was released is free, and releasing twice is no error', async (t) => {
  const path = lockFile(t);
  const held = await take(path);
  held.release();
  held.release();

  assert.equal(lockHolder(path), null);
  using again = await take(path, 'verify');

  assert.ok(again);
  assert.equal(lockHolder(path)?.verb, 'verify');
});

test('nobody holds a lock that was never taken', (t) => {
  assert.equal(lockHolder(lockFile(t)), null);
});

test('a lock whose holder was killed is free at once', async (t) => {
  const path = lockFile(t);
  const holder = spawn(process.execPath, [join(import.meta.dirname, 'lock-holder.ts'), path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  await assert.rejects(take(path), (error) => isBusy(error) && String(error).includes(`process ${holder.pid} (sync`));

  holder.kill('SIGKILL');
  await once(holder, 'exit');

  using taken = await take(path);
  assert.ok(taken);
});

test('who may wait gets the lock when it becomes free', async (t) => {
  const path = lockFile(t);
  const clock = handClock();
  const held = await take(path);
  const waiting = take(path, 'verify', 60_000, clock);
  await clock.advance(1000);
  assert.equal(lockHolder(path)?.verb, 'sync');

  held.release();
  await clock.advance(1000);

  using taken = await waiting;
  assert.ok(taken);
  assert.equal(lockHolder(path)?.verb, 'verify');
});

test('who is stopped while waiting stops waiting', async (t) => {
  const path = lockFile(t);
  using _held = await take(path);
  const controller = new AbortController();
  const waiting = takeLock(path, 'verify', 60_000, handClock(), controller.signal);
  const refused = assert.rejects(waiting, /enough/);

  controller.abort(new Error('enough'));

  await refused;
});

test('a lock file that cannot be one is told from a lock that is held', async (t) => {
  const path = lockFile(t);
  writeFileSync(path, 'this is no lock file, but text that somebody put there '.repeat(20));
  const isUnusable = (error: unknown) => error instanceof CodedError && error.code === 'lock-unusable';

  await assert.rejects(take(path), isUnusable);
  await assert.rejects(take(join(path, 'no/folder/lock')), isUnusable);
});
