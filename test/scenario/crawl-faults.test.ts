// One round over real mirrors of every kind, most of them at fault: what was planted is found, with its verdict, and nothing else.

import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { makeCertificate } from '../../src/demo/certificate.ts';
import { type Fault, type FaultMirror, startFaultMirror } from '../../src/demo/fault-mirror.ts';
import { freePort } from '../../src/demo/loopback.ts';
import { DAY } from '../../src/host/clock.ts';
import { LOOPBACK } from '../host/http-peer.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type Mirror, runLines, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { startNginx } from '../support/nginx.ts';

interface Line {
  readonly verdict: string;
  readonly mirror: string;
  readonly path: string | null;
  readonly blame: string;
  readonly evidence: { readonly failure: string | null };
}

interface Crawled {
  readonly name: string;
  readonly ended: string;
  readonly state: string;
  readonly behind_seconds: number | null;
  readonly listed: number;
}

const jar = (version: string) => `org/example/tool/${version}/tool-${version}.jar`;
const VERSIONS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const NEWEST = 'org/example/tool/10/';

/** A repository of ten days, with a signature, and a release of today that came with the second pass. */
async function fill(mirror: Mirror, yesterday: string): Promise<void> {
  const { origin } = mirror;
  for (const version of VERSIONS) origin.release('tool', version, `tool ${version}: ${'x'.repeat(2000)}`);
  origin.put(`${jar('5')}.asc`, '-----BEGIN PGP SIGNATURE-----\n');
  origin.metadata('tool', VERSIONS);
  await mirror.sync();
  cpSync(join(mirror.data, 'published'), yesterday, { recursive: true, preserveTimestamps: true });
  origin.release('tool', '10', undefined, { ageMs: 3_600_000 });
  origin.metadata('tool', [...VERSIONS, '10'], { lastUpdated: '20261124000000', ageMs: 3_600_000 });
  await mirror.sync();
}

async function serveWith(
  t: TestContext,
  folder: string,
  faults: Readonly<Record<string, Fault>>,
  address = LOOPBACK,
): Promise<FaultMirror> {
  const mirror = await startFaultMirror({ folder, address });
  t.after(() => mirror.stop());
  for (const [path, fault] of Object.entries(faults)) mirror.faults.set(path, fault);
  return mirror;
}

async function crawlOf({ configFile }: Mirror, ...words: string[]) {
  const lines = await runLines(['crawl', '--json', '--config', configFile, ...words]);
  const summary = lines.at(-1) as unknown as { exit: number; result: { mirrors: Crawled[]; cannot_see: string } };
  return { ...summary.result, findings: lines.slice(0, -1) as unknown as Line[], exit: summary.exit };
}

/** Troubles as `verdict mirror path`, in order. */
function troublesIn(findings: readonly Line[]): string[] {
  return findings
    .filter(({ verdict }) => verdict !== 'lagging')
    .map(({ verdict, mirror, path }) => `${verdict} ${mirror} ${path}`)
    .sort();
}

test('in one round each fault of each mirror is found for what it is, and a true mirror is good', async (t) => {
  if (!needs(t, 'nginx', 'rsync')) return;
  const primary = await startMirror(t);
  const yesterday = join(temporaryFolder(t), 'yesterday');
  await fill(primary, yesterday);
  const published = join(primary.data, 'published');
  const { url: ours } = await primary.get('-/health');
  const closed = await freePort(LOOPBACK);
  const [nginx, late, wrong, quiet] = [
    await startNginx(t, `root ${published}; autoindex on;`),
    await startNginx(t, `root ${yesterday};`),
    await serveWith(t, published, {
      [jar('1')]: { kind: 'shorter', by: 7 },
      [jar('2')]: { kind: 'padded', by: 7 },
      [jar('3')]: { kind: 'page' },
      [jar('4')]: { kind: 'altered-beside-claims' },
      [`${jar('5')}.asc`]: { kind: 'status', status: 404 },
      [jar('6')]: { kind: 'wrong-sum-header' },
      [`${jar('7')}.sha1`]: { kind: 'bytes', bytes: '0'.repeat(40) },
      [jar('8')]: { kind: 'redirect', to: `http://127.0.0.1:${closed}/` },
      [jar('9')]: { kind: 'status', status: 451 },
    }),
    await serveWith(t, published, { '': { kind: 'status', status: 429, headers: { 'retry-after': '7200' } } }),
  ];
  const away = await serveWith(t, published, { '.well-known/assay-opt-out': { kind: 'bytes', bytes: 'no, thanks' } });
  const ended = await expired(t, published);
  primary.configure({
    mirrors: [
      { name: 'assay', url: new URL('/', ours).href },
      { name: 'nginx', url: nginx.url },
      { name: 'late', url: late.url },
      { name: 'wrong', url: wrong.url },
      { name: 'quiet', url: quiet.url },
      { name: 'away', url: away.url },
      { name: 'ended', url: ended.url, ca_file: ended.caFile },
      { name: 'silent', url: `http://${LOOPBACK}:${closed}/` },
    ],
    crawl: { reask_seconds: 0.1 },
  });

  const { findings, exit, mirrors } = await crawlOf(primary);

  assert.deepEqual(troublesIn(findings), [
    'bad-certificate ended null',
    `divergent wrong ${jar('4')}`,
    `header-wrong wrong ${jar('6')}`,
    `impostor-page wrong ${jar('3')}`,
    `legal-block wrong ${jar('9')}`,
    `oversize wrong ${jar('2')}`,
    `sidecar-wrong wrong ${jar('7')}.sha1`,
    `signature-stripped wrong ${jar('5')}.asc`,
    `truncated wrong ${jar('1')}`,
    'unreachable silent null',
    `unreachable wrong ${jar('8')}`,
  ]);
  const failures = findings.filter(({ verdict }) => verdict === 'unreachable').map(({ evidence }) => evidence.failure);
  assert.deepEqual(failures.sort(), ['connect', 'http']);
  const lagging = findings.filter(({ verdict }) => verdict === 'lagging');
  assert.ok(lagging.length > 0);
  assert.ok(
    lagging.every(({ mirror, path }) => mirror === 'late' && (path?.startsWith(NEWEST) || /metadata/.test(path ?? ''))),
    troublesIn(lagging).join(),
  );
  assert.equal(exit, 1);
  assert.deepEqual(
    mirrors.map(({ name, ended: end, state }) => [name, end, state]),
    [
      ['assay', 'complete', 'good'],
      ['nginx', 'complete', 'good'],
      ['late', 'complete', 'good'],
      ['wrong', 'complete', 'bad'],
      ['quiet', 'unwelcome', 'probation'],
      ['away', 'opted-out', 'unchecked'],
      ['ended', 'silent', 'probation'],
      ['silent', 'silent', 'probation'],
    ],
  );
  assert.ok((mirrors[0]?.listed ?? 0) > 10);
  assert.ok((mirrors[2]?.behind_seconds ?? 0) > 0);
});

