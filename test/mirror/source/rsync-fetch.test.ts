import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from '../../support/folder.ts';
import { needs } from '../../support/needs.ts';
import { noise, PLANTED_AT, plant } from '../../support/plant.ts';
import { faultyRsyncDaemon, rsyncDaemon } from '../../support/rsync-daemon.ts';
import { sourceAt } from '../../support/rsync-source.ts';

const MIB = 2 ** 20;

test('a whole tree is staged byte for byte, with its times, each file named once', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  const paths = Array.from({ length: 300 }, (_, number) => `g/a${number % 20}/a-${number}.jar`).sort();
  for (const [number, path] of paths.entries()) plant(root, path, noise(number * 10, number));
  chmodSync(join(root, 'g/a0/a-0.jar'), 0o4711);
  const daemon = await rsyncDaemon(t, root);
  const { fetch, staging } = sourceAt(t, daemon.url);

  const { outcome, named } = await fetch();

  assert.equal(outcome.kind, 'fetched');
  assert.deepEqual([...named].sort(), paths);
  for (const path of paths) {
    assert.deepEqual(readFileSync(join(staging, path)), readFileSync(join(root, path)));
    assert.equal(statSync(join(staging, path)).mtimeMs, PLANTED_AT);
    assert.equal(statSync(join(staging, path)).mode & 0o7777, 0o644);
  }
});

test('at the moment it is named a file has its whole size and its time', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  for (let number = 0; number < 500; number += 1)
    plant(root, `g/a${number % 7}/a-${number}.jar`, noise(1 + number * 50));
  const daemon = await rsyncDaemon(t, root);
  const { source, staging } = sourceAt(t, daemon.url);
  const unfinished: string[] = [];

  const request = { folders: [''], files: [], basis: 'staging', deadline: Date.UTC(2026, 10, 22) } as const;
  const onStaged = (path: string) => {
    const [there, here] = [statSync(join(root, path)), statSync(join(staging, path))];
    if (there.size !== here.size || there.mtimeMs !== here.mtimeMs) unfinished.push(path);
  };
  await source.fetch(request, onStaged, AbortSignal.timeout(60_000));

  assert.deepEqual(unfinished, []);
});

test('only the named folders and files are fetched, whatever their names', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  const wanted = ['#comment', ';comment', 'g/a/1.0/a-1.0.jar', 'g/a/1.0/sub/x', 'g/b/[b]*.jar', 'g/c d/ü.jar'];
  for (const path of [...wanted, 'g/a/2.0/a-2.0.jar', 'g/b/bb.jar', 'other']) plant(root, path);
  const daemon = await rsyncDaemon(t, root);
  const { fetch, staging } = sourceAt(t, daemon.url);

  const files = ['#comment', ';comment', 'g/b/[b]*.jar', 'g/c d/ü.jar', 'g/gone/meanwhile.jar'];
  const { outcome, named } = await fetch({ folders: ['g/a/1.0'], files });

  assert.deepEqual(outcome.kind === 'fetched' && outcome.unreadable, []);
  assert.deepEqual([...named].sort(), wanted);
  assert.ok(!existsSync(join(staging, 'other')));
});

test('nothing wanted is nothing done, and what staging holds is compared by content and named again, almost for nothing', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  plant(root, 'g/a.jar', 'a'.repeat(100_000));
  const daemon = await rsyncDaemon(t, root);
  const { fetch, scratch } = sourceAt(t, daemon.url);

  const nothing = await fetch({ folders: [] });
  const first = await fetch();
  const second = await fetch();

  assert.deepEqual(nothing, { outcome: { kind: 'fetched', bytes: 0, unreadable: [] }, named: [] });
  assert.deepEqual(first.named, ['g/a.jar']);
  assert.deepEqual(second.named, ['g/a.jar']);
  assert.ok(second.outcome.kind === 'fetched' && second.outcome.bytes < 2000);
  assert.deepEqual(readdirSync(scratch), []);
});

test('links, pipes and reserved folders do not come', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  plant(root, 'g/a.jar');
  plant(root, '-/health');
  plant(root, '.meta/assay/trace');
  symlinkSync('/etc/passwd', join(root, 'g/absolute'));
  symlinkSync('a.jar', join(root, 'g/inside'));
  execFileSync('mkfifo', [join(root, 'g/pipe')]);
  const daemon = await rsyncDaemon(t, root);
  const { fetch, staging } = sourceAt(t, daemon.url);

  const { outcome, named } = await fetch();

  assert.equal(outcome.kind, 'fetched');
  assert.deepEqual(named, ['g/a.jar']);
  assert.deepEqual(readdirSync(staging), ['g']);
  assert.deepEqual(readdirSync(join(staging, 'g')), ['a.jar']);
});

