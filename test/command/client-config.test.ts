import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { clientConfigShape } from '../../src/config/shape/client.ts';
import { envelopeShape } from '../../src/config/shape/envelope.ts';
import { commandLine } from '../support/command-line.ts';
import { fakeVerbs } from '../support/fake-verbs.ts';
import { temporaryFolder } from '../support/folder.ts';

const MIRROR = ['--mirror', 'https://mirror.example.org/'];
const ARTIFACT = { group: 'g', artifact: 'a', version: '1' };
const SHA256 = 'ab'.repeat(32);

test('client-config prints the whole file and nothing else, for Clojars where nothing is said', async () => {
  const { exit, stdout, stderr } = await commandLine(['client-config', 'maven', ...MIRROR]);

  assert.deepEqual([exit, stderr], [0, '']);
  assert.match(stdout, /^<\?xml .*<id>clojars<\/id>.*<\/settings>\n$/s);
  assert.doesNotMatch(stdout, /<id>central<\/id>/);
});

test('client-config takes repositories one by one and with commas, and tells all in its shape', async () => {
  const words = ['--repository', 'clojars', '--repository', 'central, own=https://own.example/', '--mode', 'outage'];

  const { exit, stdout } = await commandLine(['client-config', 'deps', ...MIRROR, ...words, '--json']);

  const { result } = envelopeShape(clientConfigShape).parse(JSON.parse(stdout));
  assert.deepEqual([exit, result?.repositories, result?.mode], [0, ['clojars', 'central', 'own'], 'outage']);
});

test('client-config writes where the tool looks, says how to undo it, and undoes it', async (t) => {
  const env = { HOME: temporaryFolder(t) };
  const file = join(env.HOME, '.lein', 'profiles.clj');

  const written = await commandLine(['client-config', 'leiningen', ...MIRROR, '--write'], { env });
  const again = await commandLine(['client-config', 'leiningen', ...MIRROR, '--write'], { env });
  const text = readFileSync(file, 'utf8');
  const looked = await commandLine(['client-config', 'leiningen', '--mode', 'restore'], { env });
  const undone = await commandLine(['client-config', 'leiningen', '--mode', 'restore', '--write'], { env });

  assert.match(written.stdout, new RegExp(`^Wrote ${file}\\.\nTo undo it: .*--mode restore --write\n$`));
  assert.match(again.stdout, /says so already/);
  assert.match(text, /:mirrors/);
  assert.match(looked.stdout, /It held nothing else: the file goes: add --write/);
  assert.match(undone.stdout, /^Restored /);
  assert.equal(existsSync(file), false);
});

test('client-config leaves a file alone that it should not edit, and prints what a person may put there', async (t) => {
  const file = join(temporaryFolder(t), 'deps.edn');
  writeFileSync(file, '{:mvn/repos {"clojars" {:url "https://x.example"}}}');

  const { exit, stdout, stderr } = await commandLine(['client-config', 'deps', ...MIRROR, '--write', '--file', file]);

  assert.equal(exit, 3);
  assert.match(stdout, /:mvn\/repos/);
  assert.match(stderr, /was left as it is, because :mvn\/repos has "clojars" already/);
});

test('client-config tells wrong usage', async () => {
  const wrong: [string[], RegExp][] = [
    [['ant', ...MIRROR], /There is no tool "ant"/],
    [['maven'], /No mirror is given/],
    [['maven', '--mirror', 'http://mirror.example.org/'], /plain HTTP, which build tools refuse/],
    [['leiningen', '--mirror', 'http://127.0.0.1:80/'], /Leiningen refuses plain HTTP/],
    [['maven', ...MIRROR, '--mode', 'later'], /later/],
    [['maven', ...MIRROR, '--check', '--artifact', 'g:a:1";(evil)'], /That is no artifact/],
    [['deps', '--mode', 'restore'], /HOME is not set/],
  ];

  for (const [words, sentence] of wrong) {
    const { exit, stderr } = await commandLine(['client-config', ...words]);

    assert.match(stderr, sentence);
    assert.equal(exit, /HOME/.test(stderr) ? 3 : 2);
  }
});

test('client-config --check tells what came, and prints no file then', async () => {
  const from = 'https://mirror.example.org/';
  const line = ['client-config', 'maven', ...MIRROR, '--check', '--artifact', 'g:a:1'];

  const same = await commandLine(line, {
    verbs: fakeVerbs({ tryClient: async () => ({ kind: 'same', sha256: SHA256, from, artifact: ARTIFACT }) }),
  });
  const differs = await commandLine([...line, '--json'], {
    verbs: fakeVerbs({
      tryClient: async () => ({ kind: 'differs', sha256: SHA256, expected: '', from, artifact: ARTIFACT }),
    }),
  });
  const failed = await commandLine(line, {
    verbs: fakeVerbs({
      tryClient: async () => ({
        kind: 'failed',
        sentence: 'mvn ended with status 1',
        kept: ['odd \u001b[2J line'],
        artifact: ARTIFACT,
      }),
    }),
  });

  assert.deepEqual([same.exit, same.stdout], [0, `Fetched g:a:1: the bytes that ${from} sends.\n`]);
  const { result } = envelopeShape(clientConfigShape).parse(JSON.parse(differs.stdout));
  assert.deepEqual([differs.exit, result?.tried?.outcome], [1, 'differs']);
  assert.deepEqual([failed.exit, failed.stdout], [3, '  odd \\u{1b}[2J line\n']);
  assert.match(failed.stderr, /Could not fetch g:a:1: mvn ended with status 1\./);
});
