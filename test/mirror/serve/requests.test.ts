import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { type RunningServer, startServer } from '../../../src/mirror/serve/server.ts';
import { type Planted, plant } from './planted.ts';
import type { RequestRow } from './request-row.ts';
import { REQUESTS } from './requests.ts';
import { certificateFiles, serveOptions } from './running.ts';
import { ask, type WireAnswer } from './wire.ts';

/** A hook that is added in `before` would run at that hook's end: what the suite has made is kept until the suite ends. */
const releases: (() => unknown)[] = [];
const suite: Pick<TestContext, 'after'> = { after: (work) => void releases.push(work as () => unknown) };
after(() => releases.forEach((release) => void release()));

for (const profile of [null, 'modern'] as const) {
  describe(`a request, over ${profile === null ? 'plain HTTP' : 'TLS'},`, () => {
    let planted: Planted;
    let server: RunningServer;
    let ca = '';
    before(async () => {
      planted = plant(suite);
      const tls = profile === null ? null : await certificateFiles(suite);
      ca = tls?.caPem ?? '';
      server = await startServer({ ...serveOptions(planted), tls }, planted.rooms, new AbortController().signal);
    });
    after(() => server.stop());

    for (const row of REQUESTS) {
      it(row.that, async () => {
        // Once from the tree, and once more from memory.
        for (const turn of ['first', 'again']) {
          const answer = await ask(server.url, row.method ?? 'GET', row.target, row.headers, { ca });

          judge(row, answer, turn);
        }
      });
    }

    it('leaves no error in the log', () => {
      assert.deepEqual(
        planted.logged.filter((line) => Number(line.level) >= 50),
        [],
      );
    });
  });
}

function judge(row: RequestRow, answer: WireAnswer, turn: string): void {
  assert.equal(answer.status, row.status, turn);
  if (row.reason !== undefined) assert.equal(answer.reason, row.reason);
  for (const [name, value] of Object.entries(row.fields ?? {})) {
    assert.equal(answer.headers[name] ?? null, value, name);
  }
  if (row.body !== undefined) assert.ok(answer.body.equals(row.body), 'another body');
  if (row.problem !== undefined && row.method !== 'HEAD') {
    const body = JSON.parse(answer.body.toString('utf8'));
    for (const [name, value] of Object.entries(row.problem)) assert.equal(body[name], value, name);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
  }
}