test('a fetch that was stopped in the middle of a file goes on where it was', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  plant(root, 'g/large.jar', noise(8 * MIB));
  const slow = await faultyRsyncDaemon(t, root, { bytesPerSecond: 4 * MIB });
  const { source, staging, fetch } = sourceAt(t, slow.url);
  const abort = new AbortController();
  const request = { folders: [''], files: [], basis: 'staging', deadline: Date.UTC(2026, 10, 22) } as const;

  const named: string[] = [];
  const stopping = source.fetch(request, (path) => named.push(path), abort.signal);
  await grown(join(staging, 'g/large.jar'), 2 * MIB);
  abort.abort();
  const stopped = await stopping;
  slow.set({});
  const resumed = await fetch();

  assert.equal(stopped.kind === 'trouble' && stopped.trouble, 'stopped');
  assert.deepEqual(named, []);
  assert.deepEqual(resumed.named, ['g/large.jar']);
  assert.ok(resumed.outcome.kind === 'fetched' && resumed.outcome.bytes < 6.5 * MIB);
  assert.deepEqual(readFileSync(join(staging, 'g/large.jar')), readFileSync(join(root, 'g/large.jar')));
});

async function grown(path: string, size: number): Promise<void> {
  for (let poll = 0; poll < 1000; poll += 1) {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= size) return;
    await wait(10);
  }
  throw new Error(`${path} did not grow to ${size} bytes`);
}

test('a connection that breaks again and again brings each byte about once', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  plant(root, 'g/large.jar', noise(8 * MIB));
  plant(root, 'g/a.jar');
  const proxy = await faultyRsyncDaemon(t, root, { cutAfterBytes: 3 * MIB });
  const { fetch, staging } = sourceAt(t, proxy.url);

  const { outcome, named } = await fetch();

  assert.equal(outcome.kind, 'fetched');
  assert.deepEqual([...named].sort(), ['g/a.jar', 'g/large.jar']);
  assert.ok(proxy.bytes() < 10 * MIB, `${proxy.bytes()} bytes`);
  assert.deepEqual(readFileSync(join(staging, 'g/large.jar')), readFileSync(join(root, 'g/large.jar')));
});

test('a deadline that is reached ends the fetch as stopped', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  plant(root, 'g/large.jar', noise(4 * MIB));
  const proxy = await faultyRsyncDaemon(t, root, { stallAfterBytes: MIB });
  const { fetch } = sourceAt(t, proxy.url);

  const short = await fetch({ deadline: Date.UTC(2026, 10, 21, 1, 30, 1) });
  const past = await fetch({ deadline: 0 });

  for (const { outcome } of [short, past]) assert.equal(outcome.kind === 'trouble' && outcome.trouble, 'stopped');
});

test('a file that the server may not read is named as unreadable, the others come', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  plant(root, 'maven/g/open.jar');
  plant(root, 'maven/g/closed "x".jar');
  execFileSync('chmod', ['-R', 'a+rX', root]);
  chmodSync(join(root, 'maven/g/closed "x".jar'), 0);
  const asNobody = process.getuid?.() === 0 ? { uid: 'nobody', gid: '65534' } : {};
  const daemon = await rsyncDaemon(t, root, asNobody);
  const { fetch } = sourceAt(t, `${daemon.url}maven/`);

  const { outcome, named } = await fetch();

  assert.deepEqual(outcome.kind === 'fetched' && outcome.unreadable, ['g/closed "x".jar']);
  assert.deepEqual(named, ['g/open.jar']);
});

test('a file beyond the ceiling does not come', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  plant(root, 'g/small.jar', noise(1000));
  plant(root, 'g/large.jar', noise(1001));
  const daemon = await rsyncDaemon(t, root);
  const { fetch } = sourceAt(t, daemon.url, { maxFileBytes: 1000 });

  const { named } = await fetch();

  assert.deepEqual(named, ['g/small.jar']);
});

test('a fetch that outgrows its plan is ended', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  for (let number = 0; number < 50; number += 1) plant(root, `g/a-${number}.jar`, noise(MIB, number));
  const slow = await faultyRsyncDaemon(t, root, { bytesPerSecond: 20 * MIB });
  const { fetch, staging } = sourceAt(t, slow.url);

  const { outcome } = await fetch({ ceilingBytes: 5 * MIB });

  assert.equal(outcome.kind === 'trouble' && outcome.trouble, 'too-large');
  assert.ok(readdirSync(join(staging, 'g')).length < 50);
});

test('a full disk is told as such', async (t) => {
  if (!needs(t, 'rsync', 'tmpfs')) return;
  const root = temporaryFolder(t);
  plant(root, 'g/large.jar', noise(MIB));
  const staging = smallFilesystem(t);
  const daemon = await rsyncDaemon(t, root);
  const { fetch } = sourceAt(t, daemon.url, { staging });

  const { outcome } = await fetch();

  assert.equal(outcome.kind === 'trouble' && outcome.trouble, 'disk-full');
});

/** 100 KiB large, unmounted before its folder is removed: hooks run in the order in which they are registered. */
function smallFilesystem(t: TestContext): string {
  let folder = '';
  t.after(() => execFileSync('umount', [folder]));
  folder = temporaryFolder(t);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', folder]);
  return folder;
}

test('the limit of bandwidth is asked for at each start', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  plant(root, 'g/a.jar', noise(1000));
  const daemon = await rsyncDaemon(t, root);
  const asked: number[] = [];
  const bandwidthKibPerSecond = (now: number) => {
    asked.push(now);
    return 1000;
  };
  const { fetch } = sourceAt(t, daemon.url, { bandwidthKibPerSecond });

  await fetch();
  await fetch();

  assert.equal(asked.length, 2);
});
