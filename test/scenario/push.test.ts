// `assay push` as it is used: by hand, by the daemon, on a full disk, with a wrong clock, beside another push.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import type { DoctorResult } from '../../src/config/shape/doctor.ts';
import { type PushPlanResult, type PushResult, pushPlanShape, pushShape } from '../../src/config/shape/push.ts';
import { MINUTE, systemClock } from '../../src/host/clock.ts';
import { takeLock } from '../../src/host/lock.ts';
import type { ObjectStore } from '../../src/host/object-store.ts';
import { MAIN, type Mirror, startMirror } from '../support/mirror.ts';
import { mountsOf } from '../support/mounts.ts';
import { needs } from '../support/needs.ts';
import { objectStoreOfFile, type StoreUnderTest } from '../support/object-store.ts';
import { startDaemon } from '../support/running-daemon.ts';

const store = objectStoreOfFile();
const SIGNAL = new AbortController().signal;
const JAR = 'org/example/tool/1.0/tool-1.0.jar';

interface Pushing {
  readonly mirror: Mirror;
  readonly bucket: ObjectStore;
}

/** A mirror of one release that has a target, and has not run yet. */
async function pushing(t: TestContext, s3: StoreUnderTest): Promise<Pushing> {
  const mirror = await startMirror(t);
  const name = await s3.bucket();
  const target = {
    ...{ name: 'main', kind: 's3', bucket: name, endpoint: s3.endpoint, path_style: true },
    credentials_file: s3.credentialsFile,
  };
  mirror.configure({ push: [target] });
  mirror.origin.release('tool', '1.0');
  mirror.origin.metadata('tool', ['1.0']);
  return { mirror, bucket: await s3.open(t, name) };
}

async function keysOf(bucket: ObjectStore): Promise<string[]> {
  const page = await bucket.list({ prefix: '' }, SIGNAL);
  return page.kind === 'page' ? page.objects.map(({ key }) => key) : [page.sentence];
}

test('a push by hand says what it does in the shape of its schema, before and after', async (t) => {
  const s3 = await store(t);
  if (s3 === null || !needs(t, 'rsync')) return;
  const { mirror, bucket } = await pushing(t, s3);
  await mirror.sync();

  const planned = await mirror.verb<PushPlanResult>('push', '--plan');
  const nothing = await keysOf(bucket);
  const pushed = await mirror.verb<PushResult>('push', 'main');
  const unknown = await mirror.verb('push', 'nobody');

  assert.equal(pushPlanShape.parse(planned.result).targets[0]?.additions.length, 6);
  assert.deepEqual(nothing, []);
  const [target] = pushShape.parse(pushed.result).targets;
  assert.deepEqual([pushed.exit, target?.outcome, target?.objects, target?.generation], [0, 'complete', 6, 1]);
  assert.deepEqual(
    (await keysOf(bucket)).filter((key) => key.startsWith('.meta/')),
    ['.meta/assay/epoch', '.meta/assay/probe', '.meta/assay/status.json', '.meta/assay/trace'],
  );
  assert.deepEqual([unknown.exit, unknown.problems[0]?.code], [2, 'config-target']);
});

test('the daemon pushes after its pass, tells it in its status and in its figures', async (t) => {
  const s3 = await store(t);
  if (s3 === null || !needs(t, 'rsync')) return;
  const { mirror, bucket } = await pushing(t, s3);
  const daemon = await startDaemon(t, mirror.configFile);

  await daemon.logs('pass finished');
  for (let keys = await keysOf(bucket); !keys.includes('.meta/assay/status.json'); keys = await keysOf(bucket)) {
    await systemClock.sleep(100, AbortSignal.timeout(MINUTE));
  }
  const pushed = await daemon.logs('push finished');
  const status = (await (await fetch(`${daemon.url}-/status.json`)).json()) as { push: Record<string, unknown>[] };
  const figures = await (await fetch(`${daemon.url}-/metrics`)).text();

  assert.equal(pushed.target, 'main');
  assert.ok((await keysOf(bucket)).includes(JAR));
  const { name, kind, owed, stale } = status.push[0] ?? {};
  assert.deepEqual([name, kind, owed, stale], ['main', 's3', 0, 0]);
  assert.match(figures, /^assay_push_last_success_timestamp_seconds\{target="main"\} \d+/m);
});

