import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { envelopeShape } from '../../src/config/shape/envelope.ts';
import { planShape, syncShape } from '../../src/config/shape/sync.ts';
import { CodedError } from '../../src/host/error.ts';
import { commandLine, someConfig } from '../support/command-line.ts';
import { DIGEST, done, fakeVerbs, PLANNED, SYNCED } from '../support/fake-verbs.ts';
import { temporaryFolder } from '../support/folder.ts';

const VERBS = [
  'demo',
  'init',
  'check-config',
  'daemon',
  'sync',
  'status',
  'quarantine',
  'takedown',
  'pause',
  'resume',
  'schema',
];

test('help names every verb, goes to standard output and is status 0', async () => {
  const { exit, stdout, stderr } = await commandLine(['--help']);

  assert.equal(exit, 0);
  assert.equal(stderr, '');
  for (const verb of VERBS) assert.match(stdout, new RegExp(`^  ${verb}[ \\n]`, 'm'));
});

test('the help of every verb teaches: exit statuses and an example', async () => {
  const verbs = [
    ...VERBS.filter((verb) => verb !== 'quarantine' && verb !== 'takedown').map((verb) => [verb]),
    ...['list', 'show', 'release', 'drop'].map((verb) => ['quarantine', verb]),
    ...['add', 'lift', 'list'].map((verb) => ['takedown', verb]),
  ];

  for (const verb of verbs) {
    const { exit, stdout } = await commandLine([...verb, '--help']);

    assert.equal(exit, 0);
    assert.match(stdout, /Exit status:\n/, verb.join(' '));
    assert.match(stdout, new RegExp(`^  assay ${verb.join(' ')}`, 'm'));
    assert.match(stdout, /--config <file>/);
  }
});

test('the version is printed alone', async () => {
  assert.deepEqual(await commandLine(['--version']), { exit: 0, stdout: '9.8.7\n', stderr: '', host: null });
});

test('wrong usage is status 2, a sentence and the nearest help', async () => {
  const cases: [string[], RegExp, string][] = [
    [[], /A verb is missing\./, 'assay --help'],
    [['quarantine'], /A verb is missing\./, 'assay quarantine --help'],
    [['synk'], /Unknown command 'synk'.*sync/, 'assay --help'],
    [['sync', '--plam'], /Unknown option '--plam'.*--plan/, 'assay sync --help'],
    [['sync', '--wait', 'long'], /seconds, 0 to 86400/, 'assay sync --help'],
    [['sync', '--accept-plan', 'abc'], /64 hexadecimal digits/, 'assay sync --help'],
    [['sync', '--plan', '--accept-plan', DIGEST], /cannot be used with/, 'assay sync --help'],
    [['takedown', 'add', 'org.example:tool'], /--reason/, 'assay takedown add --help'],
    [['pause', '--until', 'tomorrow'], /2h, 3d from now/, 'assay pause --help'],
    [['pause', '--until', '2026-11-20T06:00Z'], /gone by/, 'assay pause --help'],
    [['status', '--log-level', 'loud'], /debug, info, warn, error, silent/, 'assay status --help'],
    [['status', 'more'], /too many arguments/i, 'assay status --help'],
  ];

  for (const [argv, sentence, help] of cases) {
    const { exit, stdout, stderr } = await commandLine(argv);

    assert.equal(exit, 2, argv.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, sentence);
    assert.ok(stderr.endsWith(`\`${help}\` tells how it is used.\n`), stderr);
  }
});

test('wrong usage with --json is an envelope too', async () => {
  const { exit, stdout, stderr } = await commandLine(['quarantine', 'list', '--nonsense', '--json']);

  assert.equal(exit, 2);
  assert.match(stderr, /Unknown option '--nonsense'/);
  assert.deepEqual(JSON.parse(stdout), {
    assay: 1,
    verb: 'quarantine list',
    exit: 2,
    started_at: '2026-11-21T01:30:00.000Z',
    ended_at: '2026-11-21T01:30:00.000Z',
    result: null,
    problems: [
      {
        code: 'usage',
        sentence: "Unknown option '--nonsense'.",
        remedy: '`assay quarantine list --help` tells how it is used.',
        path: null,
      },
    ],
  });
});

