// What surrounds a pass: seeds, several sources, the lock, a pause, a configuration that is missing or wrong.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { foldersOf } from '../../src/compose/folders.ts';
import type { StatusResult } from '../../src/config/shape/status.ts';
import type { SyncResult } from '../../src/config/shape/sync.ts';
import { systemClock } from '../../src/host/clock.ts';
import { takeLock } from '../../src/host/lock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { MAIN, type Mirror, startMirror, sumOf } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';

test('a seed spares the fetching of what it has', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  const bytes = randomBytes(300_000).toString('base64');
  mirror.origin.release('tool', '1.0', bytes);
  const seed = seedOf(t, mirror);
  writeFileSync(join(seed, 'org/example/tool/1.0/stranger.jar'), 'not of the origin');

  const pass = await mirror.program<SyncResult>('sync', '--seed', seed);

  assert.deepEqual([pass.exit, pass.result.accepted, pass.result.listed], [0, 4, 4]);
  assert.ok(pass.result.bytes_fetched < 100_000, `${pass.result.bytes_fetched} bytes were fetched`);
  assert.equal((await mirror.get(JAR)).text, bytes);
  assert.deepEqual(await mirror.statuses('org/example/tool/1.0/stranger.jar'), [404]);
});

test('a poisoned seed, its sizes and times the same and its sum to match, poisons nothing', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0', 'honest bytes');
  mirror.origin.release('bare', '1.0', 'honest bytes', { sums: [] });
  const seed = seedOf(t, mirror);
  for (const path of [JAR, 'org/example/bare/1.0/bare-1.0.jar']) rewrite(join(seed, path), 'poison bytes');
  rewrite(join(seed, `${JAR}.sha1`), sumOf('poison bytes', 'sha1'));

  const pass = await mirror.sync('--seed', seed);

  assert.deepEqual([pass.exit, pass.result.accepted, pass.result.rejected], [0, 6, []]);
  assert.equal((await mirror.get(JAR)).text, 'honest bytes');
  assert.equal((await mirror.get('org/example/bare/1.0/bare-1.0.jar')).text, 'honest bytes');
});

test('sources are tried in order until one answers', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  const wrongModule = mirror.url.replace('/repo/', '/moved/');
  const nobody = 'rsync://127.0.0.1:1/repo/';
  mirror.configure({ source: [nobody, wrongModule, mirror.url].map((url) => ({ url, min_free_gib: 0 })) });

  const pass = await mirror.syncLater(0);

  assert.deepEqual([pass.exit, pass.result.added, pass.problems], [0, 4, []]);
  const { result } = await mirror.verb<StatusResult>('status');
  assert.deepEqual(
    result.sources.map(({ url, reachable }) => [url, reachable]),
    [
      [nobody, false],
      [wrongModule, false],
      [mirror.url, true],
    ],
  );
});

test('when no source answers the verb says so, and everything stays served', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.sync();

  mirror.configure({ source: { url: mirror.url.replace('/repo/', '/moved/') } });
  const pass = await mirror.program<SyncResult>('sync');

  assert.deepEqual([pass.exit, pass.result.generation, pass.result.absent], [3, 1, 0]);
  assert.deepEqual(
    pass.problems.map(({ code }) => code),
    ['source-refused'],
  );
  assert.deepEqual(await mirror.statuses(JAR, '-/health'), [200, 200]);
});

test('a verb that finds the tree held says by whom, and waits when it is told to', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.sync();
  const lock = await takeLock(foldersOf(mirror.data).lock, 'repair', 0, systemClock, AbortSignal.timeout(60_000));
  t.after(() => lock.release());

  const busy = await mirror.program('sync');
  const waiting = mirror.program('sync', '--wait', '60');
  const status = await mirror.verb<StatusResult>('status');
  lock.release();
  const waited = await waiting;

  assert.deepEqual([busy.exit, busy.result, busy.problems.map(({ code }) => code)], [3, null, ['busy']]);
  assert.match(busy.problems[0]?.sentence ?? '', new RegExp(`process ${process.pid} \\(repair, since 20`));
  assert.deepEqual([status.exit, status.result.running?.verb, status.result.running?.pid], [0, 'repair', process.pid]);
  assert.equal(waited.exit, 0);
});

test('without a configuration nothing is done', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  rmSync(mirror.configFile);

  const missing = await mirror.program('sync');

  assert.deepEqual([missing.exit, missing.result], [2, null]);
  assert.deepEqual(
    missing.problems.map(({ code }) => code),
    ['config-unreadable'],
  );
});

test('all faults of a configuration are told in one go', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.configure({ source: { max_file_mib: 'big', colour: 'red' }, removal: { max_ratio: 2 } });

  const { exit, problems } = await mirror.program('sync');

  assert.equal(exit, 2);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['config-fault', 'config-fault', 'config-fault'],
  );
  for (const key of ['max_file_mib', 'colour', 'max_ratio'])
    assert.ok(
      problems.some(({ sentence }) => sentence.includes(key)),
      `${key} is not told`,
    );
});

test('a paused daemon makes no pass and is healthy; the pause survives a restart, and resume ends it', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.verb('pause', '--until', '2100-01-01T00:00:00Z');

  const paused = startDaemon(t, mirror);
  await paused.says('pass skipped: paused');
  const health = await fetch(new URL('-/health', await paused.url()));
  const status = await mirror.verb<StatusResult>('status');
  const ended = await paused.stop();
  const resumed = await mirror.verb('resume');
  const running = startDaemon(t, mirror);
  await running.says('pass finished');
  const jar = await fetch(new URL(JAR, await running.url()));
  await running.stop();

  assert.deepEqual([health.status, ended, jar.status], [200, 0, 200]);
  assert.deepEqual([status.result.paused?.until, status.result.last_attempt], ['2100-01-01T00:00:00.000Z', null]);
  assert.deepEqual([resumed.exit, (await mirror.verb<StatusResult>('status')).result.paused], [0, null]);
});

/** A copy of the origin with its times, as a disk would bring it. */
function seedOf(t: TestContext, mirror: Mirror): string {
  const seed = temporaryFolder(t);
  cpSync(mirror.origin.folder, seed, { recursive: true, preserveTimestamps: true });
  return seed;
}

function rewrite(file: string, text: string): void {
  const { mtime } = statSync(file);
  writeFileSync(file, text);
  utimesSync(file, mtime, mtime);
}

interface RunningDaemon {
  /** Resolves when it has said that; rejects when it ends before. */
  says(text: string): Promise<void>;
  url(): Promise<string>;
  /** Asks it to end and gives its exit status. */
  stop(): Promise<number | null>;
}

function startDaemon(t: TestContext, mirror: Mirror): RunningDaemon {
  const words = ['--config', mirror.configFile, '--log-level', 'debug', 'daemon'];
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  const closed = once(child, 'close').then(([status]) => status as number | null);
  const waiting = new Set<() => void>();
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    for (const look of waiting) look();
  });
  const says = async (text: string): Promise<void> => {
    const heard = new Promise<void>((resolve) => {
      const look = () => {
        if (said.includes(text)) resolve();
      };
      waiting.add(look);
      look();
    });
    const early = closed.then((status) => {
      throw new Error(`the daemon ended with ${status} before it said ${text}: ${said}`);
    });
    await Promise.race([heard, early]);
  };
  return {
    says,
    async url() {
      await says('assay: serving at ');
      return /serving at (\S+)/.exec(said)?.[1] ?? '';
    },
    stop: async () => {
      child.kill('SIGTERM');
      return await closed;
    },
  };
}