test('two pushes of one target are never made at once: the second says who is at it', async (t) => {
  const s3 = await store(t);
  if (s3 === null || !needs(t, 'rsync')) return;
  const { mirror } = await pushing(t, s3);
  await mirror.sync();
  using _held = await takeLock(join(mirror.data, 'push-main.lock'), 'push', 0, systemClock, SIGNAL);

  const { exit, problems } = await mirror.verb('push');

  assert.deepEqual([exit, problems[0]?.code], [3, 'busy']);
  assert.match(problems[0]?.sentence ?? '', new RegExp(`process ${process.pid} \\(push, since`));
});

test('with no room for what it must write down a push ends with a word, and the next one goes on', async (t) => {
  const s3 = await store(t);
  if (s3 === null || !needs(t, 'rsync', 'tmpfs')) return;
  const mounts = mountsOf(t);
  const { mirror, bucket } = await pushing(t, s3);
  mounts.small(mirror.data, 6 * 1024 * 1024);
  for (let number = 1; number < 40; number += 1) mirror.origin.release('tool', `1.${number}`);
  await mirror.sync();
  const filler = join(mirror.data, 'filler');
  fill(filler);

  const full = await mirror.verb<PushResult>('push');
  rmSync(filler);
  const next = await mirror.verb<PushResult>('push');

  assert.deepEqual([full.exit, full.problems[0]?.code], [3, 'disk-full']);
  assert.equal(next.exit, 0, JSON.stringify(next.problems));
  assert.equal((await keysOf(bucket)).filter((key) => key.startsWith('org/')).length, 162);
});

test('a clock that is an hour off is told by the store, and made up for', async (t) => {
  const s3 = await store(t);
  if (s3 === null || !needs(t, 'rsync', 'faketime')) return;
  const { mirror, bucket } = await pushing(t, s3);
  await mirror.sync();
  const words = ['-f', '+1h', process.execPath, MAIN, 'push', '--config', mirror.configFile, '--json'];
  const child = spawn('faketime', words, { stdio: ['ignore', 'pipe', 'ignore'], timeout: MINUTE });

  const { result } = JSON.parse(await text(child.stdout)) as { result: PushResult };

  assert.equal(result.targets[0]?.outcome, 'complete', JSON.stringify(result));
  assert.ok((await keysOf(bucket)).includes(JAR));
});

test('a bucket that answers 403 for what is absent is told of by push and by doctor, one that answers 404 is not', async (t) => {
  const s3 = await store(t);
  if (s3 === null || !needs(t, 'rsync')) return;
  const { mirror } = await pushing(t, s3);
  await mirror.sync();
  const told: unknown[] = [];
  for (const open of ['nothing', 'get', 'get-and-list'] as const) {
    const bucket = await s3.bucket({ open });
    const target = { name: 'main', kind: 's3', bucket, endpoint: s3.endpoint, path_style: true };
    mirror.configure({ push: [{ ...target, credentials_file: s3.credentialsFile }] });

    const pushed = await mirror.verb<PushResult>('push');
    const examined = await mirror.verb<DoctorResult>('doctor');

    const limits = pushed.problems.filter(({ code }) => code === 'push-store-limited').length;
    const states = examined.result.checks.filter(({ name }) => name === 'push main').map(({ state }) => state);
    told.push([open, pushed.exit, pushed.result.targets[0]?.store?.absent_status, limits, states]);
  }

  assert.deepEqual(told, [
    ['nothing', 0, null, 0, ['ok', 'unknown']],
    ['get', 0, 403, 1, ['ok', 'warning']],
    ['get-and-list', 0, 404, 0, ['ok', 'ok']],
  ]);
});

test('doctor says what a bucket has against us', async (t) => {
  const s3 = await store(t);
  if (s3 === null || !needs(t, 'rsync')) return;
  const { mirror } = await pushing(t, s3);
  const target = { name: 'main', kind: 's3', bucket: 'no-such-bucket', endpoint: s3.endpoint, path_style: true };
  mirror.configure({ push: [{ ...target, credentials_file: s3.credentialsFile }] });

  const { exit, result } = await mirror.verb<DoctorResult>('doctor');

  assert.equal(exit, 3);
  const [own] = result.checks.filter(({ name }) => name === 'push main');
  assert.equal(own?.state, 'fault');
  assert.match(own?.sentence ?? '', /there is no such bucket/);
});

/** To the last block. */
function fill(file: string): void {
  const block = Buffer.alloc(4096);
  assert.throws(() => {
    for (;;) appendFileSync(file, block);
  }, /ENOSPC/);
}
