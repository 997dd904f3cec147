import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { clojarsTwin } from '../../../support/clojars-twin.ts';
import { type WebSource, webSource } from './http-source.ts';

const A = 'org/example/a';
const FILES_OF_A = [
  `${A}/1.0/a-1.0.jar`,
  `${A}/1.0/a-1.0.jar.md5`,
  `${A}/1.0/a-1.0.jar.sha1`,
  `${A}/1.0/a-1.0.pom`,
  `${A}/1.0/a-1.0.pom.md5`,
  `${A}/1.0/a-1.0.pom.sha1`,
  `${A}/maven-metadata.xml`,
  `${A}/maven-metadata.xml.md5`,
  `${A}/maven-metadata.xml.sha1`,
];

/** The POM of a version is held: the version is no news. */
function hold(web: WebSource, ...poms: string[]): void {
  for (const pom of poms) web.held.set(pom, { size: 1, mtime: 1000, md5: null });
}

test('the versions that all-poms names and that are not held are listed whole, with their metadata', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0']);
  twin.deploy('b', ['1.0']);
  twin.refresh(Date.now());
  const web = webSource(t, twin.cdn, { mode: 'feeds' });
  hold(web, 'org/example/b/1.0/b-1.0.pom');

  const { outcome, files } = await web.list();

  assert.deepEqual(
    files.map(({ path }) => path),
    FILES_OF_A,
  );
  assert.equal(outcome.kind, 'news');
});

test('the same feed has no news, and a new one only what is new in it', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0']);
  twin.refresh(Date.now());
  const web = webSource(t, twin.cdn, { mode: 'feeds' });
  const first = await web.list();
  const since = first.outcome.kind === 'news' ? first.outcome.cursor : null;
  const before = twin.asked('feeds');

  const same = await web.list({ since });
  const asked = twin.asked('feeds') - before;
  hold(web, `${A}/1.0/a-1.0.pom`);
  twin.deploy('c', ['2.0']);
  twin.refresh(Date.now());
  const more = await web.list({ since });

  assert.deepEqual([same.files, asked], [[], 1]);
  assert.deepEqual(
    more.files.filter(({ path }) => path.endsWith('.pom')).map(({ path }) => path),
    ['org/example/c/2.0/c-2.0.pom'],
  );
});

test('without directory pages a version is found by asking for the names that it usually has', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0']);
  twin.refresh(Date.now());
  twin.interfere = (_part, request, response) => {
    if (request.url?.endsWith('/') !== true) return false;
    response.writeHead(404).end();
    return true;
  };

  const { files } = await webSource(t, twin.cdn, { mode: 'feeds' }).list();

  assert.deepEqual(
    files.map(({ path }) => path),
    FILES_OF_A,
  );
  assert.deepEqual(
    files.map(({ size }) => size > 0),
    files.map(() => true),
  );
});

test('a directory page that is older than the version is not believed', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0']);
  twin.refresh(Date.now());
  const old = readFileSync(join(twin.folder, 'index.html'));
  twin.interfere = (_part, request, response) => {
    if (request.url !== `/${A}/1.0/`) return false;
    response.end(old);
    return true;
  };

  const { files } = await webSource(t, twin.cdn, { mode: 'feeds' }).list();

  assert.deepEqual(
    files.map(({ path }) => path),
    FILES_OF_A,
  );
});

test('a feed beside the sum of the hour before is read again, and taken when they belong together', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0']);
  twin.refresh(Date.now());
  let stale = 3;
  twin.interfere = (_part, request, response) => {
    if (request.url !== '/all-poms.txt.gz.sha1' || stale === 0) return false;
    stale -= 1;
    response.end('0'.repeat(40));
    return true;
  };

  const { files } = await webSource(t, twin.cdn, { mode: 'feeds' }).list();

  assert.equal(files.length, FILES_OF_A.length);
});

test('a feed that never fits its sum, and one that was cut, are no listing', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0']);
  twin.refresh(Date.now());
  const cut = gzipSync(`./${A}/1.0/a-1.0.pom\n`.repeat(5000)).subarray(0, -20);
  const answers: Record<string, string | Buffer | null> = { '/all-poms.txt.gz.sha1': '0'.repeat(40) };
  twin.interfere = (_part, request, response) => {
    const answer = answers[request.url ?? ''];
    if (answer === undefined) return false;
    if (answer === null) response.writeHead(404);
    response.end(answer ?? undefined);
    return true;
  };

  const wrong = await webSource(t, twin.cdn, { mode: 'feeds' }).list();
  answers['/all-poms.txt.gz.sha1'] = null;
  answers['/all-poms.txt.gz'] = cut;
  const half = await webSource(t, twin.cdn, { mode: 'feeds' }).list();

  assert.deepEqual(
    [wrong, half].map(({ outcome }) => outcome.kind === 'trouble' && outcome.trouble),
    ['busy', 'protocol'],
  );
});

test('where all-poms is missing the versions of feed.clj are taken', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0']);
  twin.refresh(Date.now());
  twin.interfere = (_part, request, response) => {
    if (request.url?.startsWith('/all-poms') !== true) return false;
    response.writeHead(404).end();
    return true;
  };

  const { files } = await webSource(t, twin.cdn, { mode: 'feeds' }).list();

  assert.deepEqual(
    files.map(({ path }) => path),
    FILES_OF_A,
  );
});

test('an origin without feeds is told to be one', async (t) => {
  const twin = await clojarsTwin(t);

  const { outcome } = await webSource(t, twin.cdn, { mode: 'feeds' }).list();

  assert.equal(outcome.kind === 'trouble' && outcome.trouble, 'refused');
  assert.match(
    outcome.kind === 'trouble' ? outcome.sentence : '',
    /none of the feeds all-poms\.txt\.gz, feed\.clj\.gz; another `mode` may do/,
  );
});

test('only what is wanted is asked for', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0']);
  twin.deploy('b', ['1.0']);
  twin.refresh(Date.now());

  const included = await webSource(t, twin.cdn, { mode: 'feeds', includedPrefixes: ['org/example/b'] }).list();
  const excluded = await webSource(t, twin.cdn, { mode: 'feeds', excludedPrefixes: ['org/example/b'] }).list();

  assert.ok(included.files.length > 0 && included.files.every(({ path }) => path.startsWith('org/example/b/')));
  assert.deepEqual(
    excluded.files.map(({ path }) => path),
    FILES_OF_A,
  );
});
