import assert from 'node:assert/strict';
import test from 'node:test';
import { type MirrorFacts, mirrorzSite, tunasyncJobs } from '../../src/report/dialect.ts';

const AT = Date.UTC(2026, 10, 21, 1, 30);
const FACTS: MirrorFacts = {
  name: 'mirror.example.org',
  url: 'https://mirror.example.org',
  upstream: 'rsync://origin.example.org/repo/',
  bytes: 1_500_000_000_000,
  lastSuccessAt: AT,
  lastStartedAt: AT,
  lastEndedAt: AT + 60_000,
  nextAt: AT + 1_800_000,
  state: 'success',
  since: AT + 60_000,
};

test('tunasync gets its text times and its seconds, and its own word for never', () => {
  const [job] = tunasyncJobs({ ...FACTS, nextAt: null }) as Record<string, unknown>[];

  assert.deepEqual(job, {
    name: 'mirror.example.org',
    is_master: true,
    status: 'success',
    last_update: '2026-11-21 01:30:00 +0000',
    last_update_ts: 1_795_224_600,
    last_started: '2026-11-21 01:30:00 +0000',
    last_started_ts: 1_795_224_600,
    last_ended: '2026-11-21 01:31:00 +0000',
    last_ended_ts: 1_795_224_660,
    next_schedule: '0001-01-01 00:00:00 +0000',
    next_schedule_ts: -62_135_596_800,
    upstream: 'rsync://origin.example.org/repo/',
    size: '1.36T',
  });
});

test('mirrorz gets a letter for the state, and the times that go with it', () => {
  const statusOf = (more: Partial<MirrorFacts>) => {
    const { mirrors } = mirrorzSite({ ...FACTS, ...more }) as { mirrors: { status: string }[] };
    return mirrors[0]?.status;
  };

  assert.deepEqual(
    [
      statusOf({}),
      statusOf({ state: 'failed' }),
      statusOf({ state: 'syncing', since: AT, nextAt: null }),
      statusOf({ state: 'paused', since: AT, nextAt: null, lastSuccessAt: null }),
      statusOf({ state: 'none', since: null }),
    ],
    ['S1795224660X1795226400', 'F1795224660X1795226400O1795224600', 'Y1795224600O1795224600', 'P1795224600', 'U'],
  );
});

test('a mirrorz site has an address without a slash at its end and an abbreviation', () => {
  const { site } = mirrorzSite(FACTS) as { site: Record<string, string> };

  assert.deepEqual([site.url, site.abbr], ['https://mirror.example.org', 'MIRROR']);
});
