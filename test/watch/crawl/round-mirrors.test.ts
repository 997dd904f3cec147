import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { makeCertificate } from '../../../src/demo/certificate.ts';
import { DAY, HOUR } from '../../../src/host/clock.ts';
import { openTakedowns } from '../../../src/mirror/inventory/store.ts';
import { CANNOT_SEE } from '../../../src/watch/crawl/round.ts';
import { client, LOOPBACK } from '../../host/http-peer.ts';
import { brief, copyOf, crawl, faulty, host, JAR, lay, METADATA, metadataOf } from './laid-round.ts';

const CLOSED = `http://${LOOPBACK}:1/`;

test('a mirror that does not answer while others do is unreachable, once, as a whole', async (t) => {
  const laid = lay(t);
  const alpha = await faulty(t, laid.published);

  const summary = await crawl(laid, [host('alpha', alpha.url), host('gone', CLOSED)]);

  assert.deepEqual(brief(laid.found), ['unreachable gone null']);
  assert.deepEqual([laid.found[0]?.blame, laid.found[0]?.evidence?.failure], ['mirror', 'connect']);
  assert.deepEqual(
    summary.mirrors.map(({ end }) => end),
    ['complete', 'silent'],
  );
});

test('when nobody answers the fault may be ours, and nothing is held against anybody', async (t) => {
  const laid = lay(t);

  const summary = await crawl(laid, [host('one', CLOSED), host('two', `http://${LOOPBACK}:2/`)]);

  assert.deepEqual(laid.found, []);
  assert.deepEqual(
    summary.mirrors.map(({ end, health }) => [end, health.state, health.troubledRounds]),
    [
      ['unknown', 'probation', 0],
      ['unknown', 'probation', 0],
    ],
  );
});

test('four troubled rounds in a row make a mirror bad, three clean ones good again', async (t) => {
  const laid = lay(t);
  const alpha = await faulty(t, laid.published);
  const beta = await faulty(t, laid.published);
  const hosts = [host('alpha', alpha.url), host('beta', beta.url)];
  const states: string[] = [];
  const round = async () => {
    const summary = await crawl({ room: { ...laid.room, http: client(t) } }, hosts);
    states.push(summary.mirrors[1]?.health.state ?? '');
  };

  await round();
  beta.faults.set('', { kind: 'hang-up' });
  for (let each = 0; each < 4; each += 1) await round();
  const standing = laid.findings.countOf('beta', 'unreachable');
  beta.faults.clear();
  for (let each = 0; each < 3; each += 1) await round();

  assert.deepEqual(states, ['good', 'good', 'good', 'good', 'bad', 'bad', 'bad', 'good']);
  assert.equal(standing, 1);
  assert.equal(laid.findings.troubles(), 0);
});

test('wrong bytes take a mirror off at once; a clean rotation brings it back', async (t) => {
  const laid = lay(t);
  const alpha = await faulty(t, laid.published);
  const state = async () => (await crawl(laid, [host('alpha', alpha.url)])).mirrors[0]?.health.state;

  const first = await state();
  alpha.faults.set(JAR, { kind: 'altered' });
  const caught = await state();
  const still = await state();
  alpha.faults.clear();
  const mended = await state();

  assert.deepEqual([first, caught, still, mended], ['good', 'bad', 'bad', 'good']);
  assert.equal(laid.findings.troubles(), 0);
});

test('a trouble that is gone at the second look never was', async (t) => {
  const laid = lay(t);
  const alpha = await faulty(t, laid.published, { [JAR]: { kind: 'altered' } });
  const options = { pauseMs: 300 };
  setTimeout(() => alpha.faults.clear(), 150);

  const summary = await crawl(laid, [host('alpha', alpha.url)], options);

  assert.deepEqual(laid.found, []);
  assert.equal(summary.mirrors[0]?.verdicts.ok, laid.tree.size);
});

