import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { objectStoreOfFile, type StoreUnderTest } from '../../support/object-store.ts';
import { type Fate, PASS, type Passing, type StoreProxy, storeProxy } from '../../support/store-proxy.ts';
import { type LaidPush, layPush, metadata, SIGNAL, META as STATUS, version } from './laid.ts';

const store = objectStoreOfFile();
const JAR = 'g/a/1.0/a-1.0.jar';
const META = 'g/a/maven-metadata.xml';
const MIB = 1024 * 1024;
const FILES = { ...version('g', 'a', '1.0'), ...metadata('g', 'a', ['1.0']), 'feed.clj': 'feed' };

interface Behind {
  readonly laid: LaidPush;
  readonly proxy: StoreProxy;
}

/** A push through a proxy that misbehaves from now on. */
async function behindProxy(t: TestContext, s3: StoreUnderTest, fate: (request: Passing) => Fate): Promise<Behind> {
  const proxy = await storeProxy(t, s3.endpoint);
  const bucket = await s3.bucket({ open: 'everything' });
  const laid = await layPush(t, s3, await s3.open(t, bucket, { endpoint: proxy.endpoint, attempts: 3 }));
  proxy.fate = fate;
  return { laid, proxy };
}

const isPutOf =
  (name: string) =>
  ({ method, url }: Passing): boolean =>
    method === 'PUT' && `${url.split('?')[0]}?`.includes(name);

/** The first `times` requests that fit meet this fate, all others pass. */
function first(times: number, fits: (request: Passing) => boolean, fate: Fate): (request: Passing) => Fate {
  let left = times;
  return (request) => {
    if (left === 0 || !fits(request)) return PASS;
    left -= 1;
    return fate;
  };
}

test('a store that asks for less is asked again, and all comes to stand there', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const slowDown: Fate = { kind: 'answer', status: 503, code: 'SlowDown' };
  const { laid } = await behindProxy(t, s3, first(2, isPutOf('/g/'), slowDown));
  laid.publish(FILES);

  const outcome = await laid.push();

  assert.equal(outcome.end, 'complete');
  assert.deepEqual(await laid.keys(), laid.inventory.pathsAfter('', 100));
});

test('a store that goes on asking for less ends the push with its words; the next one goes on from there', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const slowDown: Fate = { kind: 'answer', status: 503, code: 'SlowDown' };
  const { laid, proxy } = await behindProxy(t, s3, (request) => (isPutOf('-1.0.pom?')(request) ? slowDown : PASS));
  laid.publish(FILES);

  const ended = await laid.push();
  const between = await laid.keys();
  proxy.fate = () => PASS;
  const next = await laid.push();

  assert.equal(ended.end, 'trouble');
  assert.match(ended.sentence ?? '', /PUT g\/a\/1\.0\/a-1\.0\.pom .*503 SlowDown/);
  assert.ok(between.includes(JAR) && !between.includes(META), String(between));
  assert.deepEqual([next.end, next.counts.objects], ['complete', 4]);
});

test('a connection that is cut in the middle of an object, and an answer that is lost, are made good', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  for (const fate of [{ kind: 'cut', afterBytes: 10_000 }, { kind: 'unheard' }] as const) {
    const { laid } = await behindProxy(t, s3, first(1, isPutOf(JAR), fate));
    const jar = randomBytes(MIB);
    laid.publish({ ...FILES, [JAR]: jar });

    const outcome = await laid.push();

    assert.equal(outcome.end, 'complete', `${fate.kind}: ${outcome.sentence}`);
    assert.equal((await laid.listed(JAR))[0]?.size, jar.length);
  }
});

