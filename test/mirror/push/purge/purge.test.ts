import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { MINUTE } from '../../../../src/host/clock.ts';
import type { PurgeOptions } from '../../../../src/mirror/push/purge/contract.ts';
import { EVERYTHING, purge } from '../../../../src/mirror/push/purge/purge.ts';
import { openTargetRecord, pushSchema, type TargetRecord } from '../../../../src/mirror/push/push.ts';
import { migrate } from '../../../../src/state/migrate.ts';
import { openState } from '../../../../src/state/open.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { ACCESS_KEY, type CdnApi, pathsOf, startCloudflare, startCloudfront, startFastly, TOKEN } from './cdn-api.ts';

const URL = 'https://cdn.example.org/';
const SIGNAL = new AbortController().signal;
const JAR = 'g/a/1.0/a-1.0.jar';
const META = 'g/a/maven-metadata.xml';

function stale(t: TestContext, ...paths: readonly string[]): TargetRecord {
  const database = openState(join(temporaryFolder(t), 'state.db'));
  t.after(() => database.close());
  migrate(database, [pushSchema]);
  const record = openTargetRecord(database, 'main');
  record.markStale(paths.map((path) => ({ path, was: 'former' })));
  return record;
}

function fastly(api: CdnApi, more: Partial<Extract<PurgeOptions, { kind: 'fastly' }>> = {}): PurgeOptions {
  const { tokenFile, url } = api;
  return {
    kind: 'fastly',
    url: URL,
    absent: true,
    skipSeconds: 0,
    service: 'S1',
    tokenFile,
    by: 'key',
    soft: true,
    api: url,
    ...more,
  };
}

test('Fastly gets the folders as surrogate keys, softly, with its own header', async (t) => {
  const api = await startFastly(t, 'S1');
  const record = stale(t, JAR, META, `${META}.sha1`);

  const delivery = await purge(record, fastly(api), api.host, SIGNAL);

  assert.deepEqual(delivery, { kind: 'sent' });
  assert.equal(record.countStale(), 0);
  const [asked] = api.taken;
  assert.deepEqual(JSON.parse(asked?.body ?? ''), { surrogate_keys: ['g/a/1.0', 'g/a'] });
  assert.equal(asked?.headers['fastly-soft-purge'], '1');
});

test('Fastly gets URLs one by one, or everything in one call', async (t) => {
  const api = await startFastly(t, 'S1');

  await purge(stale(t, META, JAR), fastly(api, { by: 'url', soft: false }), api.host, SIGNAL);
  await purge(stale(t, EVERYTHING), fastly(api), api.host, SIGNAL);

  assert.deepEqual(
    api.taken.map(({ path }) => path),
    [`/purge/cdn.example.org/${JAR}`, `/purge/cdn.example.org/${META}`, '/service/S1/purge_all'],
  );
});

test('at its limit what was taken is settled, and the rest waits until the hour begins anew', async (t) => {
  const api = await startFastly(t, 'S1');
  api.tokens = 1;
  const record = stale(t, META, JAR);

  const first = await purge(record, fastly(api, { by: 'url' }), api.host, SIGNAL);
  const left = record.stale(10);
  api.tokens = 10;
  const other = await startFastly(t, 'S1');
  const second = await purge(record, fastly(other, { by: 'url' }), other.host, SIGNAL);

  assert.equal(first.kind, 'later');
  assert.ok(first.kind === 'later' && (first.retryAfterMs ?? 0) > 20 * MINUTE, JSON.stringify(first));
  assert.deepEqual(left, [{ path: META, was: 'former' }]);
  assert.equal(second.kind, 'sent');
  assert.deepEqual(
    other.taken.map(({ path }) => path),
    [`/purge/cdn.example.org/${META}`],
  );
});

test('a wrong token, a token file that is not there and an API that does not answer wait, and tell no secret', async (t) => {
  const api = await startFastly(t, 'S1');
  const record = stale(t, JAR);
  writeFileSync(api.tokenFile, 'a-wrong-token');
  const nobody = 'http://127.0.0.1:9';

  const answers = [
    await purge(record, fastly(api), api.host, SIGNAL),
    await purge(record, fastly(api, { tokenFile: '/no/such/file' }), api.host, SIGNAL),
    await purge(record, fastly(api, { api: nobody }), api.host, SIGNAL),
  ];

  assert.deepEqual(
    answers.map(({ kind }) => kind),
    ['later', 'later', 'later'],
  );
  assert.doesNotMatch(JSON.stringify(answers), /a-wrong-token/);
  assert.match(JSON.stringify(answers[0]), /401: Provided credentials/);
  assert.match(JSON.stringify(answers[1]), /\/no\/such\/file cannot be read \(ENOENT\)/);
  assert.equal(record.countStale(), 1);
});

test('a service that does not exist is refused for good', async (t) => {
  const api = await startFastly(t, 'S1');
  const record = stale(t, JAR);

  const delivery = await purge(record, fastly(api, { service: 'S2' }), api.host, SIGNAL);

  assert.deepEqual(delivery, { kind: 'dead', reason: 'the CDN answered 404: Record not found' });
  assert.equal(record.countStale(), 1);
});

