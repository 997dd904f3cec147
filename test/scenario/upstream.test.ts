// A mirror of a mirror: one assay pulls from another by its signed inventory, over a way that anybody may stand in.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import test, { type TestContext } from 'node:test';
import { foldersOf } from '../../src/compose/folders.ts';
import { openRooms } from '../../src/compose/rooms.ts';
import type { EnrollResult } from '../../src/config/shape/report.ts';
import { HOUR } from '../../src/host/clock.ts';
import { httpServer } from '../host/http-peer.ts';
import { type Mirror, publishedText, startMirror } from '../support/mirror.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';

interface Pair {
  readonly upstream: Mirror;
  readonly mirror: Mirror;
  /** Configures the mirror with the upstream's key as somebody else believes it to be. */
  pin(publicKey: string): void;
  /** What stands between the two answers itself and says true, or lets the upstream answer. */
  between: (path: string, request: IncomingMessage, response: ServerResponse) => boolean;
}

/** An upstream of two releases that has a key, and a mirror of it that has not run yet. */
async function startPair(t: TestContext): Promise<Pair> {
  const upstream = await startMirror(t);
  upstream.origin.release('tool', '1.0');
  upstream.origin.metadata('tool', ['1.0']);
  const { public_key: publicKey } = (await upstream.verb<EnrollResult>('enroll')).result;
  await upstream.sync();
  const url = await httpServer(t, async (request, response) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '').slice(1);
    if (pair.between(path, request, response)) return;
    const answer = await upstream.get((request.url ?? '').slice(1));
    const { status, headers, url: asked } = answer;
    const modified = headers.get('last-modified');
    const bytes = Buffer.from(await (await fetch(asked)).arrayBuffer());
    response.writeHead(status, modified === null ? {} : { 'last-modified': modified });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  });
  const sectionsFor = (key: string) => ({
    source: { kind: 'http', mode: 'inventory', url, public_key: key, requests_per_second: 0 },
  });
  const mirror = await startMirror(t, { sections: sectionsFor(publicKey) });
  const pin = (key: string) => mirror.configure(sectionsFor(key));
  const pair: Pair = { upstream, mirror, pin, between: () => false };
  return pair;
}

test('a mirror of a mirror has what its upstream has, by news between two listings, and tells what it has itself', async (t) => {
  const { upstream, mirror } = await startPair(t);

  const first = await mirror.sync();
  const quiet = await mirror.sync();
  upstream.origin.release('tool', '2.0');
  upstream.origin.metadata('tool', ['1.0', '2.0']);
  await upstream.sync();
  const news = await mirror.sync();

  assert.deepEqual([first.exit, first.result.listed, first.result.added], [0, 6, 6]);
  assert.deepEqual([quiet.exit, quiet.result.listed, quiet.result.bytes_fetched], [0, 0, 0]);
  assert.deepEqual(
    [news.exit, news.result.listed, news.result.added, news.result.changed],
    [0, 6, 4, 2],
    JSON.stringify(news),
  );
  const inventoryOf = async (of: Mirror) =>
    (await of.get('-/inventory')).text
      .split('\n')
      .flatMap((line) => (line.startsWith('{"path"') ? [JSON.parse(line)] : []));
  const told = (rows: Record<string, unknown>[]) => rows.map(({ path, sha256 }) => `${path} ${sha256}`).sort();
  assert.deepEqual(told(await inventoryOf(mirror)), told(await inventoryOf(upstream)));
});

test('what its upstream has lost is absent in the next listing of everything, and held as anywhere', async (t) => {
  const { upstream, mirror } = await startPair(t);
  await mirror.sync();
  await upstream.verb('takedown', 'add', JAR, '--reason', 'test');

  const news = await mirror.sync();
  const whole = await mirror.syncLater(25 * HOUR);

  assert.deepEqual([news.result.absent, whole.result.absent], [0, 4]);
  assert.deepEqual(await mirror.statuses(JAR), [200]);
});

test('bytes that are altered on their way, sums and all, are refused; those that come through later are taken', async (t) => {
  const pair = await startPair(t);
  const { upstream, mirror } = pair;
  const evil: Record<string, string> = { [JAR]: 'evil', [`${JAR}.sha1`]: '98bd41cd3d5bee74f7eabbdd9cfb4d7cd9c2d9a3' };
  pair.between = (path, _request, response) => {
    if (evil[path] === undefined) return false;
    response.end(evil[path]);
    return true;
  };
  const altered = await mirror.sync();
  pair.between = () => false;
  const clean = await mirror.syncLater(25 * HOUR);

  assert.deepEqual([altered.exit, altered.result.rejected], [1, [{ path: JAR, verdict: 'checksum-mismatch' }]]);
  assert.deepEqual([clean.exit, clean.result.rejected], [0, []]);
  assert.equal(publishedText(mirror, JAR), publishedText(upstream, JAR));
});

test('whoever answers with another key, or with what was before, changes nothing here', async (t) => {
  const pair = await startPair(t);
  const { upstream, mirror } = pair;
  await mirror.sync();
  const old = (await upstream.get('-/inventory')).text;
  upstream.origin.release('tool', '2.0');
  await upstream.sync();
  await mirror.sync();
  pair.between = (path, _request, response) => path === '-/inventory' && response.end(old) !== undefined;
  const replayed = await mirror.sync();
  pair.between = () => false;
  const own = await mirror.verb<EnrollResult>('enroll');
  pair.pin(own.result.public_key);
  const foreign = await mirror.sync();

  for (const [told, words] of [
    [replayed, /went back from generation 2 to 1/],
    [foreign, /not signed with a key of that installation/],
  ] as const) {
    assert.deepEqual([told.exit, told.problems[0]?.code], [3, 'source-protocol']);
    assert.match(told.problems[0]?.sentence ?? '', words);
  }
  assert.deepEqual(await mirror.statuses(JAR), [200]);
});

test('an upstream with another database is listed anew, and what it lost with the old one is only absent', async (t) => {
  const { upstream, mirror } = await startPair(t);
  await mirror.sync();
  upstream.origin.release('tool', '2.0');
  await upstream.sync();
  {
    // As `assay restore` leaves it.
    using rooms = openRooms(foldersOf(upstream.data), 2 ** 30);
    rooms.database.exec(
      `UPDATE inventory_generation SET lineage = '${randomUUID()}', files = files - 1; DELETE FROM inventory_row WHERE path = '${JAR}'`,
    );
  }

  const { exit, result } = await mirror.sync();

  assert.deepEqual([exit, result.listed, result.added, result.absent], [0, 9, 4, 1]);
  assert.deepEqual(await mirror.statuses(JAR), [200]);
});