test('a connection that is cut in the middle of a part costs that part, and what is given up is aborted', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const isPart = ({ method, url }: Passing) => method === 'PUT' && url.includes('partNumber=3');
  const cut: Fate = { kind: 'cut', afterBytes: MIB };
  const { laid, proxy } = await behindProxy(t, s3, first(1, isPart, cut));
  const jar = randomBytes(65 * MIB);
  laid.publish({ [JAR]: jar });

  const outcome = await laid.push();
  laid.publish({ 'g/a/2.0/a-2.0.jar': jar });
  proxy.fate = (request) => (isPart(request) ? cut : PASS);
  const given = await laid.push();
  const left = await laid.store.uploads.list('', null, SIGNAL);

  assert.equal(outcome.end, 'complete', outcome.sentence ?? '');
  assert.equal(given.end, 'trouble');
  assert.ok(left.kind === 'uploads' && left.uploads.length === 0, JSON.stringify(left));
  assert.deepEqual(laid.record.uploads(), []);
});

test('one object that fails keeps metadata, removals and status back, and nothing else', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const refusal: Fate = { kind: 'answer', status: 400, code: 'EntityTooLarge' };
  const { laid, proxy } = await behindProxy(t, s3, () => PASS);
  laid.publish({ 'g/old/1.0/old-1.0.jar': 'old', 'g/old/1.0/old-1.0.pom': 'old' });
  await laid.push();
  laid.unpublish(['g/old/1.0/old-1.0.jar', 'g/old/1.0/old-1.0.pom']);
  laid.publish({ ...FILES, ...version('g', 'b', '1.0'), ...metadata('g', 'b', ['1.0']) });
  proxy.fate = (request) => (isPutOf(`${JAR}?`)(request) ? refusal : PASS);

  const outcome = await laid.push();
  const keys = await laid.keys();
  const status = await laid.listed(STATUS);

  assert.equal(outcome.end, 'failed');
  assert.deepEqual(
    outcome.failures.map(({ path }) => path),
    [JAR],
  );
  assert.ok(keys.includes('g/b/1.0/b-1.0.pom') && keys.includes('g/old/1.0/old-1.0.jar'), String(keys));
  assert.deepEqual(
    keys.filter((key) => key.includes('metadata') || key === 'feed.clj' || key === 'g/a/1.0/a-1.0.pom'),
    [],
  );
  assert.deepEqual(
    status.map(({ key }) => key),
    [`${STATUS}probe`],
  );
  proxy.fate = () => PASS;
  const next = await laid.push();
  assert.equal(next.end, 'complete');
  assert.equal(next.removed.length, 2);
  assert.deepEqual(await laid.keys(), laid.inventory.pathsAfter('', 100));
});

test('a store that ignores conditional writes is found out, told of, and still nothing is written over', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const deaf = ({ method }: Passing): Fate => (method === 'PUT' ? { kind: 'strip', headers: ['if-none-match'] } : PASS);
  const { laid } = await behindProxy(t, s3, deaf);
  const how = { contentType: 'text/plain', cacheControl: '', metadata: {} };
  await laid.store.put(JAR, Buffer.from('poison'), how, SIGNAL);
  laid.publish(FILES);

  const outcome = await laid.push();

  assert.equal(outcome.ability?.conditional, 'ignored');
  assert.equal(outcome.conflicts[0]?.row.path, JAR);
  assert.equal(await laid.body(JAR), 'poison');
});

test('a store that ignores sums is found out, and what it keeps otherwise than it was sent is not believed', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const sums = ['content-md5', 'x-amz-checksum-sha256', 'x-amz-sdk-checksum-algorithm'];
  const { laid, proxy } = await behindProxy(t, s3, ({ method }) =>
    method === 'PUT' ? { kind: 'strip', headers: sums } : PASS,
  );
  laid.publish(FILES);
  await laid.push();
  const flips: Fate = { kind: 'strip', headers: sums, flips: true };
  proxy.fate = (request) => (isPutOf('a-2.0.jar?')(request) ? flips : PASS);
  laid.publish(version('g', 'a', '2.0'));

  const outcome = await laid.push();

  assert.deepEqual([outcome.ability?.md5, outcome.ability?.sha256], ['ignored', 'ignored']);
  assert.equal(outcome.end, 'failed');
  assert.match(outcome.sentence ?? '', /a-2\.0\.jar: the store has other bytes than were sent/);
  assert.ok(!(await laid.keys()).includes('g/a/2.0/a-2.0.pom'));
});