test('a certificate that ended, and one that ends soon, are findings of their own', async (t) => {
  const laid = lay(t);
  const pair = async (days: number, ago: number) => {
    const now = Date.now() - ago * DAY;
    const made = await makeCertificate({ names: ['localhost'], addresses: [LOOPBACK], now, days });
    return { tls: { certificatePem: made.certificatePem, keyPem: made.keyPem }, ca: made.caPem };
  };
  const [ended, ending, good] = [await pair(7, 30), await pair(90, 80), await pair(90, 1)];
  const serve = async (name: string, { tls, ca }: Awaited<ReturnType<typeof pair>>) =>
    host(name, (await faulty(t, laid.published, {}, { tls })).url, { ca });

  await crawl(laid, [await serve('ended', ended), await serve('ending', ending), await serve('good', good)]);

  assert.deepEqual(brief(laid.found), ['bad-certificate ended null', 'certificate-expiring ending null']);
});

test('a mirror that asks for quiet gets it, and is blamed for nothing', async (t) => {
  const laid = lay(t);
  const alpha = await faulty(t, laid.published, {
    '': { kind: 'status', status: 429, headers: { 'retry-after': '3600' } },
  });

  const summary = await crawl(laid, [host('alpha', alpha.url)]);

  assert.deepEqual(laid.found, []);
  assert.equal(summary.mirrors[0]?.end, 'unwelcome');
  assert.ok(alpha.asked.length < 5, alpha.asked.join());
});

