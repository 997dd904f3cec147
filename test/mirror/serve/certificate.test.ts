import assert from 'node:assert/strict';
import { copyFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { DAY } from '../../../src/host/clock.ts';
import { makeLogger } from '../../../src/host/logger.ts';
import { loadCertificates } from '../../../src/mirror/serve/certificate.ts';
import { handClock } from '../../support/hand-clock.ts';
import { POM_PATH } from './request-row.ts';
import { certificateFiles, serve } from './running.ts';
import { ask, connect } from './wire.ts';

const DOES_NOT_FIT = 'certificate files changed and do not fit; the old ones go on';
const silent = makeLogger('silent');
const OLD = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;

it('a certificate that was put in place is used after a reload, for new connections alone', async (t) => {
  const tls = await certificateFiles(t);
  const { server } = await serve(t, { tls });
  const before = { ca: tls.caPem };
  const standing = await connect(server.url, before);
  t.after(() => standing.destroy());

  await tls.renew();
  server.reloadCertificate();
  const after = await ask(server.url, 'GET', POM_PATH, {}, { ca: tls.caPem });
  standing.write(`GET ${POM_PATH} HTTP/1.1\r\nhost: a\r\n\r\n`);
  const head: Buffer = await new Promise((resolve) => standing.once('data', resolve));

  assert.equal(after.status, 200);
  assert.match(head.toString(), /^HTTP\/1\.1 200 /);
  await assert.rejects(connect(server.url, before));
});

it('a reload of a broken pair throws and the old one goes on', async (t) => {
  const tls = await certificateFiles(t);
  const { server } = await serve(t, { tls });
  const other = await certificateFiles(t);

  copyFileSync(other.key, tls.key);
  assert.throws(() => server.reloadCertificate(), { code: 'certificate-mismatch' });

  const answer = await ask(server.url, 'GET', POM_PATH, {}, { ca: tls.caPem });
  assert.equal(answer.status, 200);
});

it('a certificate that was put in place is used without being told, also behind a link that was turned', async (t) => {
  const first = await certificateFiles(t);
  const second = await certificateFiles(t);
  const folder = dirname(first.key);
  symlinkSync(folder, `${folder}/live`);
  const tls = { ...first, certificate: `${folder}/live/certificate.pem`, key: `${folder}/live/key.pem` };
  const { server } = await serve(t, { tls, lookMs: 20 });
  const isServedTo = (caPem: string) => ask(server.url, 'GET', POM_PATH, {}, { ca: caPem }).then(Boolean, () => false);

  const before = [await isServedTo(first.caPem), await isServedTo(second.caPem)];
  symlinkSync(dirname(second.key), `${folder}/next`);
  renameSync(`${folder}/next`, `${folder}/live`);
  while (!(await isServedTo(second.caPem))) await wait(20);
  await second.renew();
  while (!(await isServedTo(second.caPem))) await wait(20);

  assert.deepEqual(before, [true, false]);
  assert.equal(await isServedTo(first.caPem), false);
});

it('while a renewed certificate and its key do not fit yet, the old pair goes on and the new one is taken when it does', async (t) => {
  const tls = await certificateFiles(t);
  const old = tls.caPem;
  const other = await certificateFiles(t);
  const { server, planted } = await serve(t, { tls, lookMs: 20 });

  copyFileSync(other.key, tls.key);
  while (!planted.logged.some(({ msg }) => msg === DOES_NOT_FIT)) await wait(20);
  const between = await ask(server.url, 'GET', POM_PATH, {}, { ca: old });
  copyFileSync(other.certificate, tls.certificate);
  const isServed = () => ask(server.url, 'GET', POM_PATH, {}, { ca: other.caPem }).then(Boolean, () => false);
  while (!(await isServed())) await wait(20);

  assert.equal(between.status, 200);
});

it('modern takes TLS 1.3 and 1.2, and nothing older', async (t) => {
  const tls = await certificateFiles(t);
  const { server } = await serve(t, { tls });

  const newest = (await connect(server.url, { ca: tls.caPem })) as TLSSocket;
  const second = (await connect(server.url, { ca: tls.caPem, maxVersion: 'TLSv1.2' })) as TLSSocket;
  t.after(() => newest.destroy());
  t.after(() => second.destroy());

  assert.deepEqual([newest.getProtocol(), second.getProtocol()], ['TLSv1.3', 'TLSv1.2']);
  await assert.rejects(connect(server.url, { ca: tls.caPem, ...OLD }));
});

it('legacy takes TLS 1.0 as well', async (t) => {
  const tls = await certificateFiles(t);
  const { server } = await serve(t, { tls: { ...tls, profile: 'legacy' } });

  const answer = await ask(server.url, 'GET', POM_PATH, {}, { ca: tls.caPem, ...OLD, maxVersion: 'TLSv1' });

  assert.equal(answer.status, 200);
});

it('a missing file is named', async (t) => {
  const tls = await certificateFiles(t);
  const path = `${tls.key}.missing`;

  assert.throws(() => loadCertificates({ ...tls, key: path }, silent, handClock()), {
    code: 'certificate-unreadable',
    path,
    message: `Could not read ${path} (ENOENT).`,
  });
});

it('what can be opened but not read is named', async (t) => {
  const tls = await certificateFiles(t);
  const path = dirname(tls.key);

  assert.throws(() => loadCertificates({ ...tls, key: path }, silent, handClock()), {
    code: 'certificate-unreadable',
    message: `Could not read ${path} (EISDIR).`,
  });
});

for (const which of ['certificate', 'key'] as const) {
  it(`a ${which} that is no PEM is named`, async (t) => {
    const tls = await certificateFiles(t);
    writeFileSync(tls[which], 'not a PEM');

    assert.throws(() => loadCertificates(tls, silent, handClock()), {
      code: 'certificate-malformed',
      path: tls[which],
    });
  });
}

it('a key of another certificate is refused', async (t) => {
  const tls = await certificateFiles(t);
  const other = await certificateFiles(t);

  assert.throws(() => loadCertificates({ ...tls, key: other.key }, silent, handClock()), {
    code: 'certificate-mismatch',
  });
});

for (const [that, days, message] of [
  ['expired', 3, 'certificate has expired'],
  ['not valid yet', -1, 'certificate is not valid yet'],
] as const) {
  it(`a certificate that is ${that} is loaded with a warning`, async (t) => {
    const clock = handClock();
    const tls = await certificateFiles(t, clock.now());
    const logged: { level: number; msg: string }[] = [];
    const logger = makeLogger('info', { write: (line) => void logged.push(JSON.parse(line)) });
    await clock.advance(days * DAY);

    loadCertificates(tls, logger, clock);

    assert.deepEqual(
      logged.map((line) => [line.level, line.msg]),
      [[40, message]],
    );
  });
}
