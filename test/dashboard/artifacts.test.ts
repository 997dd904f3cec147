import assert from 'node:assert/strict';
import test from 'node:test';
import { artifactSearchShape, artifactShape, refusedShape, versionShape } from '../../src/config/shape/artifact.ts';
import { statisticsShape } from '../../src/config/shape/statistics.ts';
import { ARTIFACT, NOT_MEASURED, STATISTICS, VERSION } from './artifact-fleet.ts';
import { ask, HOSTILE, HTML, NO_TEXT, textOf } from './asking.ts';
import { FRESH, fakeSummaries, HEALTHY } from './fleet.ts';

const JSON_TYPE = 'application/json';

test('a search says what was meant exactly, then what may be meant, and keeps what was typed in its box', async () => {
  const page = textOf(await ask(HEALTHY, '/-/artifacts?q=%5Borg.example%2Ftool+%222.0%22%5D', HTML));

  assert.match(page, /value="\[org\.example\/tool &quot;2\.0&quot;\]"/);
  assert.ok(page.includes('href="/-/artifacts/org.example/tool/2.0"'));
  assert.ok(page.includes('href="/-/artifacts/org.example.g1/tool-1"'));
  assert.ok(page.includes('href="/-/artifacts.json?q=%5Borg.example%2Ftool%20%222.0%22%5D"'));
});

test('a search that finds nothing says where it may be', async () => {
  const page = textOf(await ask(FRESH, '/-/artifacts?q=nothing', HTML));

  assert.match(page, /Nothing here is called/);
});

test('the page of an artifact tells how each version stands, and leads to it', async () => {
  const page = textOf(await ask(HEALTHY, '/-/artifacts/org.example/tool', HTML));

  for (const words of ['held back', 'damaged here', 'taken down', 'served, gone at its origin', 'checksum-mismatch']) {
    assert.ok(page.includes(words), words);
  }
  assert.ok(page.includes('href="/-/artifacts/org.example/tool/2.0"'));
  assert.ok(page.includes('href="/-/artifacts/org.example/tool?from=0.9.1"'));
  assert.ok(page.includes('href="/-/incidents/00000000aa"'));
  assert.ok(page.includes('href="/-/incidents/00000000bb"'), 'why it is held back');
  assert.ok(page.includes('A crawl cannot see a mirror that lies only to chosen addresses.'));
});

test('the page of a version has every sum to compare with, and the lines for a build file', async () => {
  const page = textOf(await ask(HEALTHY, '/-/artifacts/org.example/tool/2.0', HTML));

  for (const file of VERSION.files) assert.ok(page.includes(file.sha256), file.path);
  for (const line of ['[org.example/tool &quot;2.0&quot;]', 'implementation(&quot;org.example:tool:2.0&quot;)']) {
    assert.ok(page.includes(line), line);
  }
});

test('an artifact whose name ends with .json is an artifact, for people and for programs', async () => {
  const summaries = fakeSummaries({
    artifact: (group, artifact) => (artifact === 'data.json' ? { ...ARTIFACT, group, artifact } : null),
  });

  const page = await ask(summaries, '/-/artifacts/org.clojure/data.json', HTML);
  const program = await ask(summaries, '/-/artifacts/org.clojure/data.json', JSON_TYPE);
  const twin = await ask(summaries, '/-/artifacts.json?of=org.clojure:data.json', HTML);
  const other = await ask(summaries, '/-/artifacts/org.clojure/data', HTML);

  assert.match(textOf(page), /<h1>org\.clojure:data\.json<\/h1>/);
  assert.ok(textOf(page).includes('href="/-/artifacts.json?of=org.clojure%3Adata.json"'));
  assert.equal(JSON.parse(textOf(program)).artifact, 'data.json');
  assert.deepEqual(twin.body, program.body);
  assert.equal(other.status, 404);
});

