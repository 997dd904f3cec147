import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { DAY, HOUR, isoTime, MINUTE } from '../../src/host/clock.ts';
import { makeKey } from '../../src/operator/key.ts';
import { canonicalJson } from '../../src/primary/canonical.ts';
import { primarySchema } from '../../src/primary/intake.ts';
import {
  belowMinimum,
  type ListInput,
  makeList,
  openListStore,
  signList,
  verifyList,
} from '../../src/primary/mirror-list.ts';
import type { StatusReport } from '../../src/report/envelope.ts';
import { migrate } from '../../src/state/migrate.ts';
import { openState } from '../../src/state/open.ts';
import { temporaryFolder } from '../support/folder.ts';

const NOW = Date.UTC(2026, 10, 21, 14);
const VERSIONS = { assay: '0.1.0', node: '24.21.0', openssl: '3.5.1' };
const ANY = { assay: null, node: null, openssl: null };

function status(more: Partial<StatusReport['status']> = {}): StatusReport['status'] {
  return {
    generation: 7,
    lineage: 'x',
    files: 10,
    bytes: 100,
    last_success_at: isoTime(NOW - 10 * MINUTE),
    last_attempt_at: isoTime(NOW),
    last_outcome: 'clean',
    deferred: 0,
    absent: 0,
    quarantined: 0,
    troubles: 0,
    origins: [seesOrigin(true)],
    contact: null,
    versions: VERSIONS,
    ...more,
  };
}

function seesOrigin(reachable: boolean | null, since: number | null = null) {
  return {
    url: 'rsync://o/m/',
    reachable,
    asked_at: isoTime(NOW),
    unreachable_since: reachable === false ? isoTime(since ?? NOW) : null,
  };
}

function input(more: Partial<ListInput> & { names?: readonly string[] } = {}): ListInput {
  const { names = ['alpha', 'beta'], ...rest } = more;
  const mirrors = names.map((name) => ({
    name,
    url: `https://${name}.example.org/`,
    country: 'DE',
    operatedBy: 'community',
    contact: null,
    bandwidthMbit: null,
  }));
  return {
    primary: 'p',
    mirrors,
    heard: new Map(),
    own: null,
    seen: new Map(),
    minimum: ANY,
    before: null,
    lagHours: 6,
    now: NOW,
    ...rest,
  };
}

const heard = (entries: Readonly<Record<string, StatusReport['status']>>, receivedAt = NOW - MINUTE) =>
  new Map(Object.entries(entries).map(([name, each]) => [name, { receivedAt, status: each }]));

test('the origin is down when most of those who looked lately say so, since the first of them saw it', () => {
  const down = status({ origins: [seesOrigin(false, NOW - 89 * MINUTE)] });
  const later = status({ origins: [seesOrigin(false, NOW - 60 * MINUTE)] });
  const statuses = { a: down, b: later, c: status(), d: later, e: status({ origins: [seesOrigin(null)] }) };
  const old = heard({ f: status(), g: status() }, NOW - 4 * HOUR);
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

  const { origin } = makeList(input({ names, heard: new Map([...heard(statuses), ...old]) }));

  assert.deepEqual(origin, { state: 'down', since: '2026-11-21T12:31:00.000Z', seen_by: 3, of: 4 });
});

test('one mirror that does not reach the origin is no outage, and nobody’s word is none', () => {
  const alone = status({ origins: [seesOrigin(false)] });

  assert.equal(makeList(input({ heard: heard({ alpha: alone, beta: status() }) })).origin.state, 'up');
  assert.deepEqual(makeList(input()).origin, { state: 'unknown', since: null, seen_by: 0, of: 0 });
});

test('how the origin is seen has lasted since the list before said so', () => {
  const before = {
    ...makeList(input({ heard: heard({ alpha: status() }) })),
    assay_mirrors: 1 as const,
    sequence: 1,
    made_at: '',
    expires_at: '',
  };
  before.origin.since = '2026-11-01T00:00:00.000Z';

  const { origin } = makeList(input({ heard: heard({ alpha: status() }), before }));

  assert.equal(origin.since, '2026-11-01T00:00:00.000Z');
});

test('lag is counted from the newest state that anybody has, and while the origin is down nobody lags', () => {
  const late = status({ last_success_at: isoTime(NOW - 7 * HOUR) });
  const lateAndBlind = status({ last_success_at: isoTime(NOW - 7 * HOUR), origins: [seesOrigin(false)] });
  const freshAndBlind = status({ origins: [seesOrigin(false)] });

  const up = makeList(input({ heard: heard({ alpha: late, beta: status() }) })).mirrors;
  const down = makeList(input({ heard: heard({ alpha: lateAndBlind, beta: freshAndBlind }) })).mirrors;

  assert.deepEqual(
    up.map(({ name, healthy, lag_seconds }) => [name, healthy, lag_seconds]),
    [
      ['beta', true, 0],
      ['alpha', false, 24_600],
    ],
  );
  assert.deepEqual(
    down.map(({ name, healthy, lag_seconds }) => [name, healthy, lag_seconds]),
    [
      ['alpha', true, 0],
      ['beta', true, 0],
    ],
  );
});

