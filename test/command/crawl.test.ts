import assert from 'node:assert/strict';
import test from 'node:test';
import { z } from 'zod';
import { crawlShape } from '../../src/config/shape/crawl.ts';
import { envelopeShape } from '../../src/config/shape/envelope.ts';
import { type FindingJson, findingShape } from '../../src/config/shape/finding.ts';
import { incidentPageShape, incidentsShape } from '../../src/config/shape/incident.ts';
import { commandLine, someConfig } from '../support/command-line.ts';
import { CRAWLED, INCIDENT } from '../support/fake-crawl.ts';
import { done, fakeVerbs } from '../support/fake-verbs.ts';

const FINDING: FindingJson = {
  kind: 'finding',
  id: 'f1',
  found_by: 'crawl',
  verdict: 'divergent',
  severity: 'critical',
  mirror: 'alpha',
  path: 'org/example/tool/1.0/tool-1.0.jar',
  why: 'A released file has other bytes there.',
  expected: { size: 7, sha256: 'ab'.repeat(32) },
  observed: { size: 7, sha256: 'cd'.repeat(32) },
  evidence: {
    url: 'https://alpha.example.org/x',
    final_url: 'https://alpha.example.org/x',
    status: 200,
    failure: null,
    headers: {},
    asked_at: '2026-11-21T01:30:00.000Z',
    answered_at: '2026-11-21T01:30:00.000Z',
    vantage: 'here',
  },
  blame: 'mirror',
  generation: 12,
  incident: '3f9a2b1c01',
};

const crawling = () =>
  fakeVerbs({
    crawl: async (_config, _request, onEvent) => {
      onEvent({ kind: 'finding', finding: FINDING });
      return { ...done(CRAWLED), outcomes: ['trouble'] };
    },
  });

test('with --json a round is a line for each finding and one summary, last', async (t) => {
  const { exit, stdout } = await commandLine(['crawl', '--json', '--config', someConfig(t)], { verbs: crawling() });

  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const summary = z.strictObject({ kind: z.literal('summary'), ...envelopeShape(crawlShape).shape });
  assert.equal(exit, 1);
  assert.deepEqual(
    lines.map(({ kind }) => kind),
    ['finding', 'summary'],
  );
  assert.deepEqual(findingShape.parse(lines[0]), FINDING);
  assert.equal(summary.parse(lines[1]).exit, 1);
});

test('what cannot begin is one summary too', async (t) => {
  const failing = fakeVerbs({ crawl: () => Promise.reject(new Error('no network')) });
  const run = (...words: string[]) => commandLine(['crawl', '--json', ...words], { verbs: failing });

  const outputs = [
    await run('--config', someConfig(t)),
    await run('--config', '/no/such/file'),
    await run('--depth', 'deeper', '--config', someConfig(t)),
  ];

  assert.deepEqual(
    outputs.map(({ exit, stdout }) => [exit, stdout.trimEnd().split('\n').length, JSON.parse(stdout).kind]),
    [
      [3, 1, 'summary'],
      [2, 1, 'summary'],
      [2, 1, 'summary'],
    ],
  );
});

test('people see what is wrong, what the budget buys, and what a crawl cannot see', async (t) => {
  const { stdout } = await commandLine(['crawl', '--config', someConfig(t)], { verbs: crawling() });

  assert.match(stdout, /critical divergent at alpha: org\/example\/tool\/1\.0\/tool-1\.0\.jar/);
  assert.match(stdout, /alpha {3}bad {4}119 {2}divergent 1/);
  assert.match(stdout, /100 claims were believed, 20 bodies read and hashed/);
  assert.match(stdout, /every path is asked within 3 days and every body read within 20 days/);
  assert.match(stdout, /cannot see a mirror that lies only to chosen addresses/);
  assert.match(stdout, /assay incidents list/);
});

test('the options of a round arrive', async (t) => {
  const verbs = fakeVerbs();
  const words = ['--depth', 'full', '--sample', '9', '--mirror', 'alpha', '--path', 'org/', '--wait', '2'];

  await commandLine(['crawl', ...words, '--config', someConfig(t)], { verbs });

  const request = { depth: 'full', sample: 9, mirror: 'alpha', prefix: 'org/', waitSeconds: 2, roundsPerDay: 1 };
  assert.deepEqual(verbs.asked[0]?.[1], request);
});

test('help says what a crawl cannot see', async () => {
  const { stdout } = await commandLine(['crawl', '--help']);

  assert.match(stdout.replace(/\s+/g, ' '), /cannot see a mirror that lies only to chosen addresses/);
});

test('incidents are listed, shown, taken on and ended', async (t) => {
  const config = someConfig(t);
  const verbs = fakeVerbs();
  const run = (...words: string[]) => commandLine(['incidents', ...words, '--config', config], { verbs });

  const list = await run('list');
  const json = await run('list', '--all', '--json');
  const shown = await run('show', '3f9a');
  const page = await run('show', '3f9a', '--json');
  const taken = await run('acknowledge', '3f9a', '--note', 'on it');
  const ended = await run('resolve', '3f9a');

  assert.match(list.stdout, /3f9a2b1c01 {2}open {3}critical {2}divergent {2}alpha/);
  assert.deepEqual(envelopeShape(incidentsShape).parse(JSON.parse(json.stdout)).result?.incidents, [INCIDENT.incident]);
  assert.match(shown.stdout, /why {7}A released file has other bytes there/);
  assert.match(shown.stdout, /Told\n {2}ops/);
  assert.deepEqual(envelopeShape(incidentPageShape).parse(JSON.parse(page.stdout)).result, INCIDENT);
  assert.match(taken.stdout, /^Acknowledged: 3f9a2b1c01 divergent at alpha/);
  assert.match(ended.stdout, /^Over: 3f9a2b1c01/);
  assert.deepEqual(verbs.asked.map(([verb, ...rest]) => [verb, rest[rest.length - 1]]).slice(-2), [
    ['incidentsAcknowledge', { note: 'on it' }],
    ['incidentsResolve', { note: 'no note' }],
  ]);
});

test('a trial that does not arrive is told with its reason', async (t) => {
  const channels = [{ name: 'ops', kind: 'mail' as const, sent: false, reason: 'connection refused' }];
  const verbs = fakeVerbs({ alertsTest: async () => ({ ...done({ channels }), outcomes: ['could-not'] }) });

  const { exit, stdout } = await commandLine(['alerts', 'test', '--config', someConfig(t)], { verbs });

  assert.equal(exit, 3);
  assert.match(stdout, /ops {6}mail {2}FAILED {2}connection refused/);
});
