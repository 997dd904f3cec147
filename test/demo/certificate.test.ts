import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type MadeCertificate, makeCertificate } from '../../src/demo/certificate.ts';
import { ownLoopbackAddress } from '../../src/demo/loopback.ts';
import { systemClock } from '../../src/host/clock.ts';
import { systemCode } from '../../src/host/error.ts';

const run = promisify(execFile);
const address = ownLoopbackAddress(process.pid);

describe('a certificate made on the spot', () => {
  let made: MadeCertificate;
  let port: number;
  const server = createServer((_request, response) => response.end('hello'));

  before(async () => {
    made = await makeCertificate({
      names: ['localhost'],
      addresses: [address, '::1'],
      now: systemClock.now(),
      days: 2,
    });
    server.setSecureContext({ cert: made.certificatePem, key: made.keyPem });
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
    port = (server.address() as AddressInfo).port;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  test('names its hosts and addresses, and is signed by its authority', () => {
    const leaf = new X509Certificate(made.certificatePem);
    const authority = new X509Certificate(made.caPem);

    assert.equal(leaf.checkHost('localhost'), 'localhost');
    assert.equal(leaf.checkIP(address), address);
    assert.equal(leaf.ca, false);
    assert.equal(authority.ca, true);
    assert.equal(leaf.checkIssued(authority), true);
    assert.equal(leaf.verify(authority.publicKey), true);
  });

  test('is valid from a little before its time until the last day', async () => {
    const now = Date.UTC(2026, 10, 21);

    const { certificatePem } = await makeCertificate({ names: ['localhost'], addresses: [], now, days: 30 });

    const leaf = new X509Certificate(certificatePem);
    assert.equal(leaf.validFromDate.toISOString(), '2026-11-20T23:55:00.000Z');
    assert.equal(leaf.validToDate.toISOString(), '2026-12-21T00:00:00.000Z');
  });

  test('is taken by a Node.js client that trusts the authority, and by no other', async () => {
    const trusted = await ask(`https://${address}:${port}/`, made.caPem);
    const untrusted = await ask(`https://${address}:${port}/`, undefined);

    assert.equal(trusted, 'hello');
    assert.match(untrusted, /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE/);
  });

  test('is taken by curl --cacert', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-certificate-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'ca.pem'), made.caPem);
    const args = [
      '-sS',
      '--noproxy',
      '*',
      '--max-time',
      '20',
      '--cacert',
      join(folder, 'ca.pem'),
      `https://${address}:${port}/`,
    ];

    const answer = await run('curl', args).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return t.skip('curl is not installed: apt-get install curl');
      throw error;
    });

    if (answer !== undefined) assert.equal(answer.stdout, 'hello');
  });
});

function ask(url: string, ca: string | undefined): Promise<string> {
  return new Promise((resolve) => {
    const request = get(url, { ca, agent: false, timeout: 20_000 }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => resolve(body));
    });
    request.on('error', (error) => resolve(systemCode(error) ?? error.message));
  });
}
