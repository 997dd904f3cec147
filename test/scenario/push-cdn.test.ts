// A mirror without a web server of its own: a bucket, a caching CDN in front of it, and real build tools that know neither.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { PushResult } from '../../src/config/shape/push.ts';
import { type Cdn, startCdn } from '../support/cdn.ts';
import { type Mirror, startMirror, sumOf } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { objectStoreOfFile, type StoreUnderTest } from '../support/object-store.ts';
import { jarOf, mirrorOfDemo, needy } from './client-mirror.ts';
import { findMaven, mavenUser } from './maven.ts';

const store = objectStoreOfFile();

/** The mirror pushes to a bucket that anybody may read, and tells the CDN. */
async function pushingMirror(t: TestContext, s3: StoreUnderTest, mirror: Mirror): Promise<Cdn> {
  const bucket = await s3.bucket({ open: 'get-and-list', versioned: true });
  const cdn = await startCdn(t, `${s3.endpoint}/${bucket}/`);
  const purge = { kind: 'command', url: cdn.url, argv: cdn.argv };
  const target = { name: 'main', kind: 's3', bucket, endpoint: s3.endpoint, path_style: true, purge };
  mirror.configure({ push: [{ ...target, credentials_file: s3.credentialsFile }] });
  return cdn;
}

test('Maven builds from a bucket through a CDN, with strict checksums', async (t) => {
  const program = findMaven(t, 'debian');
  if (program === null || !needs(t, 'nginx')) return;
  const s3 = await store(t);
  if (s3 === null) return;
  const { mirror, repository } = await mirrorOfDemo(t);
  const cdn = await pushingMirror(t, s3, mirror);
  const { wanted, needed } = needy(repository);
  await mirror.sync();

  const pushed = await mirror.verb<PushResult>('push');
  const user = mavenUser(t, program, cdn.url);
  const { status, output } = await user.build(wanted);
  const jars = user.jars();
  const jar = await cdn.get(jarOf(wanted));

  assert.equal(pushed.result.targets[0]?.outcome, 'complete', JSON.stringify(pushed.problems));
  assert.equal(status, 0, output);
  for (const each of [wanted, ...needed]) {
    assert.deepEqual(jars.get(jarOf(each)), readFileSync(join(repository.folder, jarOf(each))), jarOf(each));
  }
  const bytes = readFileSync(join(repository.folder, jarOf(wanted)));
  assert.equal(jar.headers.get('x-checksum-sha1'), sumOf(bytes, 'sha1'));
  assert.equal(jar.headers.get('content-type'), 'application/x-java-archive');
});

test('what a CDN remembers as absent, or as it was, is there and fresh after the push that brings it', async (t) => {
  if (!needs(t, 'nginx', 'rsync')) return;
  const s3 = await store(t);
  if (s3 === null) return;
  const mirror = await startMirror(t);
  const cdn = await pushingMirror(t, s3, mirror);
  const metadata = 'org/example/tool/maven-metadata.xml';
  const jar = 'org/example/tool/1.1/tool-1.1.jar';
  mirror.origin.release('tool', '1.0');
  mirror.origin.metadata('tool', ['1.0']);
  await mirror.sync();
  await mirror.verb('push');
  const ask = async () => {
    const answers = [await cdn.get(metadata), await cdn.get(jar)];
    return answers.map(({ status, headers }) => [status, headers.get('x-cache')]);
  };
  const asked = [await ask(), await ask()];

  mirror.origin.release('tool', '1.1');
  mirror.origin.metadata('tool', ['1.0', '1.1'], { lastUpdated: '20261122000000' });
  await mirror.sync();
  const before = await ask();
  const pushed = await mirror.verb<PushResult>('push');
  const after = await ask();

  assert.deepEqual(asked.at(-1), [
    [200, 'HIT'],
    [404, 'HIT'],
  ]);
  assert.deepEqual(before, asked.at(-1));
  assert.deepEqual(pushed.result.targets[0]?.purge, { stale: 0, everything: false, given_up: 0 });
  assert.deepEqual(after, [
    [200, 'MISS'],
    [200, 'MISS'],
  ]);
  assert.match((await cdn.get(metadata)).text, /<version>1\.1</);
});

test('a CDN that cannot be told keeps nothing waiting but the purge, which is made up for', async (t) => {
  if (!needs(t, 'nginx', 'rsync')) return;
  const s3 = await store(t);
  if (s3 === null) return;
  const mirror = await startMirror(t);
  const cdn = await pushingMirror(t, s3, mirror);
  mirror.origin.release('other', '1.0');
  await mirror.sync();
  await mirror.verb('push');
  const config = JSON.parse(readFileSync(mirror.configFile, 'utf8')) as { push: { purge: { argv: string[] } }[] };
  const target = config.push[0];
  assert.ok(target !== undefined);
  const broken = { ...target, purge: { ...target.purge, argv: ['false'] } };
  const path = 'org/example/tool/maven-metadata.xml';
  await cdn.get(path);

  mirror.configure({ push: [broken] });
  mirror.origin.release('tool', '1.0');
  mirror.origin.metadata('tool', ['1.0']);
  await mirror.sync();
  const failed = await mirror.verb<PushResult>('push');
  const stale = await cdn.get(path);
  const status = await mirror.verb<{ push: { stale: number }[] }>('status');
  mirror.configure({ push: [target] });
  const mended = await mirror.verb<PushResult>('push');
  const fresh = await cdn.get(path);

  assert.deepEqual([failed.exit, failed.result.targets[0]?.outcome], [3, 'complete']);
  assert.deepEqual(
    failed.problems.filter(({ code }) => code === 'purge-failed').map(({ sentence }) => sentence),
    ['The CDN before main did not take the purge: false ended with status 1.'],
  );
  assert.equal(stale.status, 404);
  assert.equal(status.result.push[0]?.stale, 6);
  assert.deepEqual([mended.result.targets[0]?.objects, mended.result.targets[0]?.purge?.stale], [0, 0]);
  assert.equal(fresh.status, 200);
});