test('statistics show a line with its gaps, the most fetched, and how much was measured', async () => {
  const page = textOf(await ask(HEALTHY, '/-/statistics', HTML));

  assert.match(page, /28 of 30 days measured, 1 of them in part\./);
  assert.match(page, /2 days from 2026-10-27 to 2026-11-25 were not measured at all/);
  assert.match(page, /class="line" d="M/);
  assert.ok(page.includes('href="/-/artifacts/org.example.group-0/library-0"'));
  assert.ok(page.includes('other &lt;b&gt;program&lt;/b&gt;'));
});

test('where nothing was measured statistics show no zero, and what to do', async () => {
  const uncounted = fakeSummaries({
    statistics: () => NOT_MEASURED,
    roles: { mirrors: true, crawls: false, counts: false },
  });

  const [waiting, without] = await Promise.all([
    ask(FRESH, '/-/statistics', HTML),
    ask(uncounted, '/-/statistics', HTML),
  ]);

  assert.match(textOf(waiting), /assay stats ingest/);
  assert.match(textOf(without), /Name the access logs in/);
  for (const page of [waiting, without]) assert.doesNotMatch(textOf(page), /class="figure"|<svg viewBox="0 0 1000/);
});

test('quarantine tells what was refused, what waits, and what to do', async () => {
  const page = textOf(await ask(HEALTHY, '/-/quarantine', HTML));
  const empty = textOf(await ask(FRESH, '/-/quarantine', HTML));

  assert.match(page, /31 files/);
  assert.match(page, /incomplete-version/);
  assert.match(page, /assay quarantine show/);
  assert.match(empty, /Nothing\./);
});

test('what pages show is what their twins tell, in the shapes that are promised', async () => {
  const told = async (target: string) => JSON.parse(textOf(await ask(HEALTHY, target, JSON_TYPE)));

  assert.deepEqual(await told('/-/statistics.json'), STATISTICS);
  artifactSearchShape.parse(await told('/-/artifacts.json?q=tool'));
  artifactShape.shape.held.parse((await told('/-/artifacts.json?of=org.example:tool')).held);
  versionShape.shape.held.parse((await told('/-/artifacts.json?of=org.example:tool:2.0')).held);
  refusedShape.shape.deferred.parse((await told('/-/quarantine.json')).deferred);
  statisticsShape.shape.days.parse((await told('/-/statistics.json')).days);
});

for (const [what, text] of Object.entries(HOSTILE)) {
  test(`what others called their artifacts stays text: ${what}`, async () => {
    const held = [
      {
        path: text,
        kind: 'rejected',
        verdict: text,
        sentence: text,
        since: '2026-11-25T11:00:00.000Z',
        incident: null,
      },
    ] as const;
    const place = { mirror: text, standing: 'trouble', asked_at: null, behind_seconds: null } as const;
    const mirrors = [{ ...place, troubles: [{ verdict: text, severity: text, path: text, incident: null }] }];
    const takedown = { what: text, reason: text, legal: true, at: '2026-11-25T11:00:00.000Z' };
    const standing = { held, mirrors, takedown };
    const [row] = ARTIFACT.shown;
    const [file] = VERSION.files;
    assert.ok(row !== undefined && file !== undefined);
    const summaries = fakeSummaries({
      name: text,
      artifacts: () => ({
        typed: text,
        exact: { group: text, artifact: text, version: text },
        artifacts: [{ group: text, artifact: text, folder: text }],
        paths: [text],
        more: true,
      }),
      artifact: () => ({
        ...ARTIFACT,
        group: text,
        artifact: text,
        folder: text,
        next: text,
        shown: [{ ...row, version: text, signature: text }],
        ...standing,
      }),
      artifactVersion: () => ({
        ...VERSION,
        group: text,
        artifact: text,
        version: text,
        files: [{ ...file, path: text, damaged: text, upstream_sum: text }],
        ...standing,
      }),
      statistics: () => ({
        ...STATISTICS,
        top: [{ group: text, artifact: text, downloads: 1 }],
        traffic: { requests: 1, bytes: 1, families: { [text]: { requests: 1, bytes: 1, jars: 1 } } },
      }),
      refused: () => ({
        entries: [
          {
            id: text,
            path: text,
            verdict: text,
            sentence: text,
            size: 1,
            since: '2026-11-25T11:00:00.000Z',
            expected_sha256: text,
            observed_sha256: text,
          },
        ],
        deferred: held,
      }),
    });
    const targets = ['/-/artifacts?q=x', '/-/artifacts/g/a', '/-/artifacts/g/a/1.0', '/-/statistics', '/-/quarantine'];

    const pages = await Promise.all(targets.map((target) => ask(summaries, target, HTML)));

    for (const page of pages) {
      assert.equal(page.status, 200);
      assert.deepEqual(textOf(page).match(NO_TEXT), null);
      assert.ok((page.body?.length ?? 0) < 60_000, `${page.body?.length} bytes`);
    }
  });
}
