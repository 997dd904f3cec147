import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { makeCertificate } from '../../src/demo/certificate.ts';
import { DAY, HOUR, systemClock } from '../../src/host/clock.ts';
import { CodedError } from '../../src/host/error.ts';
import { takeLock } from '../../src/host/lock.ts';
import {
  type Check,
  certificateCheck,
  clockCheck,
  confinementCheck,
  dataCheck,
  diskCheck,
  examine,
  fileSystemCheck,
  lockCheck,
  passCheck,
  portCheck,
  runtimeCheck,
  type SignatureFacts,
  scrubCheck,
  secretsCheck,
  signatureCheck,
  stateCheck,
  wireCheck,
} from '../../src/setup/doctor.ts';
import { temporaryFolder } from '../support/folder.ts';

const NOW = Date.UTC(2026, 10, 21, 1, 30);

async function statesOf(check: Check): Promise<string> {
  const examined = await examine([check], AbortSignal.timeout(60_000));
  return examined.map(({ state, sentence }) => `${state}: ${sentence}`).join('\n');
}

test('checks are made all at once and told in their order; one that fails is unknown and keeps no other from its answer', async () => {
  const good = { name: 'b', look: () => [{ state: 'ok' as const, sentence: 'Fine.', remedy: null }] };
  const bad: Check = {
    name: 'a',
    look: () => {
      throw new Error('no such thing');
    },
  };

  const examined = await examine([bad, good], AbortSignal.timeout(60_000));

  assert.deepEqual(examined, [
    { check: 'a', state: 'unknown', sentence: 'Could not be looked at: no such thing.', remedy: null },
    { check: 'b', state: 'ok', sentence: 'Fine.', remedy: null },
  ]);
});

test('a certificate that fits is told with its days and names', async (t) => {
  const pair = await pairIn(t, 60);

  assert.match(
    await statesOf(certificateCheck([pair], 'mirror.example.org', NOW)),
    /^ok: .* 60 days left, DNS:mirror.example.org, chain of 2\.$/,
  );
});

test('a certificate that ends soon, has ended, is for others or has another key is told', async (t) => {
  const pair = await pairIn(t, 60);
  const other = await pairIn(t, 60);
  const look = (name: string, now: number) => statesOf(certificateCheck([pair], name, now));

  assert.match(await look('mirror.example.org', NOW + 55 * DAY), /^warning: .* ends in 5 days/);
  assert.match(await look('mirror.example.org', NOW + 61 * DAY), /^fault: .* has ended/);
  assert.match(await look('mirror.example.org', NOW - DAY), /^fault: .* not valid before/);
  assert.match(await look('else.example.org', NOW), /^warning: .* not for else\.example\.org/);
  const mixed = { certificate: pair.certificate, key: other.key };
  assert.match(await statesOf(certificateCheck([mixed], 'mirror.example.org', NOW)), /^fault: .* is not the key of/);
});

test('a chain that is cut, in the wrong order, or only the certificate itself is told', async (t) => {
  const { certificatePem, caPem, keyPem } = await makeCertificate(optionsFor(60));
  const stranger = await makeCertificate(optionsFor(60));
  const own = certificatePem.slice(0, certificatePem.length - caPem.length);
  const look = (chain: string) => statesOf(certificateCheck([written(t, chain, keyPem)], 'mirror.example.org', NOW));

  assert.match(await look(own), /^unknown: .* none of the public authorities/);
  assert.match(await look(own + stranger.caPem), /^fault: .*certificate 2 has not signed/);
  assert.match(await look('nothing'), /^fault: .* holds no certificate/);
});

