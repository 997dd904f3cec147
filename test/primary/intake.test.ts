import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { HOUR, MINUTE } from '../../src/host/clock.ts';
import { makeKey } from '../../src/operator/key.ts';
import { reportsIn, verifyKept } from '../../src/primary/kept-report.ts';
import { MOST_REPORT_BYTES } from '../../src/report/envelope.ts';
import { temporaryFolder } from '../support/folder.ts';
import { enrolled, NOW, openPrimary, statistics } from './primary.ts';

const DAY = '2026-11-20';

test('a report of an enrolled mirror is taken and counts once, however often it is sent', async (t) => {
  const primary = openPrimary(t);
  const first = await primary.message(statistics(DAY, { '1.0': 3 }), { sequence: 7 });
  const again = await primary.message(statistics(DAY, { '1.0': 3 }), { sequence: 7 });

  const answers = [await primary.receive(first), await primary.receive(again)];
  primary.judge();

  assert.deepEqual(answers, ['200', '200 duplicate']);
  assert.equal(primary.day(DAY), '1.0:3');
});

test('a correction replaces what was counted before, and mirrors add up', async (t) => {
  const primary = openPrimary(t);
  const { beta } = primary.keys;

  await primary.send(statistics(DAY, { '1.0': 3, '1.1': 1 }));
  await primary.send(statistics(DAY, { '1.0': 10 }), { mirror: 'beta', key: beta });
  primary.judge();
  const before = primary.day(DAY);
  await primary.send(statistics(DAY, { '1.0': 4 }));
  primary.judge();

  assert.deepEqual([before, primary.day(DAY)], ['1.0:13 1.1:1', '1.0:14']);
});

test('a replayed report is refused', async (t) => {
  const primary = openPrimary(t);
  const message = await primary.message(statistics(DAY, { '1.0': 3 }));

  const answers = [await primary.receive(message), await primary.receive(message)];

  assert.deepEqual(answers, ['200', '409 report-replayed']);
});

test('a forged report is refused: by another key, by an altered body with its own digest, and for another mirror', async (t) => {
  const primary = openPrimary(t);
  const stranger = makeKey(join(temporaryFolder(t), 'stranger'));
  const good = await primary.message(statistics(DAY, { '1.0': 3 }));
  const other = await primary.message(statistics(DAY, { '1.0': 9 }));
  const altered = {
    body: other.body,
    headers: { ...good.headers, 'content-digest': other.headers['content-digest'] ?? '' },
  };
  const posing = await primary.message(statistics(DAY, { '1.0': 3 }), { key: stranger });
  const named = {
    ...posing,
    headers: {
      ...posing.headers,
      'signature-input': (posing.headers['signature-input'] ?? '').replace(stranger.id, primary.keys.alpha.id),
    },
  };
  const borrowed = await primary.message(statistics(DAY, { '1.0': 3 }), { mirror: 'beta' });

  const answers = [
    await primary.receive(altered),
    await primary.receive(posing),
    await primary.receive(named),
    await primary.receive(borrowed),
    await primary.receive({ ...good, headers: { host: 'primary.example.org' } }),
    await primary.receive({ ...good, headers: { ...good.headers, host: 'other.example.org' } }),
  ];

  assert.deepEqual(answers, [
    '401 report-forged',
    '401 report-key-unknown',
    '401 report-forged',
    '403 report-wrong-mirror',
    '401 report-unsigned',
    '401 report-forged',
  ]);
  assert.deepEqual([...reportsIn(primary.database, 'received', 9)], []);
});

test('a truncated report is refused', async (t) => {
  const primary = openPrimary(t);
  const { headers, body } = await primary.message(statistics(DAY, { '1.0': 3 }));

  assert.equal(await primary.receive({ headers, body: body.subarray(0, body.length - 1) }), '400 report-truncated');
});

test('a report that is overtaken by a newer one about the same is refused as reordered, one about another day is not', async (t) => {
  const primary = openPrimary(t);
  const older = await primary.message(statistics(DAY, { '1.0': 3 }), { sequence: 10 });
  const otherDay = await primary.message(statistics('2026-11-19', { '1.0': 1 }), { sequence: 11 });
  const newer = await primary.message(statistics(DAY, { '1.0': 4 }), { sequence: 12 });

  const answers = [await primary.receive(newer), await primary.receive(older), await primary.receive(otherDay)];
  primary.judge();

  assert.deepEqual(answers, ['200', '409 report-reordered', '200']);
  assert.equal(primary.day(DAY), '1.0:4');
});

test('a huge report is refused before it is read', async (t) => {
  const primary = openPrimary(t);
  const { headers, body } = await primary.message(statistics(DAY, { '1.0': 3 }));
  const announced = { ...headers, 'content-length': String(MOST_REPORT_BYTES + 1) };

  assert.equal(await primary.receive({ headers: announced, body }), '413 report-too-large');
});

