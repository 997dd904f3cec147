// Plain rsync, altered on the wire with all of its sums, and an origin that says over HTTPS what it should have been.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { makeCertificate } from '../../src/demo/certificate.ts';
import { LOOPBACK, tlsServer } from '../host/http-peer.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type Mirror, startMirror, sumOf } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

interface Origin {
  readonly url: string;
  readonly caFile: string;
  /** The tree that it shows. */
  folder: string | null;
  readonly asked: string[];
}

async function httpsOrigin(t: TestContext): Promise<Origin> {
  const home = temporaryFolder(t);
  const certificate = await makeCertificate({
    names: ['origin.test'],
    addresses: [LOOPBACK],
    now: Date.now(),
    days: 2,
  });
  const caFile = join(home, 'ca.pem');
  writeFileSync(caFile, certificate.caPem);
  const origin: Origin = { url: '', caFile, folder: null, asked: [] };
  const pair = { cert: certificate.certificatePem, key: certificate.keyPem };
  const port = await tlsServer(t, pair, (request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    origin.asked.push(path);
    const file = origin.folder === null ? null : join(origin.folder, path);
    if (file === null) request.socket.destroy();
    else if (!existsSync(file)) response.writeHead(404).end();
    else response.end(request.method === 'HEAD' ? undefined : readFileSync(file));
  });
  return Object.assign(origin, { url: `https://${LOOPBACK}:${port}/` });
}

async function confirmedMirror(t: TestContext): Promise<{ mirror: Mirror; origin: Origin }> {
  const origin = await httpsOrigin(t);
  const mirror = await startMirror(t, { sections: { source: { confirm: origin.url, ca_file: origin.caFile } } });
  return { mirror, origin };
}

const JAR = 'org/example/tool/1.0/tool-1.0.jar';

test('releases that the origin confirms are published, each asked for once', async (t) => {
  if (!needs(t, 'rsync')) return;
  const { mirror, origin } = await confirmedMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.metadata('tool', ['1.0']);
  origin.folder = mirror.origin.folder;

  const first = await mirror.sync();
  const asked = origin.asked.length;
  const second = await mirror.sync();

  assert.deepEqual([first.exit, first.result.added, second.exit], [0, 6, 0]);
  assert.equal(origin.asked.length, asked);
  assert.ok(!origin.asked.some((path) => path.includes('maven-metadata')));
});

test('what was altered on the wire, sums and all, is not published, and that is a trouble', async (t) => {
  if (!needs(t, 'rsync')) return;
  const { mirror, origin } = await confirmedMirror(t);
  mirror.origin.release('tool', '1.0', 'evil bytes');
  const truth = temporaryFolder(t);
  for (const [path, text] of [
    [JAR, 'good bytes'],
    [`${JAR}.sha1`, sumOf('good bytes', 'sha1')],
  ] as const) {
    mkdirSync(join(truth, 'org/example/tool/1.0'), { recursive: true });
    writeFileSync(join(truth, path), text);
  }
  origin.folder = truth;

  const { exit, result } = await mirror.sync();
  mirror.origin.release('tool', '1.0', 'good bytes');
  origin.folder = mirror.origin.folder;
  const mended = await mirror.sync();

  assert.equal(exit, 1);
  assert.equal(result.added, 0);
  assert.ok(result.deferred.some(({ path, verdict }) => path === JAR && verdict === 'unconfirmed'));
  assert.deepEqual([mended.exit, mended.result.added], [0, 4]);
});

test('while the origin cannot be asked new releases wait, what is published is served, and that is no trouble', async (t) => {
  if (!needs(t, 'rsync')) return;
  const { mirror, origin } = await confirmedMirror(t);
  mirror.origin.release('tool', '1.0');
  origin.folder = mirror.origin.folder;
  await mirror.sync();
  mirror.origin.release('tool', '2.0');
  origin.folder = null;

  const waiting = await mirror.sync();
  const served = await mirror.statuses(JAR, 'org/example/tool/2.0/tool-2.0.jar');
  origin.folder = mirror.origin.folder;
  const after = await mirror.sync();

  assert.equal(waiting.exit, 0);
  assert.deepEqual([...new Set(waiting.result.deferred.map(({ verdict }) => verdict))].sort(), [
    'incomplete-version',
    'unconfirmed',
  ]);
  assert.deepEqual(served, [200, 403]);
  assert.deepEqual([after.exit, after.result.added], [0, 4]);
});
