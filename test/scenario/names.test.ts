// What an origin may call its files, and what becomes of each name.

import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Faults, startFaultProxy } from '../support/fault-proxy.ts';
import { type Mirror, publishedText, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

test('names that can be no repository path are each refused as unsafe, and the rest is published', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  const home = mirror.origin.release('tool', '1.0');
  for (const name of ['new\nline.jar', 'bell\u0007.jar', 'back\\slash.jar', 'up%2e%2e.jar', 'up%2F.jar'])
    mirror.origin.put(`org/example/odd/${name}`, 'x');
  mirror.origin.put('-/health', 'x');
  writeFileSync(Buffer.from(`${mirror.origin.folder}/org/example/odd/latin\xe9.jar`, 'latin1'), 'x');

  const pass = await mirror.program('sync');

  assert.equal(pass.exit, 1);
  const { accepted, listed, rejected, deferred } = pass.result;
  assert.deepEqual({ accepted, listed, deferred }, { accepted: 4, listed: 4, deferred: [] });
  assert.deepEqual(
    rejected,
    [
      '-/health',
      'org/example/odd/back\\slash.jar',
      'org/example/odd/bell\\#007.jar',
      'org/example/odd/latin\\#351.jar',
      'org/example/odd/new\\#012line.jar',
      'org/example/odd/up%2F.jar',
      'org/example/odd/up%2e%2e.jar',
    ].map((path) => ({ path, verdict: 'unsafe-path' })),
  );
  assert.deepEqual(await mirror.statuses(`${home}/tool-1.0.jar`, 'org/example/odd/up%252e%252e.jar'), [200, 403]);
});

test('an unsafe name that the origin takes away troubles nobody any more', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.put('org/example/odd/back\\slash.jar', 'x');
  const before = await mirror.sync();
  const again = await mirror.sync();

  mirror.origin.remove('org/example/odd');
  const after = await mirror.sync();

  const refused = [{ path: 'org/example/odd/back\\slash.jar', verdict: 'unsafe-path' }];
  assert.deepEqual([before.exit, before.result.rejected], [1, refused]);
  assert.deepEqual([again.exit, again.result.rejected], [1, refused]);
  assert.deepEqual([after.exit, after.result.rejected], [0, []]);
});

test('what lies in the folders that are ours is not taken, and no news', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  const home = mirror.origin.release('tool', '1.0');
  mirror.origin.put('.meta/assay/trace', 'a lie');
  mirror.origin.put('.index/nexus-maven-repository-index.gz', 'x');
  mirror.origin.put('.well-known/security.txt', 'x');

  const pass = await mirror.sync();

  assert.equal(pass.exit, 0);
  assert.deepEqual([pass.result.listed, pass.result.rejected], [4, []]);
  assert.deepEqual(readdirSync(join(mirror.data, 'published')).sort(), ['.meta', 'org']);
  assert.notEqual(publishedText(mirror, '.meta/assay/trace'), 'a lie');
  assert.deepEqual(await mirror.statuses('.index/nexus-maven-repository-index.gz', `${home}/tool-1.0.pom`), [404, 200]);
});

test('a link within the tree becomes a file, every other link is refused', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  const home = mirror.origin.release('tool', '1.0', 'the jar');
  const folder = join(mirror.origin.folder, 'org/example/tool');
  mkdirSync(join(folder, 'links'));
  symlinkSync('../1.0/tool-1.0.jar', join(folder, 'links/inside.jar'));
  symlinkSync('/etc/passwd', join(folder, 'links/absolute.jar'));
  symlinkSync('../../../../../secret', join(folder, 'links/outside.jar'));
  symlinkSync('nowhere', join(folder, 'links/dangling.jar'));
  symlinkSync('1.0', join(folder, 'current'));

  const pass = await mirror.sync();

  assert.equal(pass.exit, 1);
  assert.deepEqual(
    pass.result.rejected,
    ['current', 'links/absolute.jar', 'links/dangling.jar', 'links/outside.jar'].map((name) => ({
      path: `org/example/tool/${name}`,
      verdict: 'unsafe-path',
    })),
  );
  const copied = 'org/example/tool/links/inside.jar';
  assert.equal(publishedText(mirror, copied), 'the jar');
  assert.equal(lstatSync(join(mirror.data, 'published', copied)).isFile(), true);
  assert.deepEqual(
    await mirror.statuses(`${copied}`, `${home}/tool-1.0.jar`, 'org/example/tool/links/absolute.jar'),
    [200, 200, 403],
  );
});

test('names that differ in case alone are two files', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  const lower = mirror.origin.release('tool', '1.0', 'lower');
  const upper = mirror.origin.release('Tool', '1.0', 'upper');

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.accepted], [0, 8]);
  const texts = [await mirror.get(`${lower}/tool-1.0.jar`), await mirror.get(`${upper}/Tool-1.0.jar`)];
  assert.deepEqual(
    texts.map(({ text }) => text),
    ['lower', 'upper'],
  );
});

const FORGED = [
  ['a name that climbs out of the tree', 'evil__passwd', ['evil__', '../../']],
  ['a segment of 301 bytes, which no disk could hold', `${'A'.repeat(150)}/${'B'.repeat(150)}`, ['/BBBB', '_BBBB']],
] as const;

for (const [what, name, replaced] of FORGED) {
  test(`${what} ends the pass: nothing of such a listing is believed`, async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await startBehindProxy(t, { replace: [replaced] });
    mirror.origin.release('tool', '1.0');
    mirror.origin.put(name, 'x');

    const pass = await mirror.sync();

    assert.deepEqual([pass.exit, pass.result.listed, pass.result.generation], [3, 0, 0]);
    assert.deepEqual(
      pass.problems.map(({ code }) => code),
      ['source-failed'],
    );
    assert.match(pass.problems[0]?.sentence ?? '', /: The server sent a name that no path of a repository can have /);
  });
}

async function startBehindProxy(t: TestContext, faults: Faults): Promise<Mirror> {
  return await startMirror(t, {
    front: async (daemon) => {
      const proxy = await startFaultProxy(daemon, faults);
      t.after(() => proxy.stop());
      return `rsync://${proxy.host}:${proxy.port}/repo/`;
    },
  });
}
