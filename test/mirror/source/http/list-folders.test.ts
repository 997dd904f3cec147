import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { temporaryFolder } from '../../../support/folder.ts';
import { needs } from '../../../support/needs.ts';
import { startNginx } from '../../../support/nginx.ts';
import { AT, webOrigin, webSource } from './http-source.ts';

const TREE = {
  'g/a/1.0+x/a-1.0+x.jar': 'jar',
  'g/a/1.0+x/a-1.0+x.pom': '<project/>',
  'g/a/maven-metadata.xml': '<metadata/>',
  'g/b/ü ~(1).txt': 'text',
  'g/index.html': '<html>',
};

function layTree(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    utimesSync(join(folder, path), AT / 1000 + 5, AT / 1000 + 5);
  }
}

test('the pages of a real nginx are listed to the last folder, as HTML and as JSON', async (t) => {
  if (!needs(t, 'nginx')) return;
  const folder = temporaryFolder(t);
  layTree(folder, TREE);
  const nginx = await startNginx(
    t,
    `root ${folder}; index nothing; autoindex on; location /json/ { alias ${folder}/; autoindex_format json; }`,
  );

  const html = await webSource(t, nginx.url).list();
  const json = await webSource(t, `${nginx.url}json`).list();

  assert.equal(html.outcome.kind, 'complete');
  assert.deepEqual(
    html.files.map(({ path, size, mtime }) => [path, size, mtime]),
    [
      ['g/a/1.0+x/a-1.0+x.jar', 3, AT],
      ['g/a/1.0+x/a-1.0+x.pom', 10, AT],
      ['g/a/maven-metadata.xml', 11, AT],
      ['g/b/ü ~(1).txt', 4, AT],
    ],
  );
  assert.deepEqual(
    json.files.map(({ path, mtime }) => [path, mtime]),
    html.files.map(({ path }) => [path, AT + 5000]),
  );
});

test('a file that is held is listed as it is held, as long as the page does not contradict it', async (t) => {
  if (!needs(t, 'nginx')) return;
  const folder = temporaryFolder(t);
  layTree(folder, TREE);
  const nginx = await startNginx(t, `root ${folder}; index nothing; autoindex on;`);
  const web = webSource(t, nginx.url, { includedPrefixes: ['g/a'] });
  web.held.set('g/a/1.0+x/a-1.0+x.jar', { size: 3, mtime: AT + 5000, md5: null });
  web.held.set('g/a/1.0+x/a-1.0+x.pom', { size: 9, mtime: AT + 5000, md5: null });

  const { files } = await web.list();

  assert.deepEqual(
    files.map(({ size, mtime }) => [size, mtime]),
    [
      [3, AT + 5000],
      [10, AT],
      [11, AT],
    ],
  );
});

const page = (...names: string[]) =>
  `<title>Index of /</title>${names.map((name) => `<a href="${name}">${name}</a>`).join('\n')}`;

test('where pages give names alone, only what may have changed its bytes is asked for', async (t) => {
  const origin = await webOrigin(t, {
    '': page('g/'),
    'g/': page('a/'),
    'g/a/': page('1.0/', 'maven-metadata.xml'),
    'g/a/1.0/': page('a-1.0.jar'),
    'g/a/1.0/a-1.0.jar': 'jar',
    'g/a/maven-metadata.xml': '<metadata/>',
  });
  const web = webSource(t, origin.url);
  web.held.set('g/a/1.0/a-1.0.jar', { size: 77, mtime: 1000, md5: null });
  web.held.set('g/a/maven-metadata.xml', { size: 11, mtime: 1000, md5: null });

  const { files } = await web.list();

  assert.deepEqual(
    files.map(({ path, size, mtime }) => [path, size, mtime]),
    [
      ['g/a/1.0/a-1.0.jar', 77, 1000],
      ['g/a/maven-metadata.xml', 11, AT],
    ],
  );
  assert.deepEqual(
    origin.asked.filter((line) => line.startsWith('HEAD')),
    ['HEAD g/a/maven-metadata.xml'],
  );
});

test('a folder that cannot be read makes the listing partial; a root that is no listing makes it none', async (t) => {
  const origin = await webOrigin(t, {
    '': page('g/', 'closed/', 'portal/'),
    'g/': page('x.txt'),
    'portal/': '<html><a href="login">Log in</a>',
  });
  origin.misbehave = (path, _request, response) => {
    if (path !== 'closed/') return false;
    response.writeHead(403).end();
    return true;
  };

  const partial = await webSource(t, origin.url).list();
  const portal = await webSource(t, `${origin.url}portal/`).list();
  const nothing = await webSource(t, `${origin.url}nothing/`).list();

  assert.equal(partial.outcome.kind, 'partial');
  assert.deepEqual(partial.outcome.kind === 'partial' && [...partial.outcome.unreadable].sort(), ['closed', 'portal']);
  assert.deepEqual(
    [portal, nothing].map(({ outcome }) =>
      outcome.kind === 'trouble' ? [outcome.trouble, outcome.sentence] : outcome,
    ),
    [
      ['protocol', `${origin.url}portal/: it shows no directory pages; another \`mode\` may do.`],
      ['refused', `${origin.url}nothing/: there is no repository.`],
    ],
  );
});

test('an origin whose pages lead in circles is left', async (t) => {
  const origin = await webOrigin(t);
  origin.misbehave = (path, _request, response) => {
    if (!path.endsWith('/') && path !== '') return false;
    response.end(page('deeper/'));
    return true;
  };

  const { outcome } = await webSource(t, origin.url).list();

  assert.equal(outcome.kind === 'trouble' && outcome.trouble, 'too-large');
});

test('a root that is the page of a bucket is swept like one', async (t) => {
  const keys = Array.from({ length: 25 }, (_, index) => `g/a/${String(index).padStart(2, '0')}+x.jar`);
  const origin = await webOrigin(t);
  origin.misbehave = (path, request, response) => {
    if (path !== '') return false;
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    const behind = keys.filter((key) => key > (query.get('start-after') ?? ''));
    const count = Math.min(10, Number(query.get('max-keys') ?? '10'));
    const entries = behind
      .slice(0, count)
      .map(
        (key) =>
          `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>2026-11-21T01:30:00.000Z</LastModified><ETag>"5d41402abc4b2a76b9719d911017c592"</ETag><Size>5</Size></Contents>`,
      );
    response.end(
      `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${behind.length > count}</IsTruncated>${entries.join('')}</ListBucketResult>`,
    );
    return true;
  };

  const { outcome, files } = await webSource(t, origin.url).list();

  assert.equal(outcome.kind, 'complete');
  assert.deepEqual(
    files.map(({ path }) => path),
    keys,
  );
  assert.equal(files[0]?.md5, '5d41402abc4b2a76b9719d911017c592');
});