test('a clock that is before what has happened, or far from another machine, is told', async () => {
  const facts = (offsetMs: number | null, notBefore: number) => ({
    now: NOW,
    notBefore: [{ what: 'the newest pass began', at: notBefore }],
    askElsewhere: async () => (offsetMs === null ? null : { who: 'origin.example.org', offsetMs }),
  });

  assert.match(await statesOf(clockCheck(facts(null, NOW + DAY))), /^fault: .* before the newest pass began/);
  assert.match(
    await statesOf(clockCheck(facts(-2 * HOUR, NOW))),
    /^fault: The clock is 7200 seconds behind origin\.example\.org/m,
  );
  assert.match(await statesOf(clockCheck(facts(20_000, NOW))), /^warning: The clock is 20 seconds ahead of/m);
  assert.doesNotMatch(await statesOf(clockCheck(facts(1000, NOW))), /fault|ahead|behind/);
});

test('room on the disk is compared with what a pass must leave', async (t) => {
  const folder = temporaryFolder(t);

  assert.match(await statesOf(diskCheck(folder, 0)), /^ok: /);
  assert.match(await statesOf(diskCheck(join(folder, 'to/be/made'), 2 ** 60)), /^fault: .* passes are refused/);
});

test('folders on one file system are fine; none is nothing to judge', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'published'));

  assert.doesNotMatch(
    await statesOf(fileSystemCheck(folder, [join(folder, 'published'), join(folder, 'staging')])),
    /fault/,
  );
  assert.match(await statesOf(fileSystemCheck(folder, [join(folder, 'staging')])), /^unknown/);
});

test('who holds the tree is named, and one that holds it for days is worth a look', async (t) => {
  const folder = temporaryFolder(t);
  const [lock, daemon] = [join(folder, 'lock'), join(folder, 'daemon.lock')];
  const free = await statesOf(lockCheck([lock], daemon, NOW));
  using _held = await takeLock(lock, 'sync', 0, systemClock, AbortSignal.timeout(60_000));

  const held = await statesOf(lockCheck([lock], daemon, Date.now()));
  const stuck = await statesOf(lockCheck([lock], daemon, Date.now() + 3 * DAY));

  assert.match(free, /^ok: No daemon runs\. Nobody else/);
  assert.match(held, new RegExp(`^ok: .*process ${process.pid} \\(sync, since 20`));
  assert.match(stuck, /^warning: /);
});

test('secrets that anybody may read, or that are not there, are told', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'report.key');
  writeFileSync(file, 'secret');
  chmodSync(file, 0o644);
  const open = await statesOf(secretsCheck([file], folder));
  chmodSync(file, 0o600);

  assert.match(open, /^warning: Anybody on this machine may read/);
  assert.match(await statesOf(secretsCheck([file], folder)), /^ok: /);
  assert.match(await statesOf(secretsCheck([join(folder, 'none')], folder)), /^fault: .* cannot be read \(ENOENT\)/);
});

test('a data directory that anybody may write to is a fault', async (t) => {
  const folder = temporaryFolder(t);
  const good = await statesOf(dataCheck(folder));
  chmodSync(folder, 0o777);

  assert.match(good, /^ok: /);
  assert.match(await statesOf(dataCheck(folder)), /^fault: Anybody/);
  assert.match(await statesOf(dataCheck(join(folder, 'none'))), /^unknown/);
});

test('a port that another program has is told, unless it is our daemon', async (t) => {
  const server = createServer();
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  assert.match(
    await statesOf(portCheck([{ host: '127.0.0.1', port }], () => false)),
    /^fault: .* is taken by another program/,
  );
  assert.match(await statesOf(portCheck([{ host: '127.0.0.1', port }], () => true)), /^ok: The daemon listens/);
  assert.match(await statesOf(portCheck([{ host: '192.0.2.1', port: 1 }], () => false)), /^(fault|unknown): /);
});