test('healthy ones come first; what is seen from outside counts, and who is never seen and never heard is not healthy', () => {
  const seen = new Map([
    ['a', { checkedAt: NOW, verdicts: { divergent: 1 }, isBad: true, behindMs: null }],
    ['b', { checkedAt: NOW, verdicts: { unreachable: 1 }, isBad: true, behindMs: null }],
    ['d', { checkedAt: NOW, verdicts: { 'header-wrong': 2 }, isBad: false, behindMs: 90_000 }],
  ]);

  const { mirrors } = makeList(input({ names: ['a', 'b', 'c', 'd'], seen }));

  assert.deepEqual(
    mirrors.map(({ name, healthy }) => `${name} ${healthy}`),
    ['d true', 'a false', 'b false', 'c false'],
  );
  assert.deepEqual([mirrors[0]?.verdicts, mirrors[0]?.lag_seconds], [{ 'header-wrong': 2 }, 90]);
});

test('versions are compared number by number', () => {
  const minimum = { assay: '0.2', node: '24.21.0', openssl: '3.0.13' };

  assert.deepEqual(belowMinimum({ assay: '0.10.0', node: 'v24.21.0', openssl: '3.0.13+quic' }, minimum), []);
  assert.deepEqual(belowMinimum({ assay: '0.1.9', node: '24.3.0', openssl: '3.0.9' }, minimum), [
    'assay 0.1.9',
    'node 24.3.0',
    'openssl 3.0.9',
  ]);
  assert.deepEqual(belowMinimum({ assay: 'main', node: '25', openssl: '4' }, minimum), ['assay main']);
});

function signed(t: TestContext) {
  const key = makeKey(join(temporaryFolder(t), 'key'));
  const content = makeList(input({ heard: heard({ alpha: status() }) }));
  const list = signList(
    { assay_mirrors: 1, sequence: 5, made_at: isoTime(NOW), expires_at: isoTime(NOW + DAY), ...content },
    key,
  );
  return { key, list, bytes: Buffer.from(JSON.stringify(list)) };
}

test('a list holds by its key, however it is laid out, and not when anything of it was changed', (t) => {
  const { key, list, bytes } = signed(t);
  const other = makeKey(join(temporaryFolder(t), 'other'));
  const check = (text: string | Buffer, pinned: string | null = key.publicKey, newest = 0) => {
    const verdict = verifyList(Buffer.from(text), { pinned, newest, now: NOW });
    return verdict.kind === 'good' ? 'good' : verdict.why;
  };
  const reversed = JSON.stringify(Object.fromEntries(Object.entries(list).reverse()), null, 2);
  const resigned = signList({ ...list, signature: undefined } as never, other);

  assert.deepEqual([check(bytes), check(reversed), check(bytes, null)], ['good', 'good', 'good']);
  assert.match(check(JSON.stringify({ ...list, primary: 'q' })), /does not verify/);
  assert.match(
    check(JSON.stringify({ ...list, mirrors: [{ ...list.mirrors[0], url: 'https://evil.example.org/' }] })),
    /does not verify/,
  );
  assert.match(check(JSON.stringify(resigned)), /not with .* which is pinned/);
  assert.match(check(bytes, key.publicKey, 6), /older than one that was here/);
  assert.match(check('{}'), /is no list of mirrors/);
  assert.match(check('<html>'), /is no list of mirrors/);
  assert.match(check(Buffer.alloc(5 * 1024 * 1024, ' ')), /bytes/);
});

test('a list that ran out is told as such and still proved', (t) => {
  const { key, bytes } = signed(t);

  const verdict = verifyList(bytes, { pinned: key.publicKey, newest: 0, now: NOW + 2 * DAY });

  assert.deepEqual([verdict.kind, verdict.kind === 'good' && verdict.isExpired], ['good', true]);
});

test('a new list is signed when something changed, or its times grew old; its sequence only rises', (t) => {
  const folder = temporaryFolder(t);
  const database = openState(join(folder, 'state.db'));
  t.after(() => database.close());
  migrate(database, [primarySchema]);
  const key = makeKey(join(folder, 'key'));
  const store = openListStore(database);
  const content = (now: number, lagging = false) =>
    makeList(
      input({
        now,
        before: store.current(),
        heard: heard({ alpha: status(), beta: status(lagging ? { last_success_at: isoTime(NOW - HOUR) } : {}) }),
      }),
    );

  const sequences = [
    store.renew(content(NOW), key, NOW),
    store.renew(content(NOW + MINUTE), key, NOW + MINUTE),
    store.renew(content(NOW + 2 * MINUTE, true), key, NOW + 2 * MINUTE),
    store.renew(content(NOW + 13 * MINUTE, true), key, NOW + 13 * MINUTE),
    store.renew(content(NOW - DAY, true), key, NOW - DAY),
  ].map((list) => list?.sequence ?? null);

  const at = NOW / 1000;
  assert.deepEqual(sequences, [at, null, at + 120, at + 780, at + 781]);
});

const VALUES = [fc.string({ unit: 'binary' }), fc.boolean(), fc.maxSafeInteger(), fc.constant(null)];

test('a value has one canonical text: members sorted, no blanks, and the same after it was read', () => {
  assert.equal(
    canonicalJson({ b: [1, 'é"', null], a: { '\u20ac': true, '\r': 1, '1': 2 } }),
    '{"a":{"\\r":1,"1":2,"€":true},"b":[1,"é\\"",null]}',
  );
  for (const number of [1.5, 2 ** 53, Number.NaN]) assert.throws(() => canonicalJson({ a: number }), TypeError);
  fc.assert(
    fc.property(fc.object({ key: fc.string({ unit: 'binary' }), values: VALUES }), (value) => {
      const text = canonicalJson(value);
      assert.equal(canonicalJson(JSON.parse(text)), text);
    }),
  );
});
