// A primary with its mirror: enrolled, reporting, counted, listed; and what happens when the primary is away.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { MirrorsResult } from '../../src/config/shape/mirrors.ts';
import type { EnrollResult, ReportSendResult } from '../../src/config/shape/report.ts';
import type { StatsExportResult } from '../../src/config/shape/stats.ts';
import type { StatusResult } from '../../src/config/shape/status.ts';
import type { NewToken } from '../../src/config/shape/token.ts';
import { makeKey } from '../../src/operator/key.ts';
import { jar, line } from '../stats/logs.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';
import { reportingPair, yesterday } from '../support/reporting-pair.ts';

describe('a primary and its mirror', () => {
  test('what the mirror counted stands in the sums of the primary, once, and the list names the mirror', async (t) => {
    if (!needs(t, 'rsync')) return;
    const pair = await reportingPair(t);
    const { mirror, primary } = pair;
    const { at, name } = yesterday();
    writeFileSync(
      pair.log,
      line(jar('1.0'), { at }) + line(jar('1.0'), { at: at + 1000 }) + line(jar('1.0'), { at: at + 5, status: 404 }),
    );
    await pair.serve();

    const sent = await pair.send();
    await pair.send();
    pair.judge();
    const day = await primary.verb<StatsExportResult>('stats', 'export', '--day', name);
    const listed = await mirror.verb<MirrorsResult>('mirrors', '--from', `${pair.url}-/mirrors.json`);
    const checked = await primary.verb<{ checked: number; forged: unknown[] }>('report', 'check');

    // A status, yesterday and today; a status more for each time that it had to wait.
    assert.deepEqual([sent.exit, sent.result.waiting], [0, 0], JSON.stringify(sent));
    assert.ok(sent.result.sent >= 3);
    assert.deepEqual(day.result.downloads, { 'org.example': { tool: { '1.0': 2 } } });
    assert.deepEqual(
      [listed.exit, listed.result.source, listed.result.primary],
      [0, 'asked', 'primary.example.org'],
      JSON.stringify(listed.problems),
    );
    const [entry] = listed.result.mirrors;
    assert.deepEqual(
      [entry?.name, entry?.country, entry?.healthy, entry?.outdated],
      ['mirror.example.org', 'DE', true, []],
    );
    assert.deepEqual([listed.result.origin.state, listed.result.origin.seen_by, listed.result.origin.of], ['up', 2, 2]);
    assert.deepEqual([checked.exit, checked.result.forged], [0, []]);
    assert.ok(checked.result.checked >= 3);
  });

  test('a primary that is away loses nothing, and the list that the mirror carries goes on being good', async (t) => {
    if (!needs(t, 'rsync')) return;
    const pair = await reportingPair(t);
    const { mirror } = pair;
    const { at, name } = yesterday();
    const first = await pair.serve();
    pair.judge();
    await mirror.verb<MirrorsResult>('mirrors', '--from', `${pair.url}-/mirrors.json`);
    await first.stop();
    writeFileSync(pair.log, line(jar('1.0'), { at }));

    const down = await mirror.verb<ReportSendResult>('report', 'send');
    const status = await mirror.verb<StatusResult>('status');
    const remembered = await mirror.verb<MirrorsResult>('mirrors', '--from', `${pair.url}-/mirrors.json`);
    const byAnother = await mirror.verb<MirrorsResult>('mirrors', '--key', pair.key.public_key);
    const carried = await mirror.get('.meta/assay/mirrors.json');
    const away = await mirror.get('-/mirrors.json');
    await pair.serve();
    mirror.look(({ outbox }) => assert.ok(outbox.state('report').due > 0));
    const up = await pair.send();
    pair.judge();
    const day = await pair.primary.verb<StatsExportResult>('stats', 'export', '--day', name);

    assert.deepEqual([down.exit, down.problems[0]?.code], [3, 'report-undelivered']);
    assert.ok((status.result.report?.waiting ?? 0) >= 3);
    assert.deepEqual(
      [remembered.exit, remembered.result.source, remembered.problems[0]?.code],
      [3, 'remembered', 'mirrors-not-good'],
    );
    assert.deepEqual([byAnother.exit, byAnother.problems[0]?.code], [3, 'mirrors-none']);
    assert.deepEqual([carried.status, away.status, carried.text], [200, 200, away.text]);
    assert.deepEqual([up.exit, up.result.waiting], [0, 0], JSON.stringify(up));
    assert.equal(day.result.total, 1);
  });

  test('a key is rotated under the old one, and one that was revoked is heard no more', async (t) => {
    if (!needs(t, 'rsync')) return;
    const pair = await reportingPair(t);
    const { mirror, key } = pair;
    await pair.serve();

    const rotated = await mirror.verb<EnrollResult>('enroll', '--rotate');
    const sent = await pair.send();

    assert.deepEqual([rotated.exit, rotated.result.rotation?.announced], [0, true], JSON.stringify(rotated));
    assert.notEqual(rotated.result.public_key, key.public_key);
    assert.deepEqual([sent.exit, sent.result.waiting], [0, 0], JSON.stringify(sent));
    assert.match(readFileSync(key.key_file, 'utf8'), /PRIVATE KEY/);
  });

  test('a mirror that nobody enrolled is told how, and its reports wait until somebody does, over HTTP as well', async (t) => {
    if (!needs(t, 'rsync')) return;
    const pair = await reportingPair(t);
    const { mirror, primary } = pair;
    const other = makeKey(join(temporaryFolder(t), 'other.key'));
    pair.configurePrimary({
      mirrors: [
        { name: 'mirror.example.org', url: 'https://mirror.example.org/', public_keys: [{ key: other.publicKey }] },
      ],
    });
    await pair.serve();
    const { result: token } = await primary.verb<NewToken>('token', 'add', 'maintainers', '--scope', 'enroll');
    const enroll = (body: unknown) => primary.post('-/api/v1/mirrors/enroll', body, token.token);

    const unknown = await mirror.verb<ReportSendResult>('report', 'send');
    const stranger = await enroll({ mirror: 'nobody', key: pair.key.public_key, reason: 'mail' });
    const enrolled = await enroll({
      mirror: 'mirror.example.org',
      key: pair.key.public_key,
      reason: 'mail of 20 November',
    });
    const sent = await pair.send();

    assert.match(unknown.result.last_answer ?? '', /401 report-key-unknown/);
    assert.deepEqual([stranger.status, enrolled.status, enrolled.body.key_id], [404, 200, pair.key.key_id]);
    assert.deepEqual([sent.exit, sent.result.waiting], [0, 0], JSON.stringify(sent));
  });

  test('a mirror below the minimum versions is named so in the list, is a finding at the primary, and knows it itself', async (t) => {
    if (!needs(t, 'rsync')) return;
    const pair = await reportingPair(t);
    pair.configurePrimary({ primary: { minimum: { node: '99.0' } } });
    await pair.serve();
    await pair.send();

    pair.judge();
    const listed = await pair.mirror.verb<MirrorsResult>('mirrors', '--from', `${pair.url}-/mirrors.json`);
    const finding = pair.primary.look(({ findings }) =>
      findings.standing('report').find(({ mirror }) => mirror !== null),
    );
    pair.configurePrimary();
    pair.judge();
    const after = pair.primary.look(({ findings }) => findings.standing('report').length);

    assert.deepEqual(listed.result.mirrors[0]?.outdated, [`node ${process.versions.node}`]);
    assert.deepEqual(
      [finding?.verdict, finding?.severity, finding?.mirror],
      ['outdated', 'warning', 'mirror.example.org'],
    );
    assert.equal(after, 0);
  });
});