test('a pass prints its summary for people on standard output', async (t) => {
  const verbs = fakeVerbs();

  const { exit, stdout, stderr } = await commandLine(['sync', '--config', someConfig(t), '--wait', '5'], { verbs });

  assert.equal(exit, 0);
  assert.equal(stderr, '');
  assert.match(stdout, /generation 12, 5,210 files at the origin/);
  assert.match(stdout, /added 3, changed 1, removed 0, absent at the origin 2; 4 accepted, 34\.2 MiB fetched/);
  assert.deepEqual(verbs.asked, [['sync', { acceptPlan: null, seed: null, waitSeconds: 5 }]]);
});

test('with --json the envelope alone is on standard output and the words on standard error', async (t) => {
  const { exit, stdout, stderr } = await commandLine(['--json', 'sync', '--config', someConfig(t)], {
    verbs: fakeVerbs(),
  });

  assert.equal(exit, 0);
  assert.deepEqual(envelopeShape(syncShape).parse(JSON.parse(stdout)).result, SYNCED);
  assert.match(stderr, /^Pass finished/);
});

test('what a pass refused, what waits and what a guard refused is told with what to do', async (t) => {
  const verbs = fakeVerbs({
    sync: async () => ({
      result: {
        ...SYNCED,
        rejected: [{ path: 'a/b/1/b-1.jar', verdict: 'immutable-changed' }],
        deferred: [{ path: 'a/b/maven-metadata.xml', verdict: 'incomplete-version' }],
        refused: { guard: 'max_files', files: 1200, ratio: 0.125, plan_sha256: DIGEST },
      },
      problems: [],
      outcomes: ['trouble', 'refused'],
    }),
  });

  const { exit, stdout } = await commandLine(['sync', '--config', someConfig(t)], { verbs });

  assert.equal(exit, 4);
  assert.match(stdout, /a\/b\/1\/b-1\.jar: immutable-changed \(a released file changed/);
  assert.match(stdout, /a\/b\/maven-metadata\.xml: incomplete-version/);
  assert.match(stdout, /max_files refused to remove 1,200 files \(12\.5 % of the tree\)/);
  assert.match(stdout, new RegExp(`assay sync --accept-plan ${DIGEST}`));
});

test('a plan is printed and nothing else is asked for', async (t) => {
  const removal = { path: 'a/old/1/old-1.jar', kind: 'artifact', bytes: 2048 };
  const verbs = fakeVerbs({ plan: async () => done({ ...PLANNED, removals: [removal] }) });

  const printed = await commandLine(['sync', '--plan', '--config', someConfig(t)], { verbs });
  const json = await commandLine(['sync', '--plan', '--json', '--config', someConfig(t)], { verbs });

  assert.match(printed.stdout, /To be removed: 1 file, 2\.0 KiB/);
  assert.match(printed.stdout, /a\/old\/1\/old-1\.jar {2}artifact {2}2\.0 KiB/);
  assert.match(printed.stdout, /Nothing was done\./);
  assert.deepEqual(envelopeShape(planShape).parse(JSON.parse(json.stdout)).result?.removals, [removal]);
});

test('an error with a code is a problem and status 3; one of the configuration is status 2', async (t) => {
  const fail = (code: string) => async () => {
    throw new CodedError(code, 'It is held by process 7.', { remedy: 'Wait for it.', path: '/data/lock' });
  };
  const config = someConfig(t);

  const busy = await commandLine(['sync', '--json', '--config', config], { verbs: fakeVerbs({ sync: fail('busy') }) });
  const wrong = await commandLine(['sync', '--config', config], { verbs: fakeVerbs({ sync: fail('config-role') }) });

  assert.equal(busy.exit, 3);
  assert.deepEqual(JSON.parse(busy.stdout).problems, [
    { code: 'busy', sentence: 'It is held by process 7.', remedy: 'Wait for it.', path: '/data/lock' },
  ]);
  assert.equal(wrong.exit, 2);
  assert.equal(wrong.stderr, 'assay: It is held by process 7.\n  Wait for it.\n');
});

test('a surprise is told as internal, its stack only at debug', async (t) => {
  const verbs = fakeVerbs({ status: () => Promise.reject(new TypeError('x is not a function')) });
  const config = someConfig(t);

  const plain = await commandLine(['status', '--json', '--config', config], { verbs });
  const debug = await commandLine(['status', '--config', config, '--log-level', 'debug'], { verbs });

  assert.equal(plain.exit, 3);
  assert.equal(JSON.parse(plain.stdout).problems[0].code, 'internal');
  assert.doesNotMatch(plain.stderr, /at .*run\.test/);
  assert.match(debug.stdout, /TypeError: x is not a function\n {4}at /);
});

test('a database that turns out to be damaged is said to be, with the way back', async (t) => {
  const damaged = Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT_INDEX' });
  const verbs = fakeVerbs({ status: () => Promise.reject(damaged) });

  const { exit, stdout } = await commandLine(['status', '--json', '--config', someConfig(t)], { verbs });

  const [problem] = JSON.parse(stdout).problems;
  assert.deepEqual([exit, problem.code], [3, 'state-unusable']);
  assert.match(problem.remedy, /assay restore FILE.*assay verify --rebuild/);
});

test('every fault of the configuration is a problem, status 2, and the installation is not touched', async (t) => {
  const { exit, stdout, host } = await commandLine(['sync', '--json', '--config', someConfig(t)], {
    env: { ASSAY__REMOVAL__HOLD_DAYS: '-1', ASSAY__NAM: 'x' },
    verbs: fakeVerbs(),
  });

  assert.equal(exit, 2);
  assert.equal(host, null);
  assert.deepEqual(
    JSON.parse(stdout).problems.map((problem: { code: string; path: string }) => [problem.code, problem.path]),
    [
      ['config-fault', 'ASSAY__REMOVAL__HOLD_DAYS'],
      ['config-fault', 'ASSAY__NAM'],
    ],
  );
});

test('a verb that has no role to work on in the file is status 2', async (t) => {
  const file = join(temporaryFolder(t), 'assay.yaml');
  writeFileSync(file, 'name: a\n');

  const sync = await commandLine(['sync', '--config', file], { verbs: fakeVerbs() });
  const daemon = await commandLine(['daemon', '--config', file], { verbs: fakeVerbs() });

  assert.deepEqual([sync.exit, daemon.exit], [2, 2]);
  assert.match(sync.stderr, /sync needs the section source in/);
  assert.match(daemon.stderr, /daemon needs the section source or serve in/);
});

test('a signal ends a verb with 130 or 143, the daemon with 0', async (t) => {
  const config = someConfig(t);
  const controller = new AbortController();
  controller.abort();
  const waits = (_config: unknown, _options: unknown, signal: AbortSignal) => Promise.reject(signal.reason);
  const interrupted = { signal: controller.signal, by: () => 'SIGINT' as const };
  const terminated = { signal: controller.signal, by: () => 'SIGTERM' as const };

  const sync = await commandLine(['sync', '--json', '--config', config], {
    verbs: fakeVerbs({ sync: waits }),
    stop: interrupted,
  });
  const status = await commandLine(['status', '--config', config], { verbs: fakeVerbs(), stop: terminated });
  const daemon = await commandLine(['daemon', '--config', config], {
    verbs: fakeVerbs({ daemon: waits }),
    stop: terminated,
  });

  assert.equal(sync.exit, 130);
  assert.equal(JSON.parse(sync.stdout).exit, 130);
  assert.equal(JSON.parse(sync.stdout).problems[0].code, 'interrupted');
  assert.equal(status.exit, 143);
  assert.equal(daemon.exit, 0);
  assert.equal(daemon.stderr, '');
});

test('the daemon tells where it serves, and logs more than other verbs', async (t) => {
  const config = someConfig(t);
  const verbs = fakeVerbs({
    daemon: async (_config, onReady) => onReady({ urls: ['https://127.0.0.1:8443/'] }),
  });

  const daemon = await commandLine(['daemon', '--config', config], { verbs });
  const status = await commandLine(['status', '--config', config], { verbs });
  const loud = await commandLine(['status', '--config', config, '--log-level', 'debug'], { verbs });

  assert.equal(daemon.exit, 0);
  assert.equal(daemon.stderr, 'assay: serving at https://127.0.0.1:8443/\n');
  assert.deepEqual(
    [daemon, status, loud].map(({ host }) => host?.logLevel),
    ['info', 'warn', 'debug'],
  );
});

test('progress is shown on a terminal alone, on one line that is gone at the end', async (t) => {
  const config = someConfig(t);

  const shown = await commandLine(['sync', '--config', config], { verbs: fakeVerbs(), isTerminal: true });
  const piped = await commandLine(['sync', '--config', config], { verbs: fakeVerbs() });
  const json = await commandLine(['sync', '--json', '--config', config], { verbs: fakeVerbs(), isTerminal: true });

  assert.equal(shown.host?.progress === null, false);
  assert.ok(shown.stderr.endsWith('\r\u001b[K'));
  assert.equal(piped.host?.progress, null);
  assert.equal(json.host?.progress, null);
});
