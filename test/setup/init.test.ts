import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainOptions } from '../../src/config/explain.ts';
import { type Loaded, readConfig } from '../../src/config/load.ts';
import { estimateLines, firstConfig, type InitAnswers, KNOWN_ORIGINS } from '../../src/setup/init.ts';

const OPEN: InitAnswers = {
  name: 'mirror.example.org',
  contact: null,
  source: null,
  data: null,
  listen: null,
  certificate: null,
  key: null,
};

test('the file loads, and its keys are just what a file without them has', () => {
  const { text } = firstConfig('mirror', OPEN, explainOptions());
  const short = `name: mirror.example.org
contact: ops@example.org
source: { url: "rsync://origin.example.org/repo/" }
serve: { tls: { certificate: /etc/assay/tls/fullchain.pem, key: /etc/assay/tls/key.pem } }
`;

  assert.deepEqual(configOf(readConfig(text, {})), configOf(readConfig(short, {})));
});

test('that of a primary is that of a mirror which also crawls, tells and takes reports', () => {
  const { text } = firstConfig('primary', OPEN, explainOptions());
  const short = `name: mirror.example.org
contact: ops@example.org
source: { url: "rsync://origin.example.org/repo/" }
serve: { tls: { certificate: /etc/assay/tls/fullchain.pem, key: /etc/assay/tls/key.pem } }
crawl: {}
primary: {}
`;

  assert.deepEqual(configOf(readConfig(text, {})), configOf(readConfig(short, {})));
});

test('every key of a mirror stands in it with a comment', () => {
  const { text } = firstConfig('mirror', OPEN, explainOptions());

  const sections = ['source', 'removal', 'verify', 'serve', 'serve.tls', 'serve.limits', 'serve.slow_ms'];
  for (const { key } of explainOptions()) {
    const parent = key.split('.').slice(0, -1).join('.');
    if (!sections.includes(parent) || key.includes('[')) continue;
    assert.match(text, new RegExp(`# .+\\n *${key.split('.').at(-1)}:`), key);
  }
});

test('on loopback alone it is plain HTTP, and nothing has to be changed when all was told', () => {
  const answers = {
    ...OPEN,
    contact: 'a@b',
    source: 'rsync://o.example/m/',
    data: '/srv/m',
    listen: ['127.0.0.1:8080'],
  };

  const { text, placeholders } = firstConfig('mirror', answers, explainOptions());

  const config = configOf(readConfig(text, {}));
  assert.deepEqual(placeholders, []);
  assert.equal(config.serve?.plain_http, true);
  assert.equal(config.serve?.tls, null);
  assert.equal(config.data, '/srv/m');
});

test('the kind of a source is that of its address', () => {
  const kinds = ['rsync://o.example/m/', 's3://bucket/', 'https://o.example/maven2/'].map((source) => {
    const { text } = firstConfig('mirror', { ...OPEN, source }, explainOptions());
    return configOf(readConfig(text, {})).source[0]?.kind;
  });

  assert.deepEqual(kinds, ['rsync', 's3', 'http']);
});

function configOf(loaded: Loaded) {
  if (loaded.kind !== 'config') assert.fail(JSON.stringify(loaded.faults));
  return loaded.config;
}

test('a mirror of Clojars reads the bucket first and the CDN by its feeds when that fails, with what it costs beside it', () => {
  const clojars = KNOWN_ORIGINS.clojars ?? null;
  assert.ok(clojars !== null);

  const { text, placeholders } = firstConfig('mirror', { ...OPEN, of: clojars }, explainOptions());

  const config = configOf(readConfig(text, {}));
  assert.deepEqual(
    config.source.map(({ kind, mode, url, release_feed: feed }) => [kind, mode, url, feed]),
    [
      ['s3', null, 's3://clojars-repo-production/', 'https://clojars.org/api/release-feed'],
      ['http', 'feeds', 'https://repo.clojars.org/', 'https://clojars.org/api/release-feed'],
    ],
  );
  assert.equal(config.serve?.deploy_at, 'https://repo.clojars.org/');
  assert.deepEqual(placeholders, ['contact', 'serve.tls.certificate', 'serve.tls.key']);
  for (const line of estimateLines(clojars)) assert.ok(text.replaceAll(/\n# /g, ' ').includes(line), line);
});
