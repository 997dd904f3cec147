import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { DriftResult } from '../../src/config/shape/drift.ts';
import { DAY } from '../../src/host/clock.ts';
import { clojarsTwin, type TwinUnderTest } from '../support/clojars-twin.ts';
import { type Mirror, startMirror } from '../support/mirror.ts';

async function mirrorOfTwin(t: TestContext): Promise<{ twin: TwinUnderTest; mirror: Mirror }> {
  const twin = await clojarsTwin(t);
  twin.deploy('a', ['1.0']);
  twin.deploy('b', ['1.0']);
  twin.refresh(Date.now() - DAY);
  const both = { min_free_gib: 0, requests_per_second: 0 };
  const mirror = await startMirror(t, {
    sections: {
      source: [
        { kind: 's3', url: `s3://${twin.bucket}/`, endpoint: twin.endpoint, path_style: true, ...both },
        { kind: 'http', mode: 'feeds', url: twin.cdn, ...both },
      ],
    },
  });
  assert.equal((await mirror.sync()).exit, 0);
  return { twin, mirror };
}

const A = 'org/example/a/1.0/a-1.0';

test('an origin that agrees with itself and with what it was has no drift', async (t) => {
  const { mirror } = await mirrorOfTwin(t);

  const { exit, result } = await mirror.verb<DriftResult>('origin', 'drift');

  assert.equal(exit, 0);
  assert.deepEqual(result.drift, []);
  assert.deepEqual(result.compared, { bucket: 18, history: 18, cdn: 18, poms: 2, jars: 2 });
});

test('what was rewritten, lost, hidden and forgotten is named, with who stands alone', async (t) => {
  const { twin, mirror } = await mirrorOfTwin(t);
  twin.put(`${A}.jar`, 'rewritten');
  twin.remove('org/example/b/1.0/b-1.0.pom');
  twin.put('org/example/c/1.0/c-1.0.pom', '<project/>');
  twin.interfere = (part, request, response) => {
    if (part !== 'cdn' || request.url !== `/${A}.pom`) return false;
    response.writeHead(404).end();
    return true;
  };

  const { exit, result } = await mirror.verb<DriftResult>('origin', 'drift');

  assert.equal(exit, 1);
  assert.deepEqual(
    result.drift.map(({ kind, path, blame }) => [kind, path, blame]).toSorted(),
    [
      ['cdn-missing', `${A}.pom`, 'cdn'],
      ['feed-without-file', 'org/example/b/1.0/b-1.0.pom', 'feed'],
      ['file-without-feed', 'org/example/c/1.0/c-1.0.pom', 'feed'],
      ['lost', 'org/example/b/1.0/b-1.0.pom', 'bucket'],
      ['rewritten', `${A}.jar`, 'bucket'],
    ].toSorted(),
  );
});

test('a face that does not answer is a problem, and the others are compared all the same', async (t) => {
  const { twin, mirror } = await mirrorOfTwin(t);
  twin.lose('cdn');
  twin.lose('feeds');

  const { exit, result, problems } = await mirror.verb<DriftResult>('origin', 'drift');

  assert.equal(exit, 3);
  assert.deepEqual([result.compared.bucket, result.compared.cdn, result.compared.poms], [18, null, null]);
  assert.ok(problems.length > 0);
});

test('an origin without a bucket and without a web server has nothing to differ from', async (t) => {
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.sync();

  const { exit, problems } = await mirror.verb('origin', 'drift');

  assert.deepEqual([exit, problems[0]?.code], [2, 'config-no-faces']);
});
