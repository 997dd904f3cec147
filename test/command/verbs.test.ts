import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../src/config/load.ts';
import { envelopeShape } from '../../src/config/shape/envelope.ts';
import { statusShape } from '../../src/config/shape/status.ts';
import { commandLine, someConfig } from '../support/command-line.ts';
import { DIGEST, done, ENTRY, fakeVerbs, SINCE, STATUS, TAKEDOWN } from '../support/fake-verbs.ts';
import { temporaryFolder } from '../support/folder.ts';

const WATCHED = {
  ...{ name: 'alpha', state: 'bad' as const, since: '2026-11-21T00:00:00.000Z', reason: 'divergent: x' },
  ...{ visited_at: '2026-11-21T01:00:00.000Z', behind_seconds: 7200, verdicts: { ok: 9, divergent: 1 }, incidents: 1 },
  promise: { rotation_days: 0.375, body_rotation_days: 1, days_to_see_spread: 1, days_to_see_single: 1 },
  ...{ requests_today: 70, requests_per_day: 20_000, bytes_today: 1, bytes_per_day: 2 },
};

test('status is a short page: age of the last good pass, the origin, and what to do', async (t) => {
  const status = {
    ...STATUS,
    last_attempt: {
      started_at: '2026-11-21T01:00:00.000Z',
      ended_at: null,
      outcome: 'could-not',
      sentence: 'no route',
    },
    sources: [
      { url: ENTRY.source, reachable: false, asked_at: '2026-11-21T01:00:00.000Z', since: SINCE, sentence: 'no route' },
    ],
    paused: { since: SINCE, until: null },
    incidents: { standing: 3, unacknowledged: 2, critical: 1 },
    crawl: { last_round_at: SINCE, mirrors: [WATCHED] },
    alerts: { waiting: 0, undeliverable: 4 },
    quarantine: { entries: 1, bytes: 2048, newest: [ENTRY] },
  };
  const verbs = fakeVerbs({ status: async () => ({ ...done(status), outcomes: ['trouble' as const] }) });

  const { exit, stdout } = await commandLine(['status', '--config', someConfig(t)], { verbs });

  assert.equal(exit, 1);
  assert.match(stdout, /last good pass {4}began 2026-11-20 22:00:00 UTC \(4 h ago\)/);
  assert.match(stdout, /last attempt {6}could-not, began 2026-11-21 01:00:00 UTC \(30 min ago\): no route/);
  assert.match(stdout, /PAUSED since/);
  assert.match(stdout, /DOES NOT ANSWER/);
  assert.match(stdout, /immutable-changed .* org\/example\/tool\/1\.0\/tool-1\.0\.jar/);
  assert.match(stdout, /The origin is down: nothing to do here/);
  assert.match(stdout, /assay quarantine list/);
  assert.match(stdout, /assay resume/);
  assert.match(stdout, /3 stand; nobody has taken on 2, 1 CRITICAL/);
  assert.match(stdout, /all delivered; 4 UNDELIVERABLE/);
  assert.match(stdout, /alpha .*bad .*2 h .*1 .*9 h .*70 of 20,000 .*divergent: x/);
  assert.match(stdout, /assay alerts test/);
  assert.ok(stdout.split('\n').length < 36);
});

test('status of a healthy mirror says that there is nothing to do', async (t) => {
  const config = someConfig(t);

  const { stdout } = await commandLine(['status', '--config', config], { verbs: fakeVerbs() });
  const json = await commandLine(['status', '--config', config, '--json'], { verbs: fakeVerbs() });

  assert.match(stdout, /\nNothing to do\.\n$/);
  assert.deepEqual(envelopeShape(statusShape).parse(JSON.parse(json.stdout)).result, STATUS);
});

