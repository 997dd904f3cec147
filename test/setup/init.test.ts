import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainOptions } from '../../src/config/explain.ts';
import { type Loaded, readConfig } from '../../src/config/load.ts';
import { type InitAnswers, mirrorConfig } from '../../src/setup/init.ts';

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
  const { text } = mirrorConfig(OPEN, explainOptions());
  const short = `name: mirror.example.org
contact: ops@example.org
source: { url: "rsync://origin.example.org/repo/" }
serve: { tls: { certificate: /etc/assay/tls/fullchain.pem, key: /etc/assay/tls/key.pem } }
`;

  assert.deepEqual(configOf(readConfig(text, {})), configOf(readConfig(short, {})));
});

test('every key of a mirror stands in it with a comment', () => {
  const { text } = mirrorConfig(OPEN, explainOptions());

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

  const { text, placeholders } = mirrorConfig(answers, explainOptions());

  const config = configOf(readConfig(text, {}));
  assert.deepEqual(placeholders, []);
  assert.equal(config.serve?.plain_http, true);
  assert.equal(config.serve?.tls, null);
  assert.equal(config.data, '/srv/m');
});

function configOf(loaded: Loaded) {
  if (loaded.kind !== 'config') assert.fail(JSON.stringify(loaded.faults));
  return loaded.config;
}
