import assert from 'node:assert/strict';
import test from 'node:test';
import { DAY } from '../../src/host/clock.ts';
import { commandLine, someConfig } from '../support/command-line.ts';
import { fakeVerbs } from '../support/fake-verbs.ts';

const NOW = Date.UTC(2026, 10, 21, 1, 30);

test('a new token stands alone on the first line, and is for all scopes and 90 days if not said', async (t) => {
  const config = someConfig(t);
  const verbs = fakeVerbs();

  const { exit, stdout } = await commandLine(['token', 'add', 'chat', '--config', config], { verbs });
  await commandLine(['token', 'add', 'chat', '--scope', 'takedown', '--expires', '30d', '--config', config], { verbs });

  assert.equal(exit, 0);
  assert.equal(stdout.split('\n')[0], 'assay_0123456789_secret');
  assert.deepEqual(verbs.asked, [
    [
      'tokenAdd',
      {
        name: 'chat',
        scopes: ['acknowledge', 'takedown', 'enroll', 'statistics', 'evidence'],
        expiresAt: NOW + 90 * DAY,
      },
    ],
    ['tokenAdd', { name: 'chat', scopes: ['takedown'], expiresAt: NOW + 30 * DAY }],
  ]);
});

test('tokens are listed with what they may do and until when', async (t) => {
  const { stdout } = await commandLine(['token', 'list', '--config', someConfig(t)], { verbs: fakeVerbs() });

  assert.match(stdout, /0123456789 +chat +acknowledge +until 2027-02-18 22:00:00 UTC/);
});

test('a name that could not stand in a trail, a scope that is none and a time gone by are wrong usage', async (t) => {
  const config = someConfig(t);
  const lines = [
    ['add', 'a b'],
    ['add', 'a', '--scope', 'everything'],
    ['add', 'a', '--expires', '2020-01-01T00:00Z'],
  ];

  const exits = await Promise.all(
    lines.map(async (line) => (await commandLine(['token', ...line, '--config', config], { verbs: fakeVerbs() })).exit),
  );

  assert.deepEqual(exits, [2, 2, 2]);
});
