import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { HOUR } from '../../../../src/host/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { needs } from '../../../support/needs.ts';
import { startNginx } from '../../../support/nginx.ts';
import { AT, webOrigin, webSource } from './http-source.ts';

const LARGE = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index & 255));

test('files are staged with the bytes and the time that the origin has, plus signs and all', async (t) => {
  const origin = await webOrigin(t, { 'g/a/1.0+x/a-1.0+x.jar': 'jar', 'g/ü ~(1).txt': 'text', 'g/empty': '' });
  const web = webSource(t, origin.url);

  const outcome = await web.fetch([...origin.files.keys(), 'g/gone']);

  assert.deepEqual(outcome, { kind: 'fetched', bytes: 7, unreadable: [] });
  assert.deepEqual(web.named.toSorted(), [...origin.files.keys()].toSorted());
  assert.ok(origin.asked.includes('GET g/a/1.0%2Bx/a-1.0%2Bx.jar'));
  for (const [path, text] of origin.files) {
    assert.equal(readFileSync(join(web.staging, path), 'utf8'), text);
    assert.equal(statSync(join(web.staging, path)).mtimeMs, AT);
  }
});

test('a file that is cut is gone on with from where it was', async (t) => {
  const origin = await webOrigin(t, { 'large.jar': LARGE });
  let cuts = 2;
  const ranges: (string | undefined)[] = [];
  origin.misbehave = (_path, request, response) => {
    ranges.push(request.headers.range);
    if (cuts === 0) return false;
    cuts -= 1;
    const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
    const etag = '"13ddf7ff0b5ff1b9a8f2a7a1c6d2e111"';
    response.writeHead(from === 0 ? 200 : 206, { 'content-length': LARGE.length - from, etag });
    response.write(LARGE.subarray(from, from + 100_000), () => response.destroy());
    return true;
  };
  const web = webSource(t, origin.url);

  const outcome = await web.fetch(['large.jar']);

  assert.equal(outcome.kind, 'fetched');
  assert.deepEqual(readFileSync(join(web.staging, 'large.jar')), LARGE);
  assert.equal(ranges[0], undefined);
  assert.match(ranges[1] ?? '', /^bytes=\d+-$/);
});

test('a file that became another between two tries is fetched from its beginning', async (t) => {
  const origin = await webOrigin(t, { 'x.jar': LARGE });
  let isFirst = true;
  origin.misbehave = (_path, _request, response) => {
    if (!isFirst) return false;
    isFirst = false;
    response.writeHead(200, { 'content-length': 200_000, etag: '"before"' });
    response.write(Buffer.alloc(100_000, 1), () => response.destroy());
    return true;
  };
  const web = webSource(t, origin.url);

  await web.fetch(['x.jar']);

  assert.deepEqual(readFileSync(join(web.staging, 'x.jar')), LARGE);
});

test('a file that is always cut ends the fetch, with what came before it staged', async (t) => {
  const origin = await webOrigin(t, { 'good.jar': 'jar', 'cut.jar': LARGE });
  origin.misbehave = (path, _request, response) => {
    if (path !== 'cut.jar') return false;
    response.writeHead(200, { 'content-length': LARGE.length });
    response.write(LARGE.subarray(0, 1000), () => response.destroy());
    return true;
  };
  const web = webSource(t, origin.url, { connections: 1 });

  const outcome = await web.fetch(['good.jar', 'cut.jar']);

  assert.equal(outcome.kind === 'trouble' && outcome.trouble, 'unreachable');
  assert.deepEqual(web.named, ['good.jar']);
});

test('an origin that asks for fewer requests is obeyed, and the fetch goes on after', async (t) => {
  const origin = await webOrigin(t, { 'x.jar': 'jar' });
  let storm = 2;
  origin.misbehave = (_path, _request, response) => {
    if (storm === 0) return false;
    storm -= 1;
    response.writeHead(429, { 'retry-after': '0' }).end();
    return true;
  };

  const outcome = await webSource(t, origin.url).fetch(['x.jar']);

  assert.equal(outcome.kind, 'fetched');
});

