import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { ListedFile, OddEntry } from '../../../src/mirror/source/contract.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { needs } from '../../support/needs.ts';
import { rsyncDaemon } from '../../support/rsync-daemon.ts';
import { listAll, sourceAt } from '../../support/rsync-source.ts';

const TIME = Date.UTC(2024, 1, 29, 12, 34, 56);

function put(root: string, path: string | Buffer, content = 'x'): void {
  const whole = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path)]);
  mkdirSync(Buffer.from(dirname(whole.toString('latin1')), 'latin1'), { recursive: true });
  writeFileSync(whole, content);
  utimesSync(whole, TIME / 1000, TIME / 1000);
}

function link(root: string, path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

/** 100 KiB large, unmounted before its folder is removed. */
function smallFilesystem(t: TestContext): string {
  let folder = '';
  t.after(() => execFileSync('umount', [folder]));
  folder = temporaryFolder(t);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', folder]);
  return folder;
}

async function listed(t: TestContext, root: string) {
  const daemon = await rsyncDaemon(t, root);
  return listAll(sourceAt(t, daemon.url).source);
}

test('a listing tells every file with its size and time, and is complete', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  put(root, 'g/a/1.0/a-1.0.jar', 'x'.repeat(1234));
  put(root, 'g/a/1.0/a-1.0+build 2.pom');
  put(root, 'org/schöner/ü-1.txt', '');

  const { outcome, files, odd } = await listed(t, root);

  assert.equal(outcome.kind, 'complete');
  assert.deepEqual(files, [
    { path: 'g/a/1.0/a-1.0+build 2.pom', size: 1, mtime: TIME },
    { path: 'g/a/1.0/a-1.0.jar', size: 1234, mtime: TIME },
    { path: 'org/schöner/ü-1.txt', size: 0, mtime: TIME },
  ]);
  assert.deepEqual(odd, []);
});

test('an empty module is listed completely, with nothing in it', async (t) => {
  if (!needs(t, 'rsync')) return;

  const { outcome, files } = await listed(t, temporaryFolder(t));

  assert.equal(outcome.kind, 'complete');
  assert.deepEqual(files, []);
});

test('names that can be no repository path are reported, each with the reason', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  put(root, 'g/new\nline.jar');
  put(root, 'g/literal\\#012.jar');
  put(root, 'g/%2e%2e.jar');
  put(root, Buffer.from('g/\xff.jar', 'latin1'));
  put(root, '-/health');
  put(root, '.meta/assay/trace');
  put(root, '.well-known/x');
  put(root, 'g/good.jar');

  const { outcome, files, odd } = await listed(t, root);

  assert.equal(outcome.kind, 'complete');
  assert.deepEqual(
    files.map(({ path }) => path),
    ['g/good.jar'],
  );
  assert.deepEqual(
    odd.map(({ name, weight }) => [name, weight]),
    [
      ['-/health', 'unsafe'],
      ['g/%2e%2e.jar', 'unsafe'],
      ['g/\\#377.jar', 'unsafe'],
      ['g/literal\\#134#012.jar', 'unsafe'],
      ['g/new\\#012line.jar', 'unsafe'],
    ],
  );
});

test('a link within the tree is the file it leads to, every other link is reported with its target', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  put(root, 'g/a/a.jar', 'xyz');
  link(root, 'g/b/in.jar', '../a/a.jar');
  link(root, 'g/b/twice.jar', 'in.jar');
  link(root, 'g/b/absolute', '/etc/passwd');
  link(root, 'g/b/out', '../../../../etc/passwd');
  link(root, 'g/b/folder', '../a');
  link(root, 'g/b/gone', 'nowhere');
  link(root, 'g/b/loop', 'loop');

  const { files, odd } = await listed(t, root);

  assert.deepEqual(files, [
    { path: 'g/a/a.jar', size: 3, mtime: TIME },
    { path: 'g/b/in.jar', size: 3, mtime: TIME, linkTo: 'g/a/a.jar' },
    { path: 'g/b/twice.jar', size: 3, mtime: TIME, linkTo: 'g/a/a.jar' },
  ]);
  assert.deepEqual(odd, [
    { name: 'g/b/absolute', reason: 'link out of the tree -> /etc/passwd', weight: 'unsafe' },
    { name: 'g/b/folder', reason: 'link to a folder -> ../a', weight: 'unsafe' },
    { name: 'g/b/gone', reason: 'link to nothing -> nowhere', weight: 'unsafe' },
    { name: 'g/b/loop', reason: 'link in a loop -> loop', weight: 'unsafe' },
    { name: 'g/b/out', reason: 'link out of the tree -> ../../../../etc/passwd', weight: 'unsafe' },
  ]);
});

