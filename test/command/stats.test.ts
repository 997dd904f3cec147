import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { envelopeShape } from '../../src/config/shape/envelope.ts';
import { statsExportShape } from '../../src/config/shape/stats.ts';
import { commandLine } from '../support/command-line.ts';
import { done, EXPORTED, fakeVerbs, TOP } from '../support/fake-verbs.ts';
import { temporaryFolder } from '../support/folder.ts';

function countingConfig(t: TestContext): string {
  const file = join(temporaryFolder(t), 'assay.yaml');
  writeFileSync(file, 'name: a\nstats: { logs: [ { kind: nginx, path: /var/log/nginx/access.log } ] }\n');
  return file;
}

test('an export prints what a reader of Clojars takes, and nothing else', async (t) => {
  const config = countingConfig(t);
  const verbs = fakeVerbs();
  const argv = ['stats', 'export', '--day', '2026-11-20', '--config', config];

  const plain = await commandLine(argv, { verbs });
  const json = await commandLine([...argv, '--json'], { verbs });

  assert.deepEqual([plain.exit, plain.stdout, plain.stderr], [0, '{["org.example" "tool"] {"1.0" 3}}\n', '']);
  assert.deepEqual(envelopeShape(statsExportShape).parse(JSON.parse(json.stdout)).result, EXPORTED);
  assert.deepEqual(verbs.asked[0], ['statsExport', { day: 20_777, scope: 'all', format: 'edn' }]);
});

test('an export may go into a file, and is either of a day or of all', async (t) => {
  const config = countingConfig(t);
  const output = join(temporaryFolder(t), 'all.edn');

  const written = await commandLine(['stats', 'export', '--all', '--output', output, '--config', config], {
    verbs: fakeVerbs(),
  });
  const neither = await commandLine(['stats', 'export', '--config', config], { verbs: fakeVerbs() });
  const wrong = await commandLine(['stats', 'export', '--day', '2026-06-31', '--config', config], {
    verbs: fakeVerbs(),
  });

  assert.deepEqual(
    [written.exit, written.stdout, readFileSync(output, 'utf8')],
    [0, '', '{["org.example" "tool"] {"1.0" 3}}\n'],
  );
  assert.deepEqual([neither.exit, wrong.exit], [2, 2]);
  assert.match(wrong.stderr, /It takes a day such as 2026-11-21/);
});

test('what is counted is told log by log, and a day counted again with what became of it', async (t) => {
  const log = { log: 'nginx /var/log/nginx/access.log', files: 2, bytes: 4096, lines: 1200, rejected: 3, error: null };
  const again = { log: log.log, day: '2026-11-20', before: 7, after: 5, replaced: false };
  const verbs = fakeVerbs({ statsIngest: async () => done({ logs: [log], recounted: [again] }) });

  const { stdout } = await commandLine(['stats', 'ingest', '--day', '20261120', '--config', countingConfig(t)], {
    verbs,
  });

  assert.match(stdout, /nginx \/var\/log\/nginx\/access\.log +2 +4\.0 KiB +1,200 +3/);
  assert.match(stdout, /2026-11-20, .*: 5 downloads, not taken/);
});

test('what is not measured is called so', async (t) => {
  const config = countingConfig(t);
  const none = await commandLine(['stats', 'top', '--config', config], { verbs: fakeVerbs() });
  const measured = fakeVerbs({
    statsTop: async () =>
      done({
        ...TOP,
        measured_days: 1,
        total: 1200,
        top: [{ group: 'org.example', artifact: 'tool', downloads: 1200 }],
        traffic: {
          requests: 9000,
          bytes: 1,
          fetched: { jars: 1200, poms: 1 },
          retries: null,
          crawls: { jars: 7, poms: 0 },
          families: { maven: { requests: 9000, bytes: 1024, jars: 1200, poms: 1 } },
        },
      }),
  });
  const some = await commandLine(['stats', 'top', '--config', config], { verbs: measured });

  assert.equal(none.stdout, '2026-10-23 to 2026-11-21: not measured.\n');
  assert.match(some.stdout, /1,200 {6}org\.example:tool/);
  assert.match(some.stdout, /Of 1,200 jars fetched: retries \(estimated\) not measured, known crawls 7\./);
});

test('counting logs without the role says which section is missing', async (t) => {
  const file = join(temporaryFolder(t), 'assay.yaml');
  writeFileSync(file, 'name: a\n');

  const { exit, stderr } = await commandLine(['stats', 'ingest', '--config', file], { verbs: fakeVerbs() });

  assert.equal(exit, 2);
  assert.match(stderr, /the section stats/);
});
