import assert from 'node:assert/strict';
import test from 'node:test';
import { DAY, HOUR, isoTime, MINUTE } from '../../../../src/host/clock.ts';
import { clojarsTwin } from '../../../support/clojars-twin.ts';
import { webSource } from './http-source.ts';

const POM = (name: string, version: string) => `org/example/${name}/${version}/${name}-${version}.pom`;

function poms(files: readonly { readonly path: string }[]): string[] {
  return files.map(({ path }) => path).filter((path) => path.endsWith('.pom'));
}

test('between two listings of everything only what the release feed names is listed', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0'], 3 * HOUR);
  twin.refresh(Date.now());
  const web = webSource(t, twin.cdn, { mode: 'listing', releaseFeed: twin.releaseFeed });
  const swept = await web.list();
  const since = swept.outcome.kind === 'complete' ? (swept.outcome.cursor ?? null) : null;
  twin.deploy('b', ['1.0', '2.0'], 0);
  twin.refresh(Date.now());

  const { outcome, files } = await web.list({ since });

  assert.deepEqual(poms(swept.files), [POM('a', '1.0')]);
  assert.equal(outcome.kind, 'news');
  assert.deepEqual(poms(files), [POM('b', '2.0')]);
  assert.ok(files.some(({ path }) => path === 'org/example/b/maven-metadata.xml.sha1'));
});

test('the cursor goes back ten minutes, by the clock of the feed and not by ours', async (t) => {
  const twin = await clojarsTwin(t);
  const feedClock = Date.now() - 5 * DAY;
  twin.interfere = (part, _request, response) => {
    if (part === 'site') response.setHeader('date', new Date(feedClock).toUTCString());
    return false;
  };
  const web = webSource(t, twin.cdn, { mode: 'release-feed', releaseFeed: twin.releaseFeed });

  const { outcome } = await web.list();

  const cursor = outcome.kind === 'news' ? Date.parse(outcome.cursor ?? '') : 0;
  assert.ok(Math.abs(feedClock - 10 * MINUTE - cursor) < 2000);
});

test('rows that end one page and begin the next in the same millisecond are all seen, each once', async (t) => {
  const twin = await clojarsTwin(t);
  const at = Date.now() - HOUR;
  // 500 rows a page: rows 499 to 502 share a time.
  for (let row = 0; row < 1100; row += 1) {
    const time = at + (row >= 499 && row <= 502 ? 499 : row);
    twin.release({ group: 'org.example', artifact: `x${row}`, version: '1', at: time });
  }
  const asked = new Set<string>();
  twin.interfere = (part, request, response) => {
    const name = /\/(x\d+)\/1\/x/.exec(request.url ?? '')?.[1];
    if (part !== 'cdn') return false;
    if (name !== undefined) asked.add(name);
    response.writeHead(404).end();
    return true;
  };
  const web = webSource(t, twin.cdn, { mode: 'release-feed', releaseFeed: twin.releaseFeed, connections: 32 });

  const { outcome } = await web.list({ since: isoTime(at - 1) });

  assert.equal(outcome.kind, 'news');
  assert.equal(asked.size, 1100);
});

test('a version that is announced and not there yet is waited for, for a day', async (t) => {
  const twin = await clojarsTwin(t);
  const at = Date.now() - HOUR;
  twin.release({ group: 'org.example', artifact: 'late', version: '1.0', at });
  twin.release({ group: 'org.example', artifact: 'deleted', version: '1.0', at: at - 2 * DAY });
  twin.release({ group: 'org.example', artifact: 'new', version: '1.0', at: Date.now() - MINUTE });
  const web = webSource(t, twin.cdn, { mode: 'release-feed', releaseFeed: twin.releaseFeed });

  const { outcome } = await web.list({ since: isoTime(at - 3 * DAY) });

  assert.equal(outcome.kind === 'news' ? outcome.cursor : null, isoTime(at - 1));
});

test('a row that is dated ahead does not carry the cursor past what is still to come', async (t) => {
  const twin = await clojarsTwin(t);
  twin.release({ group: 'org.example', artifact: 'a', version: '1.0', at: Date.now() + 400 * DAY });
  const web = webSource(t, twin.cdn, { mode: 'release-feed', releaseFeed: twin.releaseFeed });

  const { outcome } = await web.list({ since: isoTime(Date.now() - HOUR) });

  assert.ok(outcome.kind === 'news' && Date.parse(outcome.cursor ?? '') <= Date.now());
});

test('what the pass wants to see again is listed with the news, whatever it is', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0'], 5 * DAY);
  twin.put('archetype-catalog.xml', '<archetype-catalog/>');
  twin.refresh(Date.now());
  const web = webSource(t, twin.cdn, { mode: 'release-feed', releaseFeed: twin.releaseFeed });

  const { files } = await web.list({
    since: isoTime(Date.now() - HOUR),
    due: [
      { unit: 'org/example/a/1.0', unitKind: 'version' },
      { unit: 'org/example/a/maven-metadata.xml', unitKind: 'metadata' },
      { unit: 'archetype-catalog.xml', unitKind: 'loose' },
      { unit: 'gone.txt', unitKind: 'loose' },
    ],
  });

  assert.equal(files.length, 6 + 3 + 3);
});

test('while the release feed cannot be read everything is listed; a source of nothing else has a trouble then', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0']);
  twin.refresh(Date.now());
  twin.lose('site');
  const since = isoTime(Date.now() - HOUR);

  const listing = await webSource(t, twin.cdn, { releaseFeed: twin.releaseFeed }).list({ since });
  const alone = await webSource(t, twin.cdn, { mode: 'release-feed', releaseFeed: twin.releaseFeed }).list({ since });

  assert.deepEqual([listing.outcome.kind, poms(listing.files)], ['complete', [POM('a', '1.0')]]);
  assert.equal(alone.outcome.kind, 'trouble');
});