/** Its certificate was good a month ago. */
async function expired(t: TestContext, folder: string): Promise<{ url: string; caFile: string }> {
  const then = Date.now() - 30 * DAY;
  const made = await makeCertificate({ names: ['localhost'], addresses: [LOOPBACK], now: then, days: 7 });
  const caFile = join(temporaryFolder(t), 'ca.pem');
  writeFileSync(caFile, made.caPem);
  const tls = { certificatePem: made.certificatePem, keyPem: made.keyPem };
  const mirror = await startFaultMirror({ folder, address: LOOPBACK, tls });
  t.after(() => mirror.stop());
  return { url: mirror.url, caFile };
}

test('after the lag window a late mirror misses what it lacks, and what has always been gone is missing at once', async (t) => {
  if (!needs(t, 'nginx', 'rsync')) return;
  const primary = await startMirror(t);
  const yesterday = join(temporaryFolder(t), 'yesterday');
  await fill(primary, yesterday);
  const late = await startNginx(t, `root ${yesterday}; location = /${jar('1')} { return 404; }`);
  const mirrors = [{ name: 'late', url: late.url }];

  primary.configure({ mirrors, crawl: { reask_seconds: 0.1 } });
  const within = await crawlOf(primary);
  primary.configure({ mirrors, crawl: { reask_seconds: 0.1, lag_hours: 0 } });
  const after = await crawlOf(primary);

  assert.deepEqual(troublesIn(within.findings), [`missing late ${jar('1')}`]);
  const [first] = after.mirrors;
  assert.deepEqual(
    [...new Set(troublesIn(after.findings).map((line) => line.replace(/(.*?) late .*/, '$1')))],
    ['missing', 'stale-known'],
  );
  assert.ok(troublesIn(after.findings).includes(`missing late ${NEWEST}tool-10.jar`));
  assert.equal(first?.state, 'good');
});

test('a mirror that redirects into this machine is followed there only where the operator allows it', async (t) => {
  if (!needs(t, 'rsync')) return;
  const primary = await startMirror(t);
  await fill(primary, join(temporaryFolder(t), 'yesterday'));
  const target = await serveWith(t, join(primary.data, 'published'), {}, '127.0.0.77');
  const to = `${target.url}${jar('1')}`;
  const alpha = await serveWith(t, join(primary.data, 'published'), { [jar('1')]: { kind: 'redirect', to } });
  const words = ['--path', jar('1')];
  const visit = async (allow: boolean) => {
    const crawl = { reask_seconds: 0.1, allow_private: allow };
    primary.configure({ mirrors: [{ name: 'alpha', url: alpha.url }], crawl });
    return troublesIn((await crawlOf(primary, ...words)).findings);
  };

  const refused = await visit(false);
  const untouched = target.asked.length;
  const allowed = await visit(true);

  assert.deepEqual([refused, untouched], [[`unreachable alpha ${jar('1')}`], 0]);
  assert.deepEqual(allowed, []);
  assert.ok(target.asked.length > 0);
});

test('a byte that is another for one address only is not seen from ours, and the summary says that it would not be', async (t) => {
  if (!needs(t, 'rsync')) return;
  const primary = await startMirror(t);
  await fill(primary, join(temporaryFolder(t), 'yesterday'));
  const victim = '127.0.0.99';
  const alpha = await serveWith(t, join(primary.data, 'published'), {
    [jar('1')]: { kind: 'for', address: victim, fault: { kind: 'altered' } },
  });
  primary.configure({ mirrors: [{ name: 'alpha', url: alpha.url }], crawl: { reask_seconds: 0.1 } });

  const { findings, mirrors, cannot_see, exit } = await crawlOf(primary, '--depth', 'full');
  const [seen, told] = [await bytesFor(alpha.url, null), await bytesFor(alpha.url, victim)];

  assert.notDeepEqual(seen, told);
  assert.deepEqual([findings, exit, mirrors[0]?.state], [[], 0, 'good']);
  assert.match(cannot_see, /cannot see a mirror that lies only to chosen addresses/);
});

function bytesFor(url: string, localAddress: string | null): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = localAddress === null ? {} : { localAddress };
    request(new URL(jar('1'), url), options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve(Buffer.concat(chunks)));
    })
      .on('error', reject)
      .end();
  });
}
