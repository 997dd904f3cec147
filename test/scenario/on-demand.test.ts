// Pull-through by the daemon: a real origin over HTTP, serve processes that only read, and a build tool that asks.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { clojarsTwin, type TwinUnderTest } from '../support/clojars-twin.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startMirror } from '../support/mirror.ts';
import { type RunningDaemon, startDaemon } from '../support/running-daemon.ts';

interface PullThrough {
  readonly twin: TwinUnderTest;
  readonly configFile: string;
  readonly daemon: RunningDaemon;
  get(path: string, method?: string): Promise<{ status: number; text: string; headers: Headers }>;
  /** Requests that the origin has had for this path. */
  asked(path: string): number;
}

async function pullThrough(t: TestContext, more: Readonly<Record<string, unknown>> = {}): Promise<PullThrough> {
  const twin = await clojarsTwin(t);
  const counts = new Map<string, number>();
  twin.interfere = (_part, request) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    counts.set(path, (counts.get(path) ?? 0) + 1);
    return false;
  };
  const home = temporaryFolder(t);
  const configFile = join(home, 'assay.yaml');
  writeFileSync(
    configFile,
    JSON.stringify({
      name: 'mirror.example.org',
      data: join(home, 'data'),
      source: { kind: 'http', mode: 'on-demand', url: twin.cdn, min_free_gib: 0, jitter_seconds: 0, ...more },
      serve: { listen: ['127.0.0.1:0'], plain_http: true, access_log: null, processes: 2 },
    }),
  );
  const daemon = await startDaemon(t, configFile);
  return {
    twin,
    configFile,
    daemon,
    async get(path, method = 'GET') {
      const answer = await fetch(`${daemon.url}${path}`, { method });
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    },
    asked: (path) => counts.get(path) ?? 0,
  };
}

const STEM = 'org/example/tool/1.0+x/tool-1.0+x';

test('what a client asks for first is fetched, proven, published and served; the second time it is here', async (t) => {
  const pull = await pullThrough(t);
  pull.twin.deploy('tool', ['1.0+x']);

  const pom = await pull.get(`${STEM}.pom`);
  const jar = await pull.get(`${STEM}.jar`);
  const sum = await pull.get(`${STEM}.jar.sha1`);
  const again = await pull.get(`${STEM}.jar`);
  const metadata = await pull.get('org/example/tool/maven-metadata.xml', 'HEAD');

  assert.deepEqual(
    [pom, jar, sum, again, metadata].map(({ status }) => status),
    [200, 200, 200, 200, 200],
  );
  assert.equal(jar.text, 'tool 1.0+x');
  assert.match(jar.headers.get('x-checksum-sha1') ?? '', /^[0-9a-f]{40}$/);
  assert.match(jar.headers.get('cache-control') ?? '', /immutable/);
  assert.deepEqual([`${STEM}.jar`, `${STEM}.jar.sha1`].map(pull.asked), [1, 1]);
});

test('many who ask for the same at once make one request of it', async (t) => {
  const pull = await pullThrough(t);
  pull.twin.deploy('tool', ['1.0+x']);

  const answers = await Promise.all(Array.from({ length: 40 }, () => pull.get(`${STEM}.jar`)));

  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(pull.asked(`${STEM}.jar`), 1);
});

test('what the origin does not have is a 404, asked for once; nonsense is not passed on', async (t) => {
  const pull = await pullThrough(t);

  const answers = [];
  for (const path of [`${STEM}.jar`, `${STEM}.jar`, 'favicon.ico', 'wp-login.php'])
    answers.push((await pull.get(path)).status);

  assert.deepEqual(answers, [404, 404, 404, 404]);
  assert.equal(pull.asked(`${STEM}.jar`), 1);
  assert.equal(pull.asked('favicon.ico'), 0);
});

test('bytes that do not match their sum are asked for twice and never served, nor is their version without them', async (t) => {
  const pull = await pullThrough(t);
  pull.twin.deploy('tool', ['1.0+x']);
  pull.twin.put(`${STEM}.jar`, 'altered');
  pull.twin.put(`${STEM}.jar.sha1`, '0'.repeat(40));

  const jar = await pull.get(`${STEM}.jar`);
  const again = await pull.get(`${STEM}.jar`);

  assert.deepEqual([jar.status, again.status], [403, 403]);
  assert.match(jar.text, /checksum-mismatch/);
  assert.equal(pull.asked(`${STEM}.jar`), 2);
});

test('while the origin is down what is here is served, and what is not is answered so that it is asked for again', async (t) => {
  const pull = await pullThrough(t);
  pull.twin.deploy('tool', ['1.0+x']);
  pull.twin.deploy('other', ['1.0']);
  await pull.get(`${STEM}.jar`);
  pull.twin.lose('cdn');

  const here = await pull.get(`${STEM}.jar`);
  const gone = await pull.get('org/example/other/1.0/other-1.0.jar');
  pull.twin.restore('cdn');

  assert.equal(here.status, 200);
  assert.deepEqual([gone.status, gone.headers.get('cache-control')], [403, 'no-store']);
  assert.match(gone.text, /origin-unreachable/);
});

test('only what the filters want is fetched', async (t) => {
  const pull = await pullThrough(t, { include: ['org/example/tool/**'] });
  pull.twin.deploy('tool', ['1.0+x']);
  pull.twin.deploy('other', ['1.0']);

  assert.deepEqual(
    [(await pull.get(`${STEM}.jar`)).status, (await pull.get('org/example/other/1.0/other-1.0.jar')).status],
    [200, 404],
  );
});

test('a pass brings up to date what may have changed at the origin, and fetches nothing that nobody asked for', async (t) => {
  const twin = await clojarsTwin(t);
  twin.deploy('tool', ['1.0']);
  const source = { kind: 'http', mode: 'on-demand', url: twin.cdn, min_free_gib: 0 };
  const mirror = await startMirror(t, { sections: { source: [source] } });
  const empty = await mirror.sync();
  const daemon = await startDaemon(t, mirror.configFile);
  const metadata = async () => await (await fetch(`${daemon.url}org/example/tool/maven-metadata.xml`)).text();
  await metadata();
  daemon.signal('SIGTERM');
  await daemon.ended;
  twin.deploy('tool', ['1.0', '2.0']);

  const { exit, result } = await mirror.sync();
  const quiet = await mirror.sync();

  assert.deepEqual([empty.exit, empty.result.listed], [0, 0]);
  assert.deepEqual([exit, result.changed, result.added], [0, 3, 0]);
  assert.deepEqual([quiet.exit, quiet.result.changed, quiet.result.listed], [0, 0, 0]);
  assert.match((await mirror.get('org/example/tool/maven-metadata.xml')).text, /2\.0/);
});