const TABLE: readonly [string, Check, RegExp][] = [
  ['the runtime that everything is tested with', runtimeCheck({ node: '24.21.0', openssl: '3.5.8' }), /^ok/],
  ['an old runtime', runtimeCheck({ node: '20.20.2', openssl: '3.5.8' }), /^fault: .*24 is needed/],
  ['an OpenSSL with a hole', runtimeCheck({ node: '24.1.0', openssl: '3.0.5' }), /^fault: OpenSSL 3\.0\.5/],
  ['rsync walled in', confinementCheck(async () => 'bubblewrap'), /^ok/],
  ['rsync on its own', confinementCheck(async () => 'none'), /^warning/],
  ['plain rsync', wireCheck('rsync://o.example.org/r/', 'none'), /^warning: .*can be altered on the wire/],
  ['confirmed rsync', wireCheck('rsync://o.example.org/r/', 'confirmed'), /^ok/],
  ['ssh', wireCheck('rsync://o.example.org/r/', 'ssh'), /^ok/],
  ['a whole database', stateCheck(() => 'ok'), /^ok/],
  ['a damaged database', stateCheck(() => 'row 7 missing from index'), /^fault: .*row 7/],
  ['no pass yet', passCheck(() => null, NOW), /^unknown/],
  ['a pass of an hour ago', passCheck(() => NOW - HOUR, NOW), /^ok/],
  ['a pass of a week ago', passCheck(() => NOW - 7 * DAY, NOW), /^warning/],
  [
    'damaged files',
    scrubCheck(() => ({ lastEndedAt: NOW, withheld: 2, firstPassAt: NOW }), NOW),
    /^fault: 2 published/,
  ],
  [
    'a scrub long ago',
    scrubCheck(() => ({ lastEndedAt: NOW - 50 * DAY, withheld: 0, firstPassAt: 0 }), NOW),
    /^warning/,
  ],
  ['a young mirror', scrubCheck(() => ({ lastEndedAt: null, withheld: 0, firstPassAt: NOW - DAY }), NOW), /^unknown/],
];

for (const [what, check, expected] of TABLE) {
  test(`${what}: ${expected.source}`, async () => {
    assert.match(await statesOf(check), expected);
  });
}

function optionsFor(days: number) {
  return { names: ['mirror.example.org'], addresses: [], now: NOW, days };
}

async function pairIn(t: TestContext, days: number) {
  const { certificatePem, keyPem } = await makeCertificate(optionsFor(days));
  return written(t, certificatePem, keyPem);
}

function written(t: TestContext, chain: string, keyPem: string) {
  const folder = temporaryFolder(t);
  const pair = { certificate: join(folder, 'fullchain.pem'), key: join(folder, 'key.pem') };
  writeFileSync(pair.certificate, chain);
  writeFileSync(pair.key, keyPem);
  return pair;
}

test('what signatures are judged by is looked at, and what is required must be there', async () => {
  const facts: SignatureFacts = { mode: 'observe', certificates: 3, keysmapLines: 12, unread: [] };
  const keyring = { key: 'verify.keyring', faults: ['x.asc: it is a web page'] };
  const keysmap = { key: 'verify.keysmap', faults: ['line 3: no', 'line 4: no'] };
  const table: [changes: Partial<SignatureFacts> | null, expected: RegExp][] = [
    [{}, /^ok: 3 certificates and a keysmap of 12 lines/],
    [null, /^ok: .*off/],
    [{ certificates: null, keysmapLines: null }, /^ok: .*no key is known yet/],
    [{ mode: 'require', keysmapLines: null }, /^fault: .*verify.keysmap is not there/],
    [{ unread: [keyring, { key: 'verify.keysmap', faults: [] }] }, /^warning: .*x.asc/],
    [{ unread: [keysmap] }, /^warning: 2 of verify.keysmap .*line 3/],
  ];

  for (const [changes, expected] of table) {
    const look = async () => (changes === null ? null : { ...facts, ...changes });
    assert.match(await statesOf(signatureCheck(look)), expected);
  }
  const unreadable = new CodedError('keyring-unreadable', 'Could not read the keyring /k (EACCES).');
  assert.match(await statesOf(signatureCheck(() => Promise.reject(unreadable))), /^fault: .*EACCES/);
});
