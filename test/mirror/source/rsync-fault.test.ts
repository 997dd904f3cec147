import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { needs } from '../../support/needs.ts';
import { faultyRsyncDaemon, rsyncDaemon } from '../../support/rsync-daemon.ts';
import { listAll, sourceAt } from '../../support/rsync-source.ts';

const FILES = 60;

function tree(t: TestContext): string {
  const root = temporaryFolder(t);
  for (let number = 0; number < FILES; number += 1) {
    const folder = join(root, `g/evil__/artifact${number}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `artifact${number}-1.0.jar`), 'x'.repeat(100));
  }
  return root;
}

test('wherever the stream of a listing is cut, the listing is never complete', async (t) => {
  if (!needs(t, 'rsync')) return;
  const proxy = await faultyRsyncDaemon(t, tree(t), {});
  const { source } = sourceAt(t, proxy.url);
  assert.equal((await listAll(source)).outcome.kind, 'complete');
  const whole = proxy.bytes();

  for (let step = 0; step < 20; step += 1) {
    // Up to the last bytes but the very end: after the listing's last word a cut does no harm.
    proxy.set({ cutAfterBytes: 1 + Math.floor(((whole - 120) * step) / 19) });
    const { outcome } = await listAll(source);

    assert.equal(outcome.kind, 'trouble', `cut after byte ${step}/19 of ${whole}`);
  }
});

test('a connection that breaks is tried four times in all', async (t) => {
  if (!needs(t, 'rsync')) return;
  const proxy = await faultyRsyncDaemon(t, tree(t), { cutAfterBytes: 600 });
  const pauses: number[] = [];
  const clock = { now: () => Date.UTC(2026, 0, 1), sleep: async (pause: number) => void pauses.push(pause) };
  const { source } = sourceAt(t, proxy.url, {}, { clock, random: () => 0.5 });

  const { outcome } = await listAll(source);

  assert.equal(outcome.kind === 'trouble' && outcome.trouble, 'unreachable');
  assert.equal(proxy.connections(), 4);
  assert.deepEqual(pauses, [1000, 2000, 4000]);
});

test('a server that comes back after a broken connection is listed anew, each file once', async (t) => {
  if (!needs(t, 'rsync')) return;
  const proxy = await faultyRsyncDaemon(t, tree(t), { cutAfterBytes: 2500 });
  const clock = { now: () => Date.UTC(2026, 0, 1), sleep: async () => proxy.set({}) };
  const { source } = sourceAt(t, proxy.url, {}, { clock });

  const { outcome, files, restarts } = await listAll(source);

  assert.equal(outcome.kind, 'complete');
  assert.equal(files.length, FILES);
  assert.equal(restarts, 1);
});

test('a server that falls silent is a timeout', async (t) => {
  if (!needs(t, 'rsync')) return;
  const proxy = await faultyRsyncDaemon(t, tree(t), { stallAfterBytes: 0 });
  const { source } = sourceAt(t, proxy.url, { ioTimeoutSeconds: 1 });

  const { outcome } = await listAll(source);

  assert.equal(outcome.kind === 'trouble' && outcome.trouble, 'timeout');
});

const GREETINGS = [
  ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['speaks without an end', 'A'.repeat(100_000)],
  ['speaks a protocol of the future, without its digests', '@RSYNCD: 99.0\n'],
] as const;

for (const [what, instead] of GREETINGS) {
  test(`a server that ${what} is told to be none of rsync's`, async (t) => {
    if (!needs(t, 'rsync')) return;
    const proxy = await faultyRsyncDaemon(t, tree(t), { instead });
    const { source } = sourceAt(t, proxy.url, { ioTimeoutSeconds: 2 });

    const { outcome } = await listAll(source);

    assert.equal(outcome.kind === 'trouble' && outcome.trouble, 'protocol');
    assert.equal(proxy.connections(), 1);
  });
}

test('names that climb out of the tree never reach the listing', async (t) => {
  if (!needs(t, 'rsync')) return;
  const proxy = await faultyRsyncDaemon(t, tree(t), { replace: [['evil__', '../../']] });
  const { source } = sourceAt(t, proxy.url);

  const { outcome, files } = await listAll(source);

  assert.notEqual(outcome.kind, 'complete');
  assert.deepEqual(
    files.filter(({ path }) => path.includes('..')),
    [],
  );
});

test('names that climb out of the tree are fetched nowhere', async (t) => {
  if (!needs(t, 'rsync')) return;
  const proxy = await faultyRsyncDaemon(t, tree(t), { replace: [['evil__', '../../']] });
  const { fetch } = sourceAt(t, proxy.url);

  const { outcome, named } = await fetch();

  assert.notEqual(outcome.kind, 'fetched');
  assert.deepEqual(named, []);
});

test('a listing of garbage in the middle of the stream is a trouble', async (t) => {
  if (!needs(t, 'rsync')) return;
  const proxy = await faultyRsyncDaemon(t, tree(t), { replace: [['artifact7-1.0.jar', '\xff'.repeat(17)]] });
  const { source } = sourceAt(t, proxy.url);

  const { outcome, files } = await listAll(source);

  assert.ok(outcome.kind === 'trouble' || files.every(({ path }) => !path.includes('\ufffd')));
});

