import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CheckResult } from '../../src/config/shape/client.ts';
import { commandLine } from '../support/command-line.ts';
import { fakeVerbs } from '../support/fake-verbs.ts';
import { temporaryFolder } from '../support/folder.ts';

const [HERE, THERE] = ['ab'.repeat(32), 'cd'.repeat(32)];
const PRIMARY = 'https://primary.example.org/';

const RESULT: CheckResult = {
  folder: '/m2',
  repositories: ['clojars'],
  by_path: false,
  files: 1204,
  same: 1201,
  differs: [
    {
      path: 'org/example/tool/1.0/tool-1.0.jar',
      repository: 'clojars',
      sha256: HERE,
      claims: [
        { against: PRIMARY, sha256: THERE },
        { against: 'https://mirror.example.org/', sha256: HERE },
      ],
    },
  ],
  unknown: [{ path: 'odd\u001b[2J.jar', repository: 'clojars', sha256: HERE, claims: [] }],
  only_one: [
    {
      path: 'org/example/new/1.0/new-1.0.jar',
      repository: 'clojars',
      sha256: HERE,
      claims: [{ against: 'https://mirror.example.org/', sha256: HERE }],
    },
  ],
  elsewhere: { central: 3400, '': 7 },
  against: [
    { url: PRIMARY, name: 'primary', lineage: 'x', generation: 88, rows: 5210, public_key: 'KEY=', pinned: true },
    {
      url: 'https://mirror.example.org/',
      name: null,
      lineage: null,
      generation: null,
      rows: 0,
      public_key: null,
      pinned: false,
    },
  ],
  reported: false,
};

test('check tells first what differs, with both digests and who says so', async () => {
  const verbs = fakeVerbs({ check: async () => ({ result: RESULT, problems: [], outcomes: ['trouble'] }) });

  const { exit, stdout } = await commandLine(['check', '/m2', '--against', PRIMARY], { verbs });

  assert.equal(exit, 1);
  assert.match(stdout, /1,204 files from clojars in \/m2, compared with:/);
  assert.match(stdout, /primary, generation 88, 5,210 rows, signed with the key that you named/);
  assert.match(stdout, /mirror\.example\.org\/ {3}could not be read/);
  assert.match(stdout, new RegExp(`tool-1\\.0\\.jar\n +here +${HERE}\n +other +${THERE} +${PRIMARY}\n +same +${HERE}`));
  assert.match(stdout, /Claimed by one alone:\n.*new-1\.0\.jar {3}https:\/\/mirror\.example\.org\//);
  assert.match(stdout, /odd\\u\{1b\}\[2J\.jar/);
  assert.match(stdout, /1,201 are the same, 1 differ, 1 are claimed by one alone, 1 are published by none\./);
  assert.match(stdout, /came from elsewhere: central 3,400, installed here 7\./);
});

test('check does not say that all is well where it compared nothing', async () => {
  const empty = { ...RESULT, files: 0, same: 0, differs: [], unknown: [], only_one: [] };
  const verbs = fakeVerbs({ check: async () => ({ result: empty, problems: [], outcomes: ['clean'] }) });

  const { stdout } = await commandLine(['check', '/m2', '--against', PRIMARY], { verbs });

  assert.match(stdout, /NOTHING WAS COMPARED: no file here is said to have come from clojars/);
  assert.doesNotMatch(stdout, /are the same/);
});

test('check hands on what was said, and looks where Maven keeps what it got', async (t) => {
  const asked: unknown[] = [];
  const verbs = fakeVerbs({
    check: async (request) => {
      asked.push(request);
      return { result: RESULT, problems: [], outcomes: ['clean'] };
    },
  });
  const tokenFile = join(temporaryFolder(t), 'token');
  writeFileSync(tokenFile, 'x');
  const key = `${'A'.repeat(43)}=`;
  const words = [
    '--against',
    'https://primary.example.org',
    'http://127.0.0.2',
    '--repository',
    'clojars,central',
    '--key',
    key,
    '--by-path',
  ];

  await commandLine(['check', ...words, '--report', '--token-file', tokenFile], { verbs, env: { HOME: '/users/ada' } });

  assert.deepEqual(asked, [
    {
      folder: '/users/ada/.m2/repository',
      repositories: ['clojars', 'central'],
      against: [PRIMARY, 'http://127.0.0.2/'],
      keys: [key],
      caFile: null,
      byPath: true,
      tokenFile,
    },
  ]);
});

test('check takes the folder before or behind the addresses', async () => {
  const asked: string[] = [];
  const verbs = fakeVerbs({
    check: async ({ folder, against }) => {
      asked.push(`${folder} ${against.join(' ')}`);
      return { result: RESULT, problems: [], outcomes: ['clean'] };
    },
  });

  await commandLine(['check', '/m2', '--against', PRIMARY], { verbs });
  await commandLine(['check', '--against', PRIMARY, '/m2'], { verbs });

  assert.deepEqual(asked, [`/m2 ${PRIMARY}`, `/m2 ${PRIMARY}`]);
});

test('check tells wrong usage', async () => {
  const wrong: [string[], RegExp][] = [
    [[], /nothing to check against/],
    [['--against', 'primary.example.org'], /is no address/],
    [['--against', PRIMARY, '--repository', 'a/b'], /is no repository/],
    [['--against', PRIMARY, '--key', 'short'], /base64 of the 32 bytes/],
    [['--against', PRIMARY, '--report'], /--report needs a token/],
  ];

  for (const [words, sentence] of wrong) {
    const { exit, stderr } = await commandLine(['check', '/m2', ...words]);

    assert.match(stderr, sentence);
    assert.equal(exit, 2);
  }
});