test('an origin that asks for an hour of quiet gets it: the fetch ends as busy', async (t) => {
  const origin = await webOrigin(t, { 'x.jar': 'jar' });
  origin.misbehave = (_path, _request, response) => {
    response.writeHead(429, { 'retry-after': '3600' }).end();
    return true;
  };

  const outcome = await webSource(t, origin.url).fetch(['x.jar', 'y.jar', 'z.jar']);

  assert.equal(outcome.kind === 'trouble' && outcome.trouble, 'busy');
  assert.ok(origin.asked.length <= 4);
});

test('single files that are closed are unreadable; an origin that turns us away is left alone for hours', async (t) => {
  const paths = Array.from({ length: 60 }, (_, index) => `${index}.jar`);
  const origin = await webOrigin(t, Object.fromEntries(paths.map((path) => [path, 'jar'])));
  const closed = (path: string) => path === '3.jar' || path === '7.jar';
  origin.misbehave = (path, _request, response) => {
    if (!closed(path)) return false;
    response.writeHead(403).end();
    return true;
  };
  const some = await webSource(t, origin.url).fetch(paths);
  origin.misbehave = (_path, _request, response) => {
    response.writeHead(403).end();
    return true;
  };
  const web = webSource(t, origin.url);
  const all = await web.fetch(paths);
  const asked = origin.asked.length;
  const next = webSource(t, origin.url, {
    memory: { recall: (key) => web.memory.get(key) ?? null, remember: () => undefined },
  });
  const later = await next.fetch(paths);

  assert.deepEqual(some.kind === 'fetched' && [...some.unreadable].sort(), ['3.jar', '7.jar']);
  assert.equal(all.kind === 'trouble' && all.trouble, 'refused');
  assert.match(
    later.kind === 'trouble' ? later.sentence : '',
    /turned us away many times in a row and is left alone until/,
  );
  assert.equal(origin.asked.length, asked);
  const until = Number([...web.memory.values()][0]);
  assert.ok(until - Date.now() > 3 * HOUR && until - Date.now() <= 4 * HOUR);
});

test('what an ETag calls the MD5 of a file saves the file, and nothing else does', async (t) => {
  const origin = await webOrigin(t, { 'same.jar': 'same', 'other.jar': 'other', 'untagged.jar': 'same' });
  origin.misbehave = (path, request, response) => {
    if (path !== 'untagged.jar') return false;
    response.writeHead(200, { 'content-length': 4, etag: '"5f2a-1234"', 'last-modified': new Date(AT).toUTCString() });
    response.end(request.method === 'HEAD' ? undefined : 'same');
    return true;
  };
  const seed = temporaryFolder(t);
  const web = webSource(t, origin.url);
  for (const path of origin.files.keys()) writeFileSync(join(seed, path), 'same');

  const outcome = await web.fetch([...origin.files.keys()], { basis: { seed } });
  const compared = await web.source.differing([...origin.files.keys()], seed, AbortSignal.timeout(60_000));

  assert.equal(outcome.kind === 'fetched' && outcome.bytes, 'other'.length + 'same'.length);
  assert.deepEqual(compared, { kind: 'compared', paths: ['other.jar', 'untagged.jar'] });
});

test('a file above the ceiling is left while it comes, however long it was said to be', async (t) => {
  const origin = await webOrigin(t, { 'small.jar': 'x' });
  origin.misbehave = (path, _request, response) => {
    if (path !== 'endless.jar') return false;
    response.writeHead(200);
    const more = () => {
      if (!response.destroyed) response.write(Buffer.alloc(64 * 1024), more);
    };
    more();
    return true;
  };

  const outcome = await webSource(t, origin.url, { maxFileBytes: 1_000_000 }).fetch(['endless.jar', 'small.jar']);

  assert.deepEqual(outcome.kind === 'fetched' && outcome.unreadable, ['endless.jar']);
});

test('a real nginx is read like any other, and says who reads it', async (t) => {
  if (!needs(t, 'nginx')) return;
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'a+b.jar'), LARGE);
  const nginx = await startNginx(t, `root ${folder};`);
  const web = webSource(t, nginx.url);

  const outcome = await web.fetch(['a+b.jar', 'gone.jar']);

  assert.deepEqual(outcome, { kind: 'fetched', bytes: LARGE.length, unreadable: [] });
  assert.deepEqual(readFileSync(join(web.staging, 'a+b.jar')), LARGE);
  assert.match(readFileSync(nginx.accessLog, 'utf8'), /"assay\/test \(test@example\.org\)"/);
});