test('the quarantine is listed as a table, and a name cannot play with the terminal', async (t) => {
  const odd = { ...ENTRY, path: 'evil/\u001b[2Jname\nnext' };
  const verbs = fakeVerbs({ quarantineList: async () => done({ entries: [ENTRY, odd] }) });

  const { stdout } = await commandLine(['quarantine', 'list', '--config', someConfig(t)], { verbs });

  assert.deepEqual(
    stdout.split('\n').map((line) => line.slice(0, 22).trimEnd()),
    ['id  verdict', 'q7  immutable-changed', 'q7  immutable-changed', ''],
  );
  assert.match(stdout, /evil\/\\u\{1b\}\[2Jname\\u\{a\}next/);
});

test('verbs hand on what was said on the line', async (t) => {
  const config = someConfig(t);
  const cases: [string[], unknown[]][] = [
    [
      ['quarantine', 'show', 'q7'],
      ['quarantineShow', 'q7'],
    ],
    [
      ['quarantine', 'release', 'q7', '--reason', 'mail'],
      ['quarantineRelease', 'q7', { reason: 'mail', waitSeconds: 0 }],
    ],
    [
      ['quarantine', 'drop', 'q7', '--wait', '2'],
      ['quarantineDrop', 'q7', { waitSeconds: 2 }],
    ],
    [
      ['takedown', 'add', 'g:a:1', '--reason', 'law', '--legal'],
      ['takedownAdd', { what: 'g:a:1', reason: 'law', legal: true, waitSeconds: 0 }],
    ],
    [
      ['takedown', 'lift', 't1', '--reason', 'oops'],
      ['takedownLift', 't1', { reason: 'oops', waitSeconds: 0 }],
    ],
    [['takedown', 'list'], ['takedownList']],
    [['pause'], ['pause', null]],
    [
      ['pause', '--until', '2h'],
      ['pause', Date.parse('2026-11-21T03:30:00Z')],
    ],
    [['resume'], ['resume']],
    [
      ['sync', '--seed', '/mnt/disk'],
      ['sync', { acceptPlan: null, seed: '/mnt/disk', waitSeconds: 0 }],
    ],
    [
      ['sync', '--accept-plan', DIGEST.toUpperCase()],
      ['sync', { acceptPlan: DIGEST, seed: null, waitSeconds: 0 }],
    ],
  ];

  for (const [argv, asked] of cases) {
    const verbs = fakeVerbs();

    const { exit, stdout } = await commandLine([...argv, '--config', config], { verbs });

    assert.equal(exit, 0, argv.join(' '));
    assert.deepEqual(verbs.asked, [asked]);
    assert.notEqual(stdout, '');
  }
});

test('takedowns are listed with who, when and why', async (t) => {
  const verbs = fakeVerbs({ takedownList: async () => done({ takedowns: [{ ...TAKEDOWN, legal: true }] }) });

  const { stdout } = await commandLine(['takedown', 'list', '--config', someConfig(t)], { verbs });

  assert.match(
    stdout,
    /^t1 {2}org\.example:tool:1\.0 {2}6 {6}451 {5}2026-11-20 22:00:00 UTC \(4 h ago\) {2}ada {2}holds a key$/m,
  );
});

test('check-config tells all faults, notices, and the schema of the file', async (t) => {
  const file = join(temporaryFolder(t), 'assay.yaml');
  writeFileSync(file, 'name: a\nsource: { url: "rsync://o.example/m/" }\n');

  const verbs = fakeVerbs({ outlook: () => ['A goal cannot be met.'] });
  const good = await commandLine(['check-config', '--config', file], { verbs });
  writeFileSync(file, 'nam: a\nsource: { url: nowhere }\n');
  const wrong = await commandLine(['check-config', '--config', file, '--json']);
  const absent = await commandLine(['check-config', '--config', `${file}.not`]);
  const schema = await commandLine(['check-config', '--schema']);

  assert.equal(good.exit, 0);
  assert.equal(good.stdout, `Notice: A goal cannot be met.\n${file} has no faults.\n`);
  assert.equal(wrong.exit, 2);
  assert.deepEqual(
    JSON.parse(wrong.stdout).result.faults.map((fault: { line: number; key: string }) => [fault.line, fault.key]),
    [
      [1, 'name'],
      [1, 'nam'],
      [2, 'source.url'],
    ],
  );
  assert.match(
    wrong.stderr,
    /assay\.yaml:1: nam: found the unknown key "nam", expected a known key; did you mean "name"\?/,
  );
  assert.equal(absent.exit, 2);
  assert.equal(JSON.parse(schema.stdout).title, 'assay.yaml');
});

test('schema prints every shape by its name', async () => {
  for (const name of ['config', 'envelope', 'sync', 'plan', 'status', 'finding']) {
    const { exit, stdout } = await commandLine(['schema', name]);

    assert.equal(exit, 0);
    assert.equal(JSON.parse(stdout).type, 'object', name);
  }
  const { exit, stderr } = await commandLine(['schema', 'nothing']);
  assert.equal(exit, 2);
  assert.match(stderr, /Known: config, envelope, .*\bfinding\b/);
});

test('init writes a complete file that loads, and never overwrites one silently', async (t) => {
  const file = join(temporaryFolder(t), 'etc', 'assay.yaml');
  const argv = ['init', 'mirror', '--name', 'm.example.org', '--source', 'rsync://o.example/m/', '--output', file];

  const first = await commandLine(argv);
  const text = readFileSync(file, 'utf8');
  const second = await commandLine([...argv, '--contact', 'ops@example.org']);
  const forced = await commandLine([...argv, '--contact', 'ops@example.org', '--force']);

  assert.equal(first.exit, 0);
  assert.match(first.stdout, /Change before the first start: contact, serve\.tls\.certificate, serve\.tls\.key\./);
  assert.equal(readConfig(text, {}).kind, 'config');
  assert.equal(second.exit, 3);
  assert.match(second.stderr, /is there already and was left as it is\.\n {2}Give --force/);
  assert.equal(forced.exit, 0);
  assert.match(readFileSync(file, 'utf8'), /^contact: "ops@example\.org"$/m);
});

test('init never writes a file that does not load', async (t) => {
  const file = join(temporaryFolder(t), 'assay.yaml');

  const { exit, stderr } = await commandLine(['init', 'mirror', '--source', 'ftp://o.example/', '--output', file]);

  assert.equal(exit, 2);
  assert.match(stderr, /source\.url: found "ftp:\/\/o\.example\/", expected a URL that begins with rsync:/);
  assert.equal(existsSync(file), false);
});

test('init of a role that is not there is wrong usage', async () => {
  const { exit, stderr } = await commandLine(['init', 'witness', '--output', '-']);

  assert.equal(exit, 2);
  assert.match(stderr, /no role "witness" in this version/);
});
