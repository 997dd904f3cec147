import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { commandLine, someConfig } from '../support/command-line.ts';
import { done, ENROLLED, fakeVerbs, LIST, SINCE, STATUS } from '../support/fake-verbs.ts';
import { temporaryFolder } from '../support/folder.ts';

function configOf(t: TestContext, text: string): string {
  const file = join(temporaryFolder(t), 'assay.yaml');
  writeFileSync(file, `name: a\n${text}\n`);
  return file;
}

const REPORTING = 'report: { primary: "https://primary.example.org/" }';
const LISTED = {
  name: 'alpha',
  url: 'https://alpha.example.org/',
  country: 'DE',
  operated_by: 'community',
  contact: null,
  bandwidth_mbit: null,
  healthy: true,
  lag_seconds: 0,
  last_success_at: SINCE,
  reported_at: SINCE,
  checked_at: null,
  verdicts: {},
  since: SINCE,
  outdated: [],
  latency_ms: null,
  answer: null,
};

test('what was delivered is told in a line, and what waits with its age and the last answer', async (t) => {
  const config = configOf(t, REPORTING);
  const waiting = { sent: 1, dead: 0, waiting: 3, oldest_waiting_at: SINCE, last_answer: '503 busy' };
  const verbs = fakeVerbs({ reportSend: async () => ({ ...done(waiting), outcomes: ['could-not' as const] }) });

  const all = await commandLine(['report', 'send', '--config', config], { verbs: fakeVerbs() });
  const some = await commandLine(['report', 'send', '--config', config], { verbs });

  assert.deepEqual([all.exit, all.stdout], [0, '2 reports delivered.\n']);
  assert.equal(some.exit, 3);
  assert.match(some.stdout, /3 reports waiting, the oldest since 2026-11-20 22:00:00 UTC/);
  assert.match(some.stdout, /Last answer: 503 busy/);
});

test('a key that was made is told with the lines for the primary, and one that was rotated with where the old one is', async (t) => {
  const config = configOf(t, REPORTING);
  const rotated = { ...ENROLLED, made: false, rotation: { next_key: ENROLLED.public_key, announced: true } };
  const verbs = fakeVerbs({ enroll: async () => done(rotated) });

  const made = await commandLine(['enroll', '--config', config], { verbs: fakeVerbs() });
  const next = await commandLine(['enroll', '--rotate', '--config', config], { verbs });

  assert.match(made.stdout, /Made the key \/etc\/assay\/report\.key/);
  assert.match(made.stdout, /^Public key: A{43}=$/m);
  assert.match(made.stdout, / {2}- name: "mirror\.example\.org"/);
  assert.match(next.stdout, /the old one is in \/etc\/assay\/report\.key\.old/);
});

test('verbs of a role that the configuration does not play say which section is missing', async (t) => {
  const config = someConfig(t);
  const lines = [
    ['report', 'send'],
    ['enroll', '--rotate'],
    ['report', 'check'],
    ['stats', 'doubted'],
    ['stats', 'accept', '--mirror', 'a', '--day', '2026-11-20', '--reason', 'x'],
  ];

  for (const line of lines) {
    const { exit, stderr } = await commandLine([...line, '--config', config], { verbs: fakeVerbs() });
    assert.equal(exit, 2, line.join(' '));
    assert.match(stderr, /needs the section (report|primary)/);
  }
});

test('doubted statistics are listed with why, and accepted with a reason', async (t) => {
  const config = configOf(t, 'primary: {}');
  const verbs = fakeVerbs();

  const listed = await commandLine(['stats', 'doubted', '--config', config], { verbs });
  const accepted = await commandLine(
    ['stats', 'accept', '--mirror', 'alpha', '--day', '2026-11-20', '--reason', 'a release', '--config', config],
    { verbs },
  );

  assert.match(listed.stdout, /alpha +2026-11-20 +50,000 .* 50000 downloads, usually 500/);
  assert.equal(accepted.stdout, 'Accepted: 50,000 downloads of alpha on 2026-11-20.\n');
  assert.deepEqual(verbs.asked.at(-1), ['statsAccept', { mirror: 'alpha', day: 20_777, reason: 'a release' }]);
});

test('the list of mirrors is read without any configuration, and says how the origin is seen', async (t) => {
  const folder = temporaryFolder(t);
  const env = { XDG_CACHE_HOME: folder };
  const asked: unknown[] = [];
  const verbs = fakeVerbs({
    mirrors: async (config, request) => {
      asked.push([config, request]);
      return done({
        ...LIST,
        mirrors: [
          { ...LISTED, latency_ms: 12, answer: '200' },
          {
            ...LISTED,
            name: 'beta',
            healthy: false,
            verdicts: { divergent: 2 },
            outdated: ['node 20.1.0'],
            answer: 'no route',
          },
        ],
      });
    },
  });
  const argv = [
    'mirrors',
    '--config',
    join(folder, 'none.yaml'),
    '--from',
    'https://p.example.org/-/mirrors.json',
    '--measure',
  ];

  const { exit, stdout } = await commandLine(argv, { verbs, env });

  assert.equal(exit, 0);
  assert.match(stdout, /Origin down since 2026-11-20 22:00:00 UTC \(4 h ago\), seen by 7 of 9\./);
  assert.match(stdout, /ok +alpha .* none +12 ms/);
  assert.match(stdout, /TROUBLE +beta .* no route +divergent 2, node 20\.1\.0/);
  assert.deepEqual(asked, [
    [
      null,
      {
        from: 'https://p.example.org/-/mirrors.json',
        measure: true,
        key: null,
        memory: join(folder, 'assay/mirrors.json'),
      },
    ],
  ]);
});

test('status says what all mirrors see of the origin, and what the primary has not taken', async (t) => {
  const status = {
    ...STATUS,
    origin: { state: 'down' as const, since: SINCE, seen_by: 7, of: 9 },
    report: { waiting: 4, refused: 1, oldest_waiting_at: SINCE },
  };

  const { stdout } = await commandLine(['status', '--config', someConfig(t)], {
    verbs: fakeVerbs({ status: async () => done(status) }),
  });

  assert.match(stdout, /origin, by all +down since 2026-11-20 22:00:00 UTC \(4 h ago\), seen by 7 of 9/);
  assert.match(stdout, /reports +4 waiting, the oldest since .*; 1 REFUSED report/);
});
