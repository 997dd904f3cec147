// The daemon as it is operated: started twice, beside other verbs, killed in all ways, with an origin that is away.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { makeCertificate } from '../../src/demo/world.ts';
import { type Mirror, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { proxiedMirror } from '../support/proxied-mirror.ts';
import { childrenOf, eventually, isRunning, startDaemon } from '../support/running-daemon.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';

describe('the daemon', { concurrency: 2 }, () => {
  test('runs its first pass at once, serves it, and ends with status 0 on SIGTERM, leaving no process', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await mirrorOfOneRelease(t);
    const daemon = await startDaemon(t, mirror.configFile);

    const passed = await daemon.logs('pass finished');
    const answer = await fetch(daemon.url + JAR);
    const family = [...childrenOf(daemon.pid)];
    daemon.signal('SIGTERM');
    const end = await daemon.ended;

    assert.equal(passed.end, 'complete');
    assert.equal(await answer.text(), 'tool 1.0');
    assert.ok(family.length > 0);
    assert.deepEqual([end.status, end.by], [0, null], end.err);
    assert.deepEqual(family.filter(isRunning), []);
  });

  test('is one for a data directory: a second ends with status 3 and names the first', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await mirrorOfOneRelease(t);
    const daemon = await startDaemon(t, mirror.configFile);

    const second = await mirror.program('daemon');

    assert.equal(second.exit, 3);
    assert.equal(second.problems[0]?.code, 'busy');
    assert.match(second.problems[0]?.sentence ?? '', new RegExp(`process ${daemon.pid} \\(daemon, since 2`));
  });

  test('lets other verbs work beside it, and one that must write waits for its pass or says who is busy', async (t) => {
    if (!needs(t, 'rsync')) return;
    const { mirror, proxy } = await proxiedMirror(t);
    mirror.origin.put('org/example/big/1.0/big-1.0.jar', Buffer.alloc(600_000, 'b'), { sums: ['sha1'] });
    proxy.set({ bytesPerSecond: 100_000 });
    const daemon = await startDaemon(t, mirror.configFile);
    await eventually(() => proxy.connections() >= 2, 'the pass fetches');

    // In this process: a program of its own takes seconds to begin on a busy machine, and the pass would be over.
    const impatient = await mirror.sync();
    const status = await mirror.verb<{ running: { pid: number; verb: string } | null }>('status');
    const patient = await mirror.program('sync', '--wait', '60');

    assert.equal(impatient.exit, 3);
    assert.match(impatient.problems[0]?.sentence ?? '', new RegExp(`held by process ${daemon.pid} \\(pass, since 2`));
    assert.deepEqual([status.exit, status.result.running?.pid, status.result.running?.verb], [0, daemon.pid, 'pass']);
    assert.deepEqual([patient.exit, patient.problems], [0, []]);
    assert.equal((await fetch(`${daemon.url}org/example/big/1.0/big-1.0.jar`)).status, 200);
  });

  test('serves what it has while the origin is down from the start: health is green, status says unreachable', async (t) => {
    if (!needs(t, 'rsync')) return;
    const { mirror, proxy } = await proxiedMirror(t);
    mirror.origin.release('tool', '1.0');
    await mirror.sync();
    await proxy.stop();

    const daemon = await startDaemon(t, mirror.configFile);
    const early = await fetch(daemon.url + JAR);
    const passed = await daemon.logs('pass finished');
    const [late, health, status] = await Promise.all(
      [JAR, '-/health', '-/status.json'].map((path) => fetch(daemon.url + path)),
    );

    assert.deepEqual([early.status, late?.status, health?.status], [200, 200, 200]);
    assert.equal(passed.end, 'trouble');
    const told = (await status?.json()) as { result?: unknown; sources?: { reachable: boolean }[] };
    assert.match(JSON.stringify(told), /"reachable":false/);
  });

  test('replaces a serve process that is killed, on the same port', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await mirrorOfOneRelease(t);
    const daemon = await startDaemon(t, mirror.configFile);
    await daemon.logs('pass finished');
    const [victim] = daemon.crew();
    assert.ok(victim !== undefined);

    process.kill(victim, 'SIGKILL');
    await eventually(async () => !isRunning(victim) && (await statusOf(daemon.url + JAR)) === 200, 'the port answers');

    assert.equal(daemon.crew().includes(victim), false);
    assert.equal(daemon.crew().length, 1);
  });

  test('takes its serve processes along when it is killed outright', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await mirrorOfOneRelease(t);
    const daemon = await startDaemon(t, mirror.configFile);
    const crew = daemon.crew();

    daemon.signal('SIGKILL');
    await daemon.ended;
    await eventually(() => !crew.some(isRunning), 'the serve processes end');

    assert.equal(crew.length, 1);
    assert.equal(await statusOf(daemon.url), null);
  });

  test('reads its certificate again on SIGHUP, and goes on serving', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await mirrorOfOneRelease(t);
    const files = { certificate: join(mirror.data, '../certificate.pem'), key: join(mirror.data, '../key.pem') };
    mirror.configure({ serve: { listen: ['127.0.0.1:0'], redirect_http: [], tls: files, access_log: null } });
    await writeCertificate(files);
    const daemon = await startDaemon(t, mirror.configFile);
    const before = await fingerprintAt(daemon.url);

    await writeCertificate(files);
    daemon.signal('SIGHUP');
    await daemon.logs('certificate was read again');

    assert.notEqual(await fingerprintAt(daemon.url), before);
  });
});

async function mirrorOfOneRelease(t: TestContext): Promise<Mirror> {
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  return mirror;
}

/** Null when nobody answers. */
async function statusOf(url: string): Promise<number | null> {
  return fetch(url).then(
    (answer) => answer.status,
    () => null,
  );
}

async function writeCertificate(files: { certificate: string; key: string }): Promise<void> {
  const options = { names: ['localhost'], addresses: ['127.0.0.1'], now: Date.now(), days: 7 };
  const made = await makeCertificate(options);
  writeFileSync(files.certificate, made.certificatePem);
  writeFileSync(files.key, made.keyPem, { mode: 0o600 });
}

function fingerprintAt(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((done, fail) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      done(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.once('error', fail);
  });
}