test('Cloudflare gets URLs or prefixes with a bearer token, and its answers are understood', async (t) => {
  const api = await startCloudflare(t, 'Z1');
  const options: PurgeOptions = {
    ...{
      kind: 'cloudflare',
      url: URL,
      absent: true,
      skipSeconds: 0,
      zone: 'Z1',
      tokenFile: api.tokenFile,
      by: 'url',
      api: api.url,
    },
  };

  await purge(stale(t, META, JAR), options, api.host, SIGNAL);
  await purge(stale(t, META, JAR), { ...options, by: 'prefix' }, api.host, SIGNAL);
  await purge(stale(t, EVERYTHING), options, api.host, SIGNAL);
  api.tokens = 0;
  const limited = await purge(stale(t, JAR), options, api.host, SIGNAL);

  assert.deepEqual(
    api.taken.map(({ body }) => JSON.parse(body)),
    [
      { files: [URL + JAR, URL + META] },
      { prefixes: ['cdn.example.org/g/a/1.0', 'cdn.example.org/g/a/maven-metadata.xml'] },
      { purge_everything: true },
    ],
  );
  assert.ok(limited.kind === 'later');
  assert.match(limited.reason, /429: 971 Please wait/);
  assert.equal(limited.retryAfterMs, 240_000);
});

test('CloudFront gets one invalidation of a few wildcards, signed; while too many are under way it waits', async (t) => {
  const api = await startCloudfront(t, 'D1');
  const keys = join(temporaryFolder(t), 'keys');
  writeFileSync(keys, `aws_access_key_id = ${ACCESS_KEY.id}\naws_secret_access_key = ${ACCESS_KEY.secret}\n`);
  const options: PurgeOptions = {
    ...{ kind: 'cloudfront', url: URL, absent: true, skipSeconds: 0, distribution: 'D1', api: api.url },
    credentials: { kind: 'file', path: keys },
  };

  const done = await purge(stale(t, JAR, META, `${META}.sha1`), options, api.host, SIGNAL);
  const all = await purge(stale(t, EVERYTHING), options, api.host, SIGNAL);
  api.tokens = 0;
  const busy = await purge(stale(t, JAR), options, api.host, SIGNAL);
  const wrong = await purge(stale(t, JAR), { ...options, distribution: 'D2' }, api.host, SIGNAL);
  writeFileSync(keys, `aws_access_key_id = ${ACCESS_KEY.id}\naws_secret_access_key = wrong-secret\n`);
  const denied = await purge(stale(t, JAR), options, api.host, SIGNAL);

  assert.deepEqual([done.kind, all.kind], ['sent', 'sent']);
  assert.deepEqual(
    api.taken.map(({ body }) => pathsOf(body)),
    [['/g/a/1.0/*', '/g/a/maven-metadata.xml*'], ['/*']],
  );
  assert.ok(busy.kind === 'later' && busy.retryAfterMs === MINUTE, JSON.stringify(busy));
  assert.equal(wrong.kind, 'dead');
  assert.equal(denied.kind, 'later');
  assert.doesNotMatch(JSON.stringify([busy, wrong, denied]), /wrong-secret|a\+secret/);
});

test('a command reads the paths, and one that fails is run again later', async (t) => {
  const file = join(temporaryFolder(t), 'paths');
  const run = (script: string): PurgeOptions => {
    const command = ['sh', '-c', script, 'purge', file];
    return { kind: 'command', url: URL, absent: true, skipSeconds: 0, command };
  };
  const host = (await startFastly(t, 'S1')).host;

  const done = await purge(
    stale(t, META, JAR),
    run('echo "$ASSAY_PURGE $ASSAY_URL" > "$1"; cat >> "$1"'),
    host,
    SIGNAL,
  );
  const all = await purge(stale(t, EVERYTHING, JAR), run('echo "$ASSAY_PURGE" >> "$1"; cat >> "$1"'), host, SIGNAL);
  const failed = await purge(stale(t, JAR), run('echo no such cache >&2; exit 4'), host, SIGNAL);
  const nobody: PurgeOptions = {
    kind: 'command',
    url: URL,
    absent: true,
    skipSeconds: 0,
    command: ['no-such-program'],
  };
  const absent = await purge(stale(t, JAR), nobody, host, SIGNAL);

  assert.deepEqual([done.kind, all.kind], ['sent', 'sent']);
  assert.equal(readFileSync(file, 'utf8'), `some ${URL}\n${JAR}\n${META}\neverything\n`);
  assert.deepEqual(failed, { kind: 'later', reason: 'sh ended with status 4: no such cache' });
  assert.deepEqual(absent, { kind: 'later', reason: 'Could not run no-such-program.' });
});

test('what became stale in another way while the CDN was told stays', async (t) => {
  const record = stale(t, JAR);
  const read = record.stale(10);
  record.markStale([{ path: JAR, was: 'removed' }]);

  record.settleStale(read);

  assert.deepEqual(record.stale(10), [{ path: JAR, was: 'removed' }]);
});

test('what came back after it was removed is not merely new', (t) => {
  const record = stale(t);

  record.markStale([{ path: JAR, was: 'absent' }]);
  record.markStale([{ path: JAR, was: 'absent' }]);
  assert.deepEqual(record.stale(10), [{ path: JAR, was: 'absent' }]);
  record.markStale([{ path: JAR, was: 'removed' }]);
  record.markStale([{ path: JAR, was: 'absent' }]);
  assert.deepEqual(record.stale(10), [{ path: JAR, was: 'former' }]);
});

test('no token stands in what is told of a purge that went well', async (t) => {
  const api = await startFastly(t, 'S1');

  const delivery = await purge(stale(t, JAR), fastly(api), api.host, SIGNAL);

  assert.doesNotMatch(JSON.stringify(delivery), new RegExp(TOKEN));
});