test('a late report and one from the future are refused, small differences of clocks are not', async (t) => {
  const primary = openPrimary(t);
  const send = async (at: number) => primary.receive(await primary.message(statistics(DAY, { '1.0': 3 }), { at }), NOW);

  const answers = [
    await send(NOW - 9 * MINUTE),
    await send(NOW + 4 * MINUTE),
    await send(NOW - 11 * MINUTE),
    await send(NOW + 6 * MINUTE),
  ];

  assert.deepEqual(answers, ['200', '200', '403 report-late', '403 report-early']);
});

test('a revoked key is refused whatever time its reports name, one that ended only for what it signed later', async (t) => {
  const revoked = openPrimary(t, { mirrors: ({ alpha }) => [enrolled('alpha', alpha, { revokedAt: NOW - MINUTE })] });
  const ended = openPrimary(t, { mirrors: ({ alpha }) => [enrolled('alpha', alpha, { notAfter: NOW - MINUTE })] });
  const dated = await revoked.message(statistics(DAY, { '1.0': 3 }), { at: NOW - 5 * MINUTE });
  const before = await ended.message(statistics(DAY, { '1.0': 3 }), { at: NOW - 2 * MINUTE });

  assert.deepEqual(
    [await revoked.receive(dated), await ended.send(statistics(DAY, {})), await ended.receive(before)],
    ['403 report-key-revoked', '403 report-key-expired', '200'],
  );
});

test('what is no report is refused with the place that is wrong', async (t) => {
  const primary = openPrimary(t);
  const wrong: unknown[] = [
    { kind: 'statistics', statistics: { day: '2026-13-01', rule: 1, coverage: 'full', downloads: {}, traffic: null } },
    {
      kind: 'statistics',
      statistics: { day: DAY, rule: 1, coverage: 'full', downloads: { g: { a: { v: -1 } } }, traffic: null },
    },
    {
      kind: 'statistics',
      statistics: { day: DAY, rule: 1, coverage: 'full', downloads: { '../x': { a: { v: 1 } } }, traffic: null },
    },
    { kind: 'gossip' },
    statistics('2026-11-22', { '1.0': 1 }),
    { kind: 'key', next_key: 'short' },
  ];

  const answers = [];
  for (const content of wrong) answers.push(await primary.send(content as never));
  answers.push(await primary.send(statistics(DAY, {}), { sequence: NOW + 48 * HOUR }));

  assert.deepEqual(
    answers,
    Array.from({ length: 7 }, () => '422 report-malformed'),
  );
});

test('an address that had many reports refused is heard no more for a while, others are', async (t) => {
  const primary = openPrimary(t);
  const { headers, body } = await primary.message(statistics(DAY, { '1.0': 3 }));
  const cut = { headers, body: body.subarray(1) };

  const answers = [];
  for (let count = 0; count < 52; count += 1) answers.push(await primary.receive(cut));
  const later = await primary.receive(cut, NOW + 11 * MINUTE);
  const other = await primary.receive({ headers, body }, NOW, '192.0.2.2');

  assert.deepEqual(
    [answers[49], answers[50], answers[51]],
    ['400 report-truncated', '429 report-rate', '429 report-rate'],
  );
  assert.deepEqual([later, other], ['403 report-late', '200']);
});

test('a mirror may not report without end', async (t) => {
  const primary = openPrimary(t);
  await primary.send(statistics(DAY, { '1.0': 3 }), { sequence: 1 });
  primary.database.exec(`WITH RECURSIVE more(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM more WHERE n < 1000)
    INSERT INTO primary_report (mirror, kind, subject, sequence, received_at, public_key, authority, path, content_digest, signature_input, signature, body, state, doubts)
    SELECT mirror, kind, subject || n, n, received_at, public_key, authority, path, content_digest, signature_input, signature, body, state, doubts FROM primary_report, more`);

  const answers = [
    await primary.send(statistics(DAY, { '1.0': 4 })),
    await primary.send(statistics(DAY, {}), { mirror: 'beta', key: primary.keys.beta }),
  ];

  assert.deepEqual(answers, ['429 report-rate', '200']);
});

test('the feed as it was kept proves itself: what somebody forges in the database is found', async (t) => {
  const primary = openPrimary(t);
  await primary.send(statistics(DAY, { '1.0': 3 }));
  await primary.send(statistics('2026-11-19', { '1.0': 3 }));
  const [first, second] = reportsIn(primary.database, 'received', 9);
  const forged = String(JSON.stringify(second?.report)).replace('"1.0":3', '"1.0":9');
  primary.database.prepare('UPDATE primary_report SET body = ? WHERE id = ?').run(Buffer.from(forged), second?.id);

  assert.deepEqual(
    [await verifyKept(primary.database, first?.id ?? 0), await verifyKept(primary.database, second?.id ?? 0)],
    [true, false],
  );
});
