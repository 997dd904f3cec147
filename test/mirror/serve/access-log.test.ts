import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { it, type TestContext } from 'node:test';
import { makeLogger } from '../../../src/host/logger.ts';
import { type AccessEntry, accessLine, shownAddress } from '../../../src/mirror/serve/access-line.ts';
import { openAccessLog } from '../../../src/mirror/serve/access-log.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { handClock } from '../../support/hand-clock.ts';
import { mountsOf } from '../../support/mounts.ts';
import { needs } from '../../support/needs.ts';
import { POM } from './planted.ts';
import { POM_PATH } from './request-row.ts';
import { serve } from './running.ts';
import { ask, exchange } from './wire.ts';

const ENTRY: AccessEntry = {
  address: '192.0.2.77',
  at: Date.UTC(2026, 10, 1, 10, 0, 0, 999),
  method: 'GET',
  target: '/a?b',
  httpVersion: '1.1',
  status: 200,
  bytes: 54,
  referer: undefined,
  agent: 'Apache-Maven/3.9.9 (Java 17; Linux)',
  seconds: 0.0123,
};

it("a line is nginx's combined format and the seconds", () => {
  assert.equal(
    accessLine(ENTRY, 'full'),
    '192.0.2.77 - - [01/Nov/2026:10:00:00 +0000] "GET /a?b HTTP/1.1" 200 54 "-" "Apache-Maven/3.9.9 (Java 17; Linux)" 0.012\n',
  );
});

it('nothing that a client chose ends a line or a field', () => {
  const line = accessLine(
    { ...ENTRY, target: '/"\\\r\n\t', agent: 'a\n127.0.0.1 - - "x"\u00e9', referer: '"' },
    'full',
  );

  assert.equal(line.split('\n').length, 2);
  assert.ok(line.includes('"GET /\\x22\\x5C\\x0D\\x0A\\x09 HTTP/1.1"'), line);
  assert.ok(line.includes(' "\\x22" "a\\x0A127.0.0.1 - - \\x22x\\x22\\xE9" '), line);
});

it('of an address only what the operator wants is written', () => {
  const shown = (address: string) => [
    shownAddress(address, 'full'),
    shownAddress(address, 'truncated'),
    shownAddress(address, 'none'),
  ];

  assert.deepEqual(shown('192.0.2.77'), ['192.0.2.77', '192.0.2.0', '-']);
  assert.deepEqual(shown('2001:db8:1:2::3'), ['2001:db8:1:2::3', '2001:db8:1::', '-']);
  assert.deepEqual(shown('2001:db8::3'), ['2001:db8::3', '2001:db8::', '-']);
  assert.deepEqual(shown('::1'), ['::1', '::', '-']);
  assert.deepEqual(shown(''), ['-', '-', '-']);
});

it('every answer has its line, what could not be read has none, and a rotation loses none', async (t) => {
  const { path, log } = opened(t);
  const { server } = await serve(t, {}, () => ({ accessLog: log }));

  await ask(server.url, 'GET', POM_PATH, { 'user-agent': 'one' });
  await ask(server.url, 'HEAD', `${POM_PATH}?q`, { 'user-agent': 'two' });
  await exchange(server.url, Buffer.from('nonsense\r\n\r\n'));
  renameSync(path, `${path}.1`);
  const none = await ask(server.url, 'GET', '/none', { 'user-agent': 'three', referer: 'https://example.org/' });
  await log.reopen();
  await ask(server.url, 'GET', '/-/health', { 'user-agent': 'four' });
  await log.close();

  const [before, after] = [linesOf(`${path}.1`), linesOf(path)];
  assert.deepEqual(before.map(request), [
    '"GET /com/example/one/1.0/one-1.0.pom HTTP/1.1" 200 54',
    `"HEAD ${POM_PATH}?q HTTP/1.1" 200 0`,
    `"GET /none HTTP/1.1" 404 ${none.body.length}`,
  ]);
  assert.equal(POM.length, 54);
  assert.deepEqual(after.map(request), ['"GET /-/health HTTP/1.1" 200 30']);
  assert.match(before[2] ?? '', /^127\.0\.0\.0 - - .* "https:\/\/example\.org\/" "three" \d+\.\d{3}$/);
});

