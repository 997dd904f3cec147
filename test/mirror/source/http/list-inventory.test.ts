// A mirror of a mirror: real pages of a real inventory, signed, shown by an upstream that may be replaced, set back, or lied about on the way.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { DAY, systemClock } from '../../../../src/host/clock.ts';
import { makePage } from '../../../../src/mirror/inventory/page.ts';
import { type InstallationKey, makeKey } from '../../../../src/operator/key.ts';
import { type Laid, layInventory, MTIME, pendingRow, sha256 } from '../../inventory/laid.ts';
import { type WebOrigin, type WebSource, webOrigin, webSource } from './http-source.ts';

interface Upstream {
  readonly origin: WebOrigin;
  /** What answers from now on. */
  laid: Laid;
  key: InstallationKey | null;
  /** Rows of a page, at most. */
  count: number;
  /** Called before each page is made. */
  onAsk: (asked: number) => void;
  now: () => number;
}

async function upstreamOf(t: TestContext, laid: Laid = layInventory(t)): Promise<Upstream> {
  const origin = await webOrigin(t);
  const key = makeKey(join(laid.folder, 'upstream.key'));
  const upstream: Upstream = { origin, laid, key, count: 2000, onAsk: () => undefined, now: systemClock.now };
  let asked = 0;
  origin.misbehave = (path, request, response) => {
    if (path !== '-/inventory') return false;
    asked += 1;
    upstream.onAsk(asked);
    const query = new URL(request.url ?? '', origin.url).searchParams;
    const page = makePage(
      upstream.laid.inventory,
      {
        name: 'up.example.org',
        now: upstream.now(),
        after: query.get('after'),
        path: null,
        prefix: query.get('prefix'),
        count: Math.min(upstream.count, Number(query.get('count'))),
      },
      upstream.key,
    );
    if (page.kind === 'void') response.writeHead(410).end();
    else response.writeHead(200).end(page.body);
    return true;
  };
  return upstream;
}

function downstream(t: TestContext, { origin, key }: Upstream): WebSource {
  return webSource(t, origin.url, { mode: 'inventory', publicKey: key?.publicKey ?? null });
}

const JAR = 'g/a/1.0/a-1.0.jar';
const NEXT = 'g/a/2.0/a-2.0.jar';

function cursorOf(outcome: Awaited<ReturnType<WebSource['list']>>['outcome']): string {
  assert.ok(outcome.kind === 'complete' || outcome.kind === 'news', JSON.stringify(outcome));
  return outcome.cursor ?? '';
}

function sentenceOf(outcome: Awaited<ReturnType<WebSource['list']>>['outcome']): string {
  assert.equal(outcome.kind, 'trouble', JSON.stringify(outcome));
  return outcome.kind === 'trouble' ? outcome.sentence : '';
}

test('all of it is listed with the digests of its files, over pages, and then only what is new', async (t) => {
  const upstream = await upstreamOf(t);
  upstream.count = 2;
  upstream.laid.admit([pendingRow(JAR, 'one'), pendingRow(`${JAR}.sha1`, 'sum'), pendingRow('g/b', 'b')], 1);
  upstream.laid.retire(['g/b'], 2);
  const mirror = downstream(t, upstream);

  const all = await mirror.list();
  const same = await mirror.list({ known: all.outcome.kind === 'complete' ? all.outcome.fingerprint : '' });
  upstream.laid.admit([pendingRow(NEXT, 'two')], 3);
  const news = await mirror.list({ since: cursorOf(all.outcome) });
  const nothing = await mirror.list({ since: cursorOf(news.outcome) });

  assert.equal(all.outcome.kind, 'complete');
  assert.deepEqual(all.files, [
    { path: JAR, size: 3, mtime: MTIME, sha256: sha256('one') },
    { path: `${JAR}.sha1`, size: 3, mtime: MTIME, sha256: sha256('sum') },
  ]);
  assert.ok(same.outcome.kind === 'complete' && same.outcome.isKnown);
  assert.deepEqual([news.outcome.kind, news.files.map(({ path }) => path)], ['news', [NEXT]]);
  assert.deepEqual([nothing.outcome.kind, nothing.files], ['news', []]);
});

test('what waits is told again beside the news, and only that', async (t) => {
  const upstream = await upstreamOf(t);
  const metadata = 'g/a/maven-metadata.xml';
  const paths = [JAR, `${JAR}.sha1`, 'g/a/1.0.1/a-1.0.1.jar', metadata, `${metadata}.sha1`, `${metadata}-old`];
  upstream.laid.admit(paths.map((path) => pendingRow(path, path)));
  const mirror = downstream(t, upstream);
  const { outcome } = await mirror.list();

  const due = [
    { unit: 'g/a/1.0', unitKind: 'version' as const },
    { unit: metadata, unitKind: 'metadata' as const },
  ];
  const { files } = await mirror.list({ since: cursorOf(outcome), due });

  assert.deepEqual(
    files.map(({ path }) => path),
    [JAR, `${JAR}.sha1`, metadata, `${metadata}.sha1`],
  );
});