test('what keeps every push from beginning is told once, in a sentence, and leaves nothing behind', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const keys = join(temporaryFolder(t), 'keys');
  writeFileSync(keys, `aws_access_key_id = ${s3.accessKeyId}\naws_secret_access_key = wrong\n`);
  const bucket = await s3.bucket();
  const stores = [
    await s3.open(t, bucket, { credentials: { kind: 'file', path: keys } }),
    await s3.open(t, 'no-such-bucket'),
    await s3.open(t, bucket, { credentials: { kind: 'anonymous' } }),
  ];
  const laid = await layPush(t, s3);
  laid.publish(FILES);

  const outcomes = [];
  for (const each of stores) outcomes.push(await laid.push({}, { store: each }));

  assert.deepEqual(
    outcomes.map(({ end, failures, generation }) => [end, failures.length, generation]),
    stores.map(() => ['trouble', 1, 0]),
  );
  assert.match(outcomes[0]?.sentence ?? '', /does not accept the credentials \(403 SignatureDoesNotMatch\)/);
  assert.match(outcomes[1]?.sentence ?? '', /there is no such bucket/);
  assert.match(outcomes[2]?.sentence ?? '', /the store denies it/);
  assert.equal((await laid.push()).counts.objects, 7);
});

test('credentials that run out in the middle end the push, and the next one goes on', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  let puts = 0;
  const expired: Fate = { kind: 'answer', status: 400, code: 'ExpiredToken' };
  const { laid, proxy } = await behindProxy(t, s3, (request) => {
    puts += isPutOf('/g/')(request) ? 1 : 0;
    return puts > 2 ? expired : PASS;
  });
  laid.publish(FILES);

  const ended = await laid.push({ connections: 1 });
  proxy.fate = () => PASS;
  const next = await laid.push();

  assert.deepEqual([ended.end, ended.counts.objects], ['trouble', 2]);
  assert.match(ended.sentence ?? '', /ExpiredToken/);
  assert.deepEqual([next.end, next.counts.objects], ['complete', 5]);
});

test('metadata of a later generation is left to the next push, files of versions are taken as they are', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  const snapshot = 'g/a/2-SNAPSHOT/a-2-SNAPSHOT.jar';
  laid.publish({ ...FILES, [snapshot]: 'one' });
  let isFirst = true;

  const outcome = await laid.push(
    {},
    {
      onStep: (step) => {
        // A pass ends in the middle of this push.
        if (step !== 'planned' || !isFirst) return;
        isFirst = false;
        laid.publish({ ...version('g', 'a', '1.1'), [snapshot]: 'two', ...metadata('g', 'a', ['1.0', '1.1']) });
      },
    },
  );
  const between = await laid.keys();
  const second = await laid.push();

  assert.deepEqual([outcome.end, outcome.generation], ['complete', 1]);
  assert.equal(await laid.body(snapshot), 'two');
  assert.deepEqual(
    between.filter((key) => key.includes('metadata') || key.includes('1.1')),
    [],
  );
  assert.deepEqual([second.end, second.generation], ['complete', 2]);
  assert.deepEqual(await laid.keys(), laid.inventory.pathsAfter('', 100));
});

test('an abort ends a push with its reason; what was put is known', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const laid = await layPush(t, s3);
  laid.publish(FILES);
  const stop = new AbortController();
  const onStep = (step: string) => {
    if (step === 'object-put') stop.abort(new Error('enough'));
  };

  await assert.rejects(laid.push({}, { onStep }, stop.signal), /enough/);
  const known = laid.record.objectsAfter('', 100).length;
  const next = await laid.push();

  assert.ok(known > 0);
  assert.deepEqual([next.end, next.counts.objects + next.adopted], ['complete', 7 - known]);
  assert.equal(laid.record.history.latest()?.outcome, 'complete');
});