it('several writers append whole lines to one file', async (t) => {
  const { path, log, open } = opened(t);
  const logs = [log, open(), open()];

  for (let n = 0; n < 3000; n += 1) logs[n % 3]?.add({ ...ENTRY, target: `/${n}/${'x'.repeat(n % 700)}` });
  await Promise.all(logs.map((each) => each.close()));

  const lines = linesOf(path);
  assert.equal(lines.length, 3000);
  assert.deepEqual([...new Set(lines.map((line) => /^192\.0\.2\.0 .* 0\.012$/.test(line)))], [true]);
});

it('a full disk drops lines and counts them, tells it once a minute, and fails no answer', async (t) => {
  if (!needs(t, 'tmpfs')) return;
  const mounts = mountsOf(t);
  const disk = `${temporaryFolder(t)}/disk`;
  mounts.small(disk, 2 ** 20);
  const { path, log, logged } = opened(t, `${disk}/access.log`);
  const { server } = await serve(t, {}, () => ({ accessLog: log }));
  await ask(server.url, 'GET', POM_PATH);
  await log.reopen();

  writeFileSync(`${disk}/filler`, Buffer.alloc(2 ** 20 - 16_384));
  for (let n = 0; n < 200; n += 1) log.add({ ...ENTRY, target: `/${'x'.repeat(1000)}` });
  const answer = await ask(server.url, 'GET', POM_PATH);
  await log.reopen();
  const dropped = log.dropped();
  await ask(server.url, 'GET', '/between');
  rmSync(`${disk}/filler`);
  await ask(server.url, 'GET', '/after');
  await log.close();

  assert.equal(answer.status, 200);
  assert.ok(dropped > 0 && dropped <= 201, String(dropped));
  assert.equal(logged.filter((line) => line.msg === 'lines of the access log were dropped').length, 1);
  const lines = linesOf(path);
  assert.equal(log.dropped(), dropped);
  assert.match(request(lines.at(-1) ?? ''), /^"GET \/after HTTP\/1\.1" 404 /);
});

it('a log that cannot be opened again is tried again, and one that cannot be opened at all is named', async (t) => {
  const folder = temporaryFolder(t);
  const { path, log } = opened(t, `${folder}/logs/access.log`);
  log.add(ENTRY);
  renameSync(`${folder}/logs`, `${folder}/old`);
  writeFileSync(`${folder}/logs`, 'no folder');

  await log.reopen();
  log.add(ENTRY);
  await log.reopen();
  rmSync(`${folder}/logs`);
  mkdirSync(`${folder}/logs`);
  log.add({ ...ENTRY, target: '/later' });
  await log.close();

  assert.equal(linesOf(`${folder}/old/access.log`).length, 1);
  assert.equal(log.dropped(), 1);
  assert.deepEqual(linesOf(path).map(request), ['"GET /later HTTP/1.1" 200 54']);
  const bad = `${folder}/old/access.log/x`;
  assert.throws(() => openAccessLog(bad, 'full', { clock: handClock(), logger: makeLogger('silent') }), {
    code: 'access-log-unusable',
    path: bad,
  });
  assert.equal(existsSync(bad), false);
});

function opened(t: TestContext, path = `${temporaryFolder(t)}/logs/access.log`) {
  const logged: Record<string, unknown>[] = [];
  const logger = makeLogger('info', { write: (line) => void logged.push(JSON.parse(line)) });
  const clock = handClock();
  const open = () => openAccessLog(path, 'truncated', { clock, logger });
  const log = open();
  t.after(() => log.close());
  return { path, log, logged, open };
}

function linesOf(path: string): string[] {
  const text = readFileSync(path, 'latin1');
  assert.ok(text.endsWith('\n'));
  return text.slice(0, -1).split('\n');
}

function request(line: string): string {
  return /"[^"]*" \d+ \d+/.exec(line)?.[0] ?? line;
}