test('a short storm of 429 is waited out', async (t) => {
  const laid = lay(t);
  const alpha = await faulty(t, laid.published, {
    'org/': { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  });
  setTimeout(() => alpha.faults.clear(), 500);

  const summary = await crawl(laid, [host('alpha', alpha.url)]);

  assert.deepEqual(laid.found, []);
  assert.equal(summary.mirrors[0]?.verdicts.ok, laid.tree.size);
});

test('a mirror that does not want to be visited is unchecked, and a page in place of the file is no wish', async (t) => {
  const laid = lay(t);
  const wish = { '.well-known/assay-opt-out': { kind: 'bytes', bytes: 'please not' } } as const;
  const page = { '.well-known/assay-opt-out': { kind: 'page' } } as const;
  const away = await faulty(t, laid.published, wish);
  const here = await faulty(t, laid.published, page);

  const summary = await crawl(laid, [host('away', away.url), host('here', here.url)]);

  assert.deepEqual(
    summary.mirrors.map(({ end, health }) => [end, health.state]),
    [
      ['opted-out', 'unchecked'],
      ['complete', 'good'],
    ],
  );
  assert.deepEqual(away.asked, ['GET .well-known/assay-opt-out']);
});

test('a byte that is another for one address only is not seen from elsewhere, and that is said', async (t) => {
  const laid = lay(t);
  const victim = '127.0.0.99';
  const fault = { kind: 'for', address: victim, fault: { kind: 'altered' } } as const;
  const alpha = await faulty(t, laid.published, { [JAR]: fault });
  const hosts = [host('alpha', alpha.url)];

  await crawl(laid, hosts);
  const unseen = laid.found.splice(0);
  await crawl({ room: { ...laid.room, http: client(t, { localAddress: victim }) } }, hosts);

  assert.deepEqual(unseen, []);
  assert.deepEqual(brief(laid.found), [`divergent alpha ${JAR}`]);
  assert.match(CANNOT_SEE, /cannot see a mirror that lies only to chosen addresses/);
});

test("yesterday's tree is late, not wrong: lagging within the window, missing and stale after it", async (t) => {
  const laid = lay(t);
  const yesterday = copyOf(t, laid.published);
  const fresh = metadataOf('tool', '20261121100000', '1.0', '1.1', '1.2');
  const pom = 'org/example/tool/1.2/tool-1.2.pom';
  laid.publish(
    [
      [METADATA, fresh],
      [pom, '<project/>'],
    ],
    Date.now() - HOUR,
    2,
  );
  const alpha = await faulty(t, yesterday);
  const hosts = [host('alpha', alpha.url)];

  const within = await crawl(laid, hosts);
  const found = laid.found.splice(0);
  const after = await crawl(laid, hosts, { lagMs: HOUR / 2 });

  // Its sums are those of its own metadata: they fit, and are as they should be.
  assert.deepEqual(found, []);
  assert.equal(within.mirrors[0]?.verdicts.lagging, 2);
  assert.ok(Math.abs((within.mirrors[0]?.behindMs ?? 0) - HOUR) < HOUR / 10);
  assert.deepEqual(brief(laid.found), [`missing alpha ${pom}`]);
  assert.equal(after.mirrors[0]?.verdicts['stale-known'], 1);
});

test('what a mirror lost long ago is missing, and does not make it late', async (t) => {
  const laid = lay(t);
  const alpha = await faulty(t, laid.published, { [JAR]: { kind: 'status', status: 404 } });
  laid.publish([['org/example/tool/1.2/tool-1.2.pom', '<project/>']], Date.now() - HOUR, 2);

  const [mirror] = (await crawl(laid, [host('alpha', alpha.url)])).mirrors;

  assert.deepEqual(brief(laid.found), [`missing alpha ${JAR}`]);
  assert.ok(Math.abs((mirror?.behindMs ?? 0) - HOUR) < HOUR / 10, String(mirror?.behindMs));
});

test('while the origin is down nobody is late', async (t) => {
  const laid = lay(t);
  const pom = 'org/example/tool/1.2/tool-1.2.pom';
  laid.publish([[pom, '<project/>']], Date.now() - 10 * HOUR, 2);
  const alpha = await faulty(t, laid.published);
  const down = { isUp: false, freshAt: Date.now() - 9 * HOUR };

  await crawl(laid, [host('alpha', alpha.url)], { origin: down });
  const whileDown = laid.found.splice(0);
  await crawl(laid, [host('alpha', alpha.url)]);
  const justBack = laid.found.splice(0);

  assert.deepEqual([whileDown, justBack], [[], []]);
});

test('what the origin rewrote is the origin’s doing, also where a mirror has it from there', async (t) => {
  const laid = lay(t);
  const rewritten = copyOf(t, laid.published);
  writeFileSync(join(rewritten, JAR), 'another jar');
  const origin = await faulty(t, rewritten);
  const [faithful, follower] = [await faulty(t, laid.published), await faulty(t, rewritten)];

  await crawl(laid, [
    host('(origin)', origin.url, { role: 'origin' }),
    host('faithful', faithful.url),
    host('follower', follower.url),
  ]);

  assert.deepEqual(brief(laid.found), [`origin-changed (origin) ${JAR}`, `origin-changed follower ${JAR}`]);
  assert.deepEqual(
    laid.found.map(({ blame }) => blame),
    ['origin', 'origin'],
  );
  const [one, other] = laid.found;
  assert.equal(one?.observed?.sha256, other?.observed?.sha256);
});

test('our own broken disk is held against nobody', async (t) => {
  const laid = lay(t);
  const theirs = copyOf(t, laid.published);
  writeFileSync(join(laid.published, JAR), 'rotten');
  const alpha = await faulty(t, theirs, { [JAR]: { kind: 'altered' } });

  const summary = await crawl(laid, [host('alpha', alpha.url)]);

  assert.deepEqual(laid.found, []);
  assert.equal(summary.mirrors[0]?.verdicts.unknown, 1);
});

test('what was taken down here and is served there is extra', async (t) => {
  const laid = lay(t);
  const alpha = await faulty(t, copyOf(t, laid.published));
  openTakedowns(laid.database).add({ prefix: JAR, reason: 'x', legal: false, at: Date.now() - DAY, actor: 'me' });
  laid.retire([JAR], 2);
  rmSync(join(laid.published, JAR));

  await crawl(laid, [host('alpha', alpha.url)]);

  assert.deepEqual(brief(laid.found), [`extra alpha ${JAR}`]);
});