test('rows of a pass that is under way there are left to the next listing, and nothing is concluded of what is missing', async (t) => {
  const upstream = await upstreamOf(t);
  upstream.laid.admit([pendingRow(JAR, 'one')], 1);
  upstream.laid.admit([pendingRow(NEXT, 'two')], 2, 'open');
  const mirror = downstream(t, upstream);

  const during = await mirror.list();
  upstream.laid.admit([pendingRow('g/a/1.9/a-1.9.jar', 'late')], 2);
  const after = await mirror.list({ since: cursorOf(during.outcome) });

  assert.deepEqual([during.outcome.kind, during.files.map(({ path }) => path)], ['news', [JAR]]);
  assert.deepEqual(
    after.files.map(({ path }) => path),
    ['g/a/1.9/a-1.9.jar', NEXT],
  );
});

test('a tree that changes while it is listed is told whole, and no absence follows', async (t) => {
  const upstream = await upstreamOf(t);
  upstream.count = 1;
  upstream.laid.admit([pendingRow(JAR, 'one'), pendingRow(NEXT, 'two')], 1);
  upstream.onAsk = (asked) => {
    if (asked === 2) upstream.laid.admit([pendingRow(JAR, 'two')], 2);
  };
  const mirror = downstream(t, upstream);

  const { outcome, files } = await mirror.list();

  assert.equal(outcome.kind, 'news');
  assert.deepEqual(new Set(files.map(({ path }) => path)), new Set([JAR, NEXT]));
});

test('pages that leave some out are not believed, though each is signed', async (t) => {
  const upstream = await upstreamOf(t);
  upstream.laid.admit([pendingRow(JAR, 'one'), pendingRow(NEXT, 'two')], 1);
  const mirror = downstream(t, upstream);
  const { misbehave } = upstream.origin;
  // A page that answers another question than ours.
  upstream.origin.misbehave = (path, request, response) => {
    request.url = `/-/inventory?count=9&prefix=${JAR}`;
    return misbehave(path, request, response);
  };

  const { outcome } = await mirror.list();

  assert.match(sentenceOf(outcome), /its pages have 1 files, and it says that there are 2/);
});

test('only pages that the pinned key has signed count', async (t) => {
  const upstream = await upstreamOf(t);
  upstream.laid.admit([pendingRow(JAR, 'one')], 1);
  const mirror = downstream(t, upstream);
  upstream.key = null;
  const unsigned = await mirror.list();
  upstream.key = makeKey(join(upstream.laid.folder, 'other.key'));
  const foreign = await mirror.list();

  for (const { outcome, files } of [unsigned, foreign]) {
    assert.match(sentenceOf(outcome), /not signed with a key of that installation/);
    assert.deepEqual(files, []);
  }
});

test('another database there is read from its beginning; the one before it does not come back', async (t) => {
  const upstream = await upstreamOf(t);
  upstream.laid.admit([pendingRow(JAR, 'one')], 5);
  const former = upstream.laid;
  const mirror = downstream(t, upstream);
  const before = await mirror.list();
  upstream.laid = layInventory(t);
  upstream.laid.admit([pendingRow(JAR, 'one'), pendingRow(NEXT, 'two')], 1);

  const restored = await mirror.list({ since: cursorOf(before.outcome) });
  upstream.laid = former;
  const replayed = await mirror.list({ since: cursorOf(restored.outcome) });

  assert.deepEqual([restored.outcome.kind, restored.files.length], ['complete', 2]);
  assert.match(sentenceOf(replayed.outcome), /a database that the upstream has given up/);
});

test('an inventory that goes back is not followed, over restarts of ours too', async (t) => {
  const upstream = await upstreamOf(t);
  upstream.laid.admit([pendingRow(JAR, 'one')], 5);
  const mirror = downstream(t, upstream);
  const before = await mirror.list();
  upstream.laid.database.exec(
    'UPDATE inventory_generation SET generation = 4; UPDATE inventory_row SET generation = 4',
  );

  const news = await mirror.list({ since: cursorOf(before.outcome) });
  const anew = await mirror.list();

  for (const { outcome } of [news, anew]) assert.match(sentenceOf(outcome), /went back from generation 5 to 4/);
});

test('a page of days ago is an old page, whoever signed it', async (t) => {
  const upstream = await upstreamOf(t);
  upstream.laid.admit([pendingRow(JAR, 'one')], 1);
  upstream.now = () => systemClock.now() - 3 * DAY;

  const { outcome } = await downstream(t, upstream).list();

  assert.match(sentenceOf(outcome), /was signed 72 hours ago/);
});

test('where no assay answers the sentence says so', async (t) => {
  const upstream = await upstreamOf(t);
  upstream.origin.misbehave = () => false;

  const { outcome } = await downstream(t, upstream).list();

  assert.match(sentenceOf(outcome), /\/-\/inventory: there is nothing \(status 404\)/);
});

test('folders that are left out are not told', async (t) => {
  const upstream = await upstreamOf(t);
  const paths = ['g/a/1.0/a-1.0.jar', 'g/b/1.0/b-1.0.jar', 'h/c/1.0/c-1.0.jar', '.meta/assay/x'];
  upstream.laid.admit(paths.map((path) => pendingRow(path, path)));
  const { key, origin } = upstream;
  const mirror = webSource(t, origin.url, {
    ...{ mode: 'inventory', publicKey: key?.publicKey ?? null },
    ...{ includedPrefixes: ['g'], excludedPrefixes: ['g/b'] },
  });

  const { outcome, files } = await mirror.list();

  assert.deepEqual([outcome.kind, files.map(({ path }) => path)], ['complete', ['g/a/1.0/a-1.0.jar']]);
});