test('an unknown module is refused, with a sentence that says so', async (t) => {
  if (!needs(t, 'rsync')) return;
  const daemon = await rsyncDaemon(t, tree(t));
  const { source } = sourceAt(t, daemon.url.replace('/repo/', '/other/'));

  const { outcome } = await listAll(source);

  assert.ok(outcome.kind === 'trouble' && outcome.trouble === 'refused');
  assert.match(outcome.sentence, /has no such module \(rsync status 5\): Unknown module 'other'/);
});

test('a folder that is not in the module is a failure, not an empty listing', async (t) => {
  if (!needs(t, 'rsync')) return;
  const daemon = await rsyncDaemon(t, tree(t));
  const { source } = sourceAt(t, `${daemon.url}nowhere/`);

  const { outcome } = await listAll(source);

  assert.equal(outcome.kind === 'trouble' && outcome.trouble, 'failed');
});

test('a server without a connection to spare is busy, and listed once it has one', async (t) => {
  if (!needs(t, 'rsync')) return;
  const daemon = await rsyncDaemon(t, tree(t), { 'max connections': '1' });
  const other = connect(daemon);
  t.after(() => other.destroy());
  await new Promise((resolve) => other.once('data', resolve));
  // A client that has chosen the module and goes no further holds its one connection.
  await new Promise((resolve) => {
    other.once('data', resolve);
    other.write('@RSYNCD: 31.0 md5\nrepo\n');
  });
  const busy = await listAll(sourceAt(t, daemon.url).source);

  const clock = {
    now: () => Date.UTC(2026, 0, 1),
    sleep: async (pause: number) => {
      other.destroy();
      await new Promise((resolve) => setTimeout(resolve, pause / 10));
    },
  };
  const later = await listAll(sourceAt(t, daemon.url, {}, { clock }).source);

  assert.equal(busy.outcome.kind === 'trouble' && busy.outcome.trouble, 'busy');
  assert.equal(later.outcome.kind, 'complete');
});

test('a module with a password is listed with it, and refuses a wrong one', async (t) => {
  if (!needs(t, 'rsync')) return;
  const folder = temporaryFolder(t);
  const file = (name: string, text: string, mode = 0o600) => {
    writeFileSync(join(folder, name), text, { mode });
    return join(folder, name);
  };
  const secrets = file('secrets', 'reader:correct horse\n');
  const daemon = await rsyncDaemon(t, tree(t), { 'auth users': 'reader', 'secrets file': secrets });
  const url = daemon.url.replace('rsync://', 'rsync://reader@');

  const right = await listAll(sourceAt(t, url, { passwordFile: file('right', 'correct horse\n') }).source);
  const wrong = await listAll(sourceAt(t, url, { passwordFile: file('wrong', 'battery\n') }).source);
  const open = sourceAt(t, url, { passwordFile: file('open', 'correct horse\n', 0o644) }).source;
  const missing = sourceAt(t, url, { passwordFile: join(folder, 'missing') }).source;

  assert.equal(right.outcome.kind, 'complete');
  assert.equal(wrong.outcome.kind === 'trouble' && wrong.outcome.trouble, 'refused');
  await assert.rejects(listAll(open), { code: 'password-file-unusable' });
  await assert.rejects(listAll(missing), { code: 'password-file-unusable' });
});

test('a name that does not resolve is looked for at its last good addresses, one after the other', async (t) => {
  if (!needs(t, 'rsync')) return;
  const daemon = await rsyncDaemon(t, tree(t));
  const remembered: unknown[] = [];
  const lastGoodAddresses = {
    read: () => ['127.255.255.254', daemon.host],
    write: (...what: unknown[]) => void remembered.push(what),
  };
  const url = daemon.url.replace(daemon.host, 'origin.invalid');
  const { source } = sourceAt(t, url, { lastGoodAddresses }, { resolve: async () => [] });

  const { outcome } = await listAll(source);

  assert.equal(outcome.kind, 'complete');
  assert.deepEqual(remembered, []);
});

test('the addresses of a name are remembered once the origin was reached there, not before', async (t) => {
  if (!needs(t, 'rsync')) return;
  const daemon = await rsyncDaemon(t, tree(t));
  const remembered: unknown[] = [];
  const lastGoodAddresses = { read: () => [], write: (...what: unknown[]) => void remembered.push(what) };
  const resolve = async () => ['127.0.0.1'];
  const proxy = await startFaultProxy(daemon, {}, '127.0.0.1');
  t.after(() => proxy.stop());
  const url = `rsync://localhost:${proxy.port}`;

  await listAll(sourceAt(t, `${url}/nowhere/`, { lastGoodAddresses }, { resolve }).source);
  const before = [...remembered];
  await listAll(sourceAt(t, `${url}/repo/`, { lastGoodAddresses }, { resolve }).source);

  assert.deepEqual(before, []);
  assert.deepEqual(remembered, [['localhost', ['127.0.0.1']]]);
});

test('an abort ends rsync and is told as stopped', async (t) => {
  if (!needs(t, 'rsync')) return;
  const proxy = await faultyRsyncDaemon(t, tree(t), { stallAfterBytes: 0 });
  const { source } = sourceAt(t, proxy.url);
  const abort = new AbortController();

  const listing = source.list({ since: null, due: [] }, { file: () => undefined, odd: () => undefined }, abort.signal);
  setTimeout(() => abort.abort(), 300);
  const outcome = await listing;

  assert.equal(outcome.kind === 'trouble' && outcome.trouble, 'stopped');
});
