// What a running mirror tells of its artifacts: to a developer whose build failed, on a page and as JSON.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { artifactSearchShape, artifactShape, refusedShape, versionShape } from '../../src/config/shape/artifact.ts';
import { statisticsShape } from '../../src/config/shape/statistics.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type Mirror, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

describe('pages of artifacts', { concurrency: 2 }, () => {
  test('tell what is served, what is held back and why, and what was taken down', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await mirrorOfMuch(t);

    const artifact = artifactShape.parse(await twin(mirror, 'artifacts.json?of=org.example:tool'));
    const refused = refusedShape.parse(await twin(mirror, 'quarantine.json'));
    const page = await mirror.get('-/artifacts/org.example/tool');

    assert.deepEqual(
      artifact.shown.map(({ version, state, files }) => [version, state, files]),
      [
        ['10.0', 'served', 4],
        ['3.0', 'held-back', 0],
        ['2.0', 'taken-down', 0],
        ['1.0', 'served', 4],
      ],
    );
    assert.deepEqual(
      artifact.held.filter(({ kind }) => kind === 'rejected').map(({ verdict }) => verdict),
      ['checksum-mismatch'],
    );
    assert.equal(refused.entries.length, 1);
    assert.equal(page.status, 200);
    assert.match(page.text, /checksum-mismatch/);
    const nothing = ['/org.example/none', '/org..example/tool', '/..%2F../etc', `.json?of=${'a.'.repeat(2000)}b:c`];
    for (const rest of nothing) assert.equal((await mirror.get(`-/artifacts${rest}`)).status, 404, rest.slice(0, 40));
  });

  test('tell every sum of a version, and that a version was taken down by whom and why not', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await mirrorOfMuch(t);

    const version = versionShape.parse(await twin(mirror, 'artifacts.json?of=org.example:tool:1.0'));
    const gone = versionShape.parse(await twin(mirror, 'artifacts.json?of=org.example:tool:2.0'));
    const jar = version.files.find(({ path }) => path.endsWith('.jar'));
    const answer = await mirror.get(jar?.path ?? '');

    assert.equal(answer.headers.get('x-checksum-sha256'), jar?.sha256);
    assert.equal(jar?.upstream_sum, 'matched');
    assert.deepEqual([gone.state, gone.takedown?.reason, gone.files.length], ['taken-down', 'it was a mistake', 0]);
  });

  test('are found by whatever somebody pastes', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await mirrorOfMuch(t);
    const found = async (typed: string) =>
      artifactSearchShape.parse(await twin(mirror, `artifacts.json?q=${encodeURIComponent(typed)}`));

    const exact = await Promise.all(
      [
        'org.example:tool:1.0',
        '[org.example/tool "1.0"]',
        'org/example/tool/1.0/tool-1.0.jar',
        'Could not find artifact org.example:tool:jar:3.0 in mirror (https://mirror.example.org/)',
        'org.example:tool:9.9',
        'tool',
      ].map(async (typed) => (await found(typed)).exact),
    );
    const word = await found('TOO');

    assert.deepEqual(
      exact.map((named) => named && `${named.group}:${named.artifact}:${named.version}`),
      ['1.0', '1.0', '1.0', '3.0', null, undefined].map((version) =>
        version === undefined ? null : `org.example:tool:${version}`,
      ),
    );
    assert.deepEqual(word.artifacts, [{ group: 'org.example', artifact: 'tool', folder: 'org/example/tool' }]);
  });

  test('count downloads from the log that the mirror writes, and say how much was measured', async (t) => {
    if (!needs(t, 'rsync')) return;
    const log = join(temporaryFolder(t), 'access.log');
    const line =
      '192.0.2.1 - - [DAY:12:00:00 +0000] "GET /org/example/tool/1.0/tool-1.0.jar HTTP/1.1" 200 8 "-" "Apache-Maven/3.9.9"\n';
    const [, day, month, year] = new Date(Date.now() - 86_400_000).toUTCString().split(' ');
    writeFileSync(log, line.replace('DAY', `${day}/${month}/${year}`).repeat(3));
    const mirror = await mirrorOfMuch(t, { stats: { logs: [{ kind: 'nginx', path: log }] } });
    await mirror.verb('stats', 'ingest');

    const statistics = statisticsShape.parse(await twin(mirror, 'statistics.json'));
    const artifact = artifactShape.parse(await twin(mirror, 'artifacts.json?of=org.example:tool'));
    const page = await mirror.get('-/statistics');

    assert.deepEqual([statistics.total, statistics.measured_days, statistics.days.length], [3, 1, 60]);
    assert.deepEqual(statistics.top, [{ group: 'org.example', artifact: 'tool', downloads: 3 }]);
    assert.deepEqual(
      statistics.days.slice(-2).map(({ downloads }) => downloads),
      [3, 0],
    );
    assert.deepEqual([artifact.downloads, artifact.shown.find(({ version }) => version === '1.0')?.downloads], [3, 3]);
    assert.match(page.text, /1 of 30 days measured/);
  });
});

/** `tool` in versions: 1.0 and 10.0 good, 2.0 taken down, 3.0 with a wrong sum. */
async function mirrorOfMuch(t: TestContext, sections = {}): Promise<Mirror> {
  const mirror = await startMirror(t, { sections });
  for (const version of ['1.0', '2.0', '10.0']) mirror.origin.release('tool', version);
  mirror.origin.put('org/example/tool/3.0/tool-3.0.pom', '<project/>');
  mirror.origin.put('org/example/tool/3.0/tool-3.0.pom.sha1', '0'.repeat(40));
  mirror.origin.put(
    'org/example/tool/maven-metadata.xml',
    '<metadata><groupId>org.example</groupId><artifactId>tool</artifactId><versioning><versions><version>1.0</version></versions></versioning></metadata>',
  );
  await mirror.sync();
  await mirror.verb('takedown', 'add', 'org.example:tool:2.0', '--reason', 'it was a mistake');
  return mirror;
}

async function twin(mirror: Mirror, path: string): Promise<unknown> {
  const { status, text } = await mirror.get(`-/${path}`);
  assert.equal(status, 200, text);
  return JSON.parse(text);
}
