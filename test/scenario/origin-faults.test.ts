// What an origin over the network does wrong, from the command line to what is served: the next source is taken, nothing is concluded from half an
// answer, nothing wrong is published, and the first source is gone back to by itself.

import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import test, { type TestContext } from 'node:test';
import { DAY, MINUTE } from '../../src/host/clock.ts';
import { clojarsTwin, type TwinUnderTest } from '../support/clojars-twin.ts';
import { type Mirror, metadataText, publishedText, startMirror } from '../support/mirror.ts';

interface Faulty {
  readonly twin: TwinUnderTest;
  readonly mirror: Mirror;
  /** Runs a pass. Retries take no time. */
  pass(): ReturnType<Mirror['syncLater']>;
  /** Requests for a page of keys since the last pass began. */
  pages(): number;
  /** Asked before each page of keys; true when it has answered itself. */
  onPage: (count: number, request: IncomingMessage, response: ServerResponse) => boolean;
}

/** Bucket first, CDN behind it; the bucket gives four keys a page. */
async function faulty(t: TestContext): Promise<Faulty> {
  const twin = await clojarsTwin(t);
  twin.deploy('tool', ['1.0']);
  twin.deploy('other', ['1.0']);
  twin.refresh(Date.now());
  let pages = 0;
  twin.interfere = (part, request, response) => {
    const url = new URL(request.url ?? '/', twin.endpoint);
    if (part !== 'bucket' || !url.searchParams.has('list-type')) return false;
    pages += 1;
    url.searchParams.set('max-keys', '4');
    request.url = url.pathname + url.search;
    return made.onPage(pages, request, response);
  };
  const source = [
    {
      kind: 's3',
      url: `s3://${twin.bucket}/`,
      endpoint: twin.endpoint,
      path_style: true,
      min_free_gib: 0,
      connections: 1,
    },
    { kind: 'http', mode: 'feeds', url: twin.cdn, requests_per_second: 0, min_free_gib: 0 },
  ];
  const mirror = await startMirror(t, { sections: { source } });
  let later = 0;
  const made: Faulty = {
    twin,
    mirror,
    pass: () => {
      pages = 0;
      later += MINUTE;
      return mirror.syncLater(later);
    },
    pages: () => pages,
    onPage: () => false,
  };
  return made;
}

const JAR = 'org/example/tool/1.0/tool-1.0.jar';
const NEXT = 'org/example/tool/2.0/tool-2.0.jar';
const METADATA = 'org/example/tool/maven-metadata.xml';

const FAULTS: readonly (readonly [string, (answer: ServerResponse) => void])[] = [
  ['turns private', (answer) => void answer.writeHead(403, { 'content-type': 'application/xml' }).end('<Error/>')],
  ['asks for fewer requests', (answer) => void answer.writeHead(429, { 'retry-after': '3600' }).end()],
  ['answers a web page', (answer) => void answer.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome')],
  ['sends half a page', (answer) => void answer.writeHead(200).end('<ListBucketResult><IsTruncated>true</IsTru')],
];

for (const [fault, answer] of FAULTS) {
  test(`a bucket that ${fault} in the middle of a sweep: the CDN is read, nothing is absent, and then the bucket again`, async (t) => {
    const origin = await faulty(t);
    const { twin, mirror } = origin;
    await origin.pass();
    twin.deploy('tool', ['1.0', '2.0']);
    twin.refresh(Date.now());
    origin.onPage = (count, _request, response) => {
      if (count < 3) return false;
      answer(response);
      return true;
    };

    const without = await origin.pass();
    const servedMeanwhile = await mirror.statuses(JAR, NEXT);
    origin.onPage = () => false;
    const back = await origin.pass();

    assert.deepEqual([without.exit, without.result.added, without.result.absent], [0, 6, 0], JSON.stringify(without));
    assert.deepEqual(servedMeanwhile, [200, 200]);
    assert.equal(back.exit, 0);
    // Its whole listing is read again, and it has nothing that is not here.
    assert.ok(origin.pages() > 3, `${origin.pages()}`);
    assert.deepEqual([back.result.listed, back.result.added, back.result.absent], [24, 0, 0]);
  });
}

test('pages that repeat, and pages that leave keys out, are no listing: nothing is absent', async (t) => {
  const origin = await faulty(t);
  await origin.pass();
  const again = (change: (after: string) => string): Faulty['onPage'] => {
    return (count, request) => {
      const url = new URL(request.url ?? '/', origin.twin.endpoint);
      if (count < 3) return false;
      url.searchParams.delete('continuation-token');
      url.searchParams.set('start-after', change(url.searchParams.get('start-after') ?? ''));
      request.url = url.pathname + url.search;
      return false;
    };
  };

  origin.onPage = again(() => '');
  const repeated = await origin.pass();
  origin.onPage = again(() => 'org/example/tool/1.0/tool-1.0.jar');
  const skipped = await origin.pass();

  assert.deepEqual([repeated.exit, repeated.result.absent], [0, 0]);
  assert.deepEqual([skipped.exit, skipped.result.absent], [0, 0]);
});

test('what is replaced while it is listed is published in one state or the other, and settles with the next pass', async (t) => {
  const origin = await faulty(t);
  const { twin, mirror } = origin;
  await origin.pass();
  let isReplaced = false;
  origin.onPage = () => {
    if (origin.pages() > 3 && !isReplaced) {
      isReplaced = true;
      twin.put(METADATA, metadataText('tool', ['1.0', '1.0.1'], '20261102000000'), 5 * DAY);
      twin.put(JAR, 'other bytes');
    }
    return false;
  };

  const during = await origin.pass();
  const first = [publishedText(mirror, JAR), publishedText(mirror, `${JAR}.sha1`)];
  const after = await origin.pass();

  assert.ok(isReplaced);
  assert.equal(first[0], 'tool 1.0');
  assert.equal(publishedText(mirror, JAR), 'tool 1.0');
  for (const { result } of [during, after]) assert.equal(result.removed, 0);
  assert.deepEqual(
    after.result.rejected.filter(({ path }) => path === JAR),
    [{ path: JAR, verdict: 'immutable-changed' }],
  );
});

test('a page of the CDN where a jar or its sum should be is never published', async (t) => {
  const origin = await faulty(t);
  const { twin, mirror } = origin;
  twin.lose('bucket');
  const before = twin.interfere;
  let isCaptive = true;
  twin.interfere = (part, request, response) => {
    const isFile = part === 'cdn' && /\.(?:jar|sha1|md5)$/.test(request.url ?? '');
    if (!isFile || !isCaptive) return before(part, request, response);
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!DOCTYPE html><html><body>Please log in</body></html>');
    return true;
  };

  const captive = await origin.pass();
  const held = publishedText(mirror, JAR);
  isCaptive = false;
  const free = await mirror.syncLater(2 * DAY);

  assert.equal(held, null);
  assert.notEqual(captive.exit, 3);
  assert.equal(publishedText(mirror, JAR), 'tool 1.0');
  assert.equal(free.exit, 0, JSON.stringify(free));
});
