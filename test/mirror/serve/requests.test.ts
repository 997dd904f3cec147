import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, describe, it, type TestContext } from 'node:test';
import { makeCertificate } from '../../../src/demo/certificate.ts';
import { buildServer, type RunningServer, startServer } from '../../../src/mirror/serve/server.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { type Planted, plant } from './planted.ts';
import type { RequestRow } from './request-row.ts';
import { REQUESTS } from './requests.ts';
import { ask, type WireAnswer } from './wire.ts';

/** A hook that is added in `before` would run at that hook's end: what the suite has made is kept until the suite ends. */
const releases: (() => unknown)[] = [];
const suite: Pick<TestContext, 'after'> = { after: (work) => void releases.push(work as () => unknown) };
after(() => releases.forEach((release) => void release()));

describe('a request, through inject,', () => {
  let app: ReturnType<typeof buildServer>;
  before(() => {
    const planted = plant(suite);
    app = buildServer(planted.site, planted.rooms);
  });
  after(() => app.close());

  for (const row of REQUESTS.filter((candidate) => candidate.wire === undefined)) {
    it(row.that, async () => {
      const answer = await app.inject({
        method: (row.method ?? 'GET') as 'GET',
        url: row.target,
        headers: row.headers ?? {},
      });

      judge(row, {
        status: answer.statusCode,
        reason: answer.statusMessage,
        headers: answer.headers as Record<string, string>,
        body: answer.rawPayload,
      });
    });
  }
});

describe('a request, over TLS,', () => {
  let planted: Planted;
  let server: RunningServer;
  let ca: string;
  before(async () => {
    planted = plant(suite);
    const folder = temporaryFolder(suite);
    const made = await makeCertificate({ names: [], addresses: ['127.0.0.1'], now: Date.now(), days: 2 });
    writeFileSync(`${folder}/certificate.pem`, made.certificatePem);
    writeFileSync(`${folder}/key.pem`, made.keyPem);
    ca = made.caPem;
    const tls = { certificate: `${folder}/certificate.pem`, key: `${folder}/key.pem`, profile: 'modern' } as const;
    const options = { ...planted.site, listen: ['127.0.0.1:0'], reusePort: false, tls };
    server = await startServer(options, planted.rooms, new AbortController().signal);
  });
  after(() => server.stop());

  for (const row of REQUESTS) {
    it(row.that, async () => {
      const answer = await ask(server.url, row.method ?? 'GET', row.target, row.headers, { ca });

      judge(row, answer);
    });
  }

  it('leaves no error in the log', () => {
    assert.deepEqual(
      planted.logged.filter((line) => Number(line.level) >= 50),
      [],
    );
  });
});

function judge(row: RequestRow, answer: WireAnswer): void {
  assert.equal(answer.status, row.status);
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
