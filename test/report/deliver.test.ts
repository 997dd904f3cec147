import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { DAY, HOUR } from '../../src/host/clock.ts';
import { openHttp } from '../../src/host/http.ts';
import { makeKey } from '../../src/operator/key.ts';
import { deliverReports, judgeAnswer, REPORT_TOPIC, report, reportSchema } from '../../src/report/deliver.ts';
import { migrate } from '../../src/state/migrate.ts';
import { openState } from '../../src/state/open.ts';
import { openOutbox, stateSchema } from '../../src/state/outbox.ts';
import { statistics } from '../primary/primary.ts';
import { temporaryFolder } from '../support/folder.ts';
import { handClock } from '../support/hand-clock.ts';

const NEVER = new AbortController().signal;

function openReporting(t: TestContext, primary: string) {
  const folder = temporaryFolder(t);
  const database = openState(join(folder, 'state.db'));
  t.after(() => database.close());
  migrate(database, [stateSchema, reportSchema]);
  const outbox = openOutbox(database);
  return { database, outbox, mirror: 'alpha', primary, key: makeKey(join(folder, 'key')) };
}

/** A primary that answers what it is told, one answer a request, and remembers the sequences that it saw. */
async function answering(t: TestContext, answers: readonly (readonly [number, string])[]) {
  const seen: number[] = [];
  const nonces: string[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      seen.push((JSON.parse(text) as { sequence: number }).sequence);
      nonces.push(/nonce="([^"]*)"/.exec(String(request.headers['signature-input']))?.[1] ?? '');
      const [status, type] = answers[seen.length - 1] ?? [200, ''];
      response.writeHead(status, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify(type === '' ? {} : { type: `urn:assay:problem:${type}`, detail: 'x' }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => new Promise((done) => server.close(done)));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`, seen, nonces };
}

test('what was said is not said again until it has changed, and each report has a higher sequence than all before', (t) => {
  const reporting = openReporting(t, 'https://primary.example.org/');
  const say = (count: number, now: number, again = false) =>
    report(reporting, 'day', statistics('2026-11-20', { '1.0': count }), now, again);

  const said = [say(1, 1000), say(1, 1001), say(2, 1002), say(2, 1003, true), say(3, 500)];

  const sequences = reporting.database
    .prepare('SELECT body FROM state_outbox ORDER BY id')
    .pluck()
    .all()
    .map((body) => JSON.parse(String(body)).sequence);
  assert.deepEqual(said, [true, false, true, true, true]);
  assert.deepEqual(sequences, [1000, 1002, 1003, 1004]);
});

test('a primary that is down is asked again later, in order, each time with a new signature', async (t) => {
  const primary = await answering(t, [
    [503, ''],
    [200, ''],
    [200, ''],
  ]);
  const reporting = openReporting(t, primary.url);
  const clock = handClock();
  await using http = openHttp({ userAgent: 'test', clock, chance: () => 0 });
  const delivering = { outbox: reporting.outbox, http, key: reporting.key, clock, ca: null };
  const at = clock.now();
  report(reporting, 'a', statistics('2026-11-19', { '1.0': 1 }), at);
  report(reporting, 'b', statistics('2026-11-20', { '1.0': 1 }), at);

  const first = await deliverReports(delivering, NEVER);
  await clock.advance(2 * HOUR);
  const second = await deliverReports(delivering, NEVER);

  assert.deepEqual([first.sent, first.later, first.lastReason], [0, 1, '503']);
  assert.deepEqual([second.sent, second.later, reporting.outbox.state(REPORT_TOPIC).due], [2, 0, 0]);
  assert.deepEqual(primary.seen, [at, at, at + 1]);
  assert.equal(new Set(primary.nonces).size, 3);
});

test('what a primary answers decides whether a report waits, is done with, or is lost', () => {
  const judged = (status: number, type: string, retryAfterMs: number | null = null) => {
    const body = Buffer.from(JSON.stringify({ type: `urn:assay:problem:${type}`, detail: 'why' }));
    const delivery = judgeAnswer(status, type === '' ? Buffer.from('<html>') : body, retryAfterMs);
    return delivery.kind === 'later' ? `later ${delivery.retryAfterMs ?? ''}`.trim() : delivery.kind;
  };

  assert.deepEqual(
    [
      judged(200, ''),
      judged(409, 'report-reordered'),
      judged(409, 'report-replayed'),
      judged(422, 'report-malformed'),
      judged(413, 'report-too-large'),
      judged(413, ''),
      judged(400, 'report-truncated'),
      judged(401, 'report-key-unknown'),
      judged(429, 'report-rate', 600_000),
      judged(502, ''),
      judged(404, ''),
    ],
    [
      'sent',
      'sent',
      'later',
      'dead',
      'dead',
      'later',
      'later',
      'later 3600000',
      'later 600000',
      'later',
      'later 3600000',
    ],
  );
});

test('a status is old news after two days, a day of statistics is kept for a year', (t) => {
  const reporting = openReporting(t, 'https://primary.example.org/');
  report(reporting, 'a', statistics('2026-11-19', { '1.0': 1 }), 1);

  const expires = reporting.database.prepare('SELECT expires_at FROM state_outbox').pluck().get();

  assert.equal(expires, 1 + 400 * DAY);
});