test('what is no regular file is counted and ignored', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  put(root, 'g/a.jar');
  execFileSync('mkfifo', [join(root, 'g/pipe')]);

  const { files, odd } = await listed(t, root);

  assert.equal(files.length, 1);
  assert.deepEqual(odd, [{ name: 'g/pipe', reason: 'no regular file', weight: 'ignored' }]);
});

test('the fingerprint is that of the content of a listing, whoever lists it and when', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  put(root, 'g/a/a.jar');
  put(root, 'g/b/b.jar');

  const first = await listed(t, root);
  const second = await listed(t, root);
  put(root, 'g/b/b.jar', 'longer');
  const changed = await listed(t, root);
  rmSync(join(root, 'g/b/b.jar'));
  const removed = await listed(t, root);

  const prints = [first, second, changed, removed].map(
    ({ outcome }) => 'fingerprint' in outcome && outcome.fingerprint,
  );
  assert.equal(prints[0], prints[1]);
  assert.equal(new Set(prints).size, 3);
});

test('a folder within a module is listed as the root, prefixes left out are not listed', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  put(root, 'maven/g/a.jar');
  put(root, 'maven/h/a.jar');
  put(root, 'other/b.jar');
  const daemon = await rsyncDaemon(t, root);
  const { source } = sourceAt(t, `${daemon.url}maven`, { excludedPrefixes: ['h'] });

  const { files } = await listAll(source);

  assert.deepEqual(
    files.map(({ path }) => path),
    ['g/a.jar'],
  );
});

test('a folder that the server may not read makes the listing partial and is named', async (t) => {
  if (!needs(t, 'rsync')) return;
  const closed: string[] = [];
  // Before the folder's own: hooks run in the order in which they are registered.
  t.after(() => closed.map((folder) => chmodSync(folder, 0o755)));
  const root = temporaryFolder(t);
  put(root, 'maven/g/open/a.jar');
  put(root, 'maven/g/closed/b.jar');
  execFileSync('chmod', ['-R', 'a+rX', root]);
  closed.push(join(root, 'maven/g/closed'));
  chmodSync(join(root, 'maven/g/closed'), 0);
  const asNobody = process.getuid?.() === 0 ? { uid: 'nobody', gid: '65534' } : {};
  const daemon = await rsyncDaemon(t, root, asNobody);
  const { source } = sourceAt(t, `${daemon.url}maven/`);

  const { outcome, files, restarts } = await listAll(source);

  assert.equal(outcome.kind === 'partial' && outcome.unreadable.join(), 'g/closed');
  assert.deepEqual(
    files.map(({ path }) => path),
    ['g/open/a.jar'],
  );
  assert.equal(restarts, 1);
});

test('a sink that cannot begin anew is told a listing once, when it is whole', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  put(root, 'g/a.jar');
  link(root, 'g/b.jar', 'a.jar');
  const daemon = await rsyncDaemon(t, root);
  const { source, scratch } = sourceAt(t, daemon.url);
  const files: ListedFile[] = [];
  const odd: OddEntry[] = [];

  const sink = { file: (file: ListedFile) => void files.push(file), odd: (entry: OddEntry) => void odd.push(entry) };
  const outcome = await source.list({ since: null, due: [] }, sink, AbortSignal.timeout(60_000));

  assert.equal(outcome.kind, 'complete');
  assert.equal(files.length, 2);
  assert.deepEqual(readdirSync(scratch), []);
});

test('a listing whose lines did not fit on the disk is not taken for a whole one', async (t) => {
  if (!needs(t, 'rsync', 'tmpfs')) return;
  const root = temporaryFolder(t);
  for (let number = 0; number < 2000; number += 1) put(root, `g/${'long-name-'.repeat(10)}${number}`);
  const scratch = smallFilesystem(t);
  const daemon = await rsyncDaemon(t, root);
  const { source } = sourceAt(t, daemon.url, { scratch });

  const { outcome } = await listAll(source);

  assert.equal(outcome.kind === 'trouble' && outcome.trouble, 'failed');
});
