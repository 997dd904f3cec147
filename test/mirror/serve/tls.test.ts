// Which TLS is spoken, as OpenSSL's own client finds it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { makeCertificate } from '../../../src/demo/certificate.ts';
import type { TlsFiles } from '../../../src/mirror/serve/certificate.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { needs } from '../../support/needs.ts';
import { POM } from './planted.ts';
import { POM_PATH } from './request-row.ts';
import { certificateFiles, serve } from './running.ts';

interface Spoken {
  readonly protocol: string | null;
  readonly cipher: string | null;
  readonly text: string;
}

const OLD = ['-cipher', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'];
/** What neither profile has, by the names that OpenSSL gives them. */
const NEVER = [
  'DHE-RSA-AES128-GCM-SHA256',
  'DHE-RSA-AES128-SHA',
  'ADH-AES128-SHA',
  'AECDH-AES128-SHA',
  'NULL-SHA',
  'AES256-SHA',
];

describe('the profile modern', { concurrency: 2 }, () => {
  it('takes TLS 1.3 and 1.2 with ECDHE and authenticated encryption', async (t) => {
    if (!needs(t, 'openssl')) return;
    const { port } = await secured(t, 'modern');

    const newest = await handshake(port, ['-tls1_3']);
    const second = await handshake(port, ['-tls1_2']);

    assert.deepEqual([newest.protocol, newest.cipher], ['TLSv1.3', 'TLS_AES_128_GCM_SHA256']);
    assert.deepEqual([second.protocol, second.cipher], ['TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256']);
  });

  it('refuses what is older, has no forward secrecy, or encrypts without authentication', async (t) => {
    if (!needs(t, 'openssl')) return;
    const { port } = await secured(t, 'modern');
    const refused = ['ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES128-SHA256', 'AES128-GCM-SHA256', 'AES128-SHA', ...NEVER];

    const older = [await handshake(port, ['-tls1', ...OLD]), await handshake(port, ['-tls1_1', ...OLD])];
    const ciphers = await Promise.all(
      refused.map((cipher) => handshake(port, ['-tls1_2', '-cipher', `${cipher}:@SECLEVEL=0`])),
    );

    assert.deepEqual(
      [...older, ...ciphers].map(({ cipher }) => cipher),
      [...older, ...ciphers].map(() => null),
    );
  });
});

describe('the profile legacy', { concurrency: 2 }, () => {
  it('takes TLS 1.0 and 1.1 as well, with AES128-SHA, by ECDHE where the client can and by RSA where it cannot', async (t) => {
    if (!needs(t, 'openssl')) return;
    const { port } = await secured(t, 'legacy');

    const first = await handshake(port, ['-tls1', ...OLD]);
    const second = await handshake(port, ['-tls1_1', ...OLD]);
    const byRsa = await handshake(port, ['-tls1', '-cipher', 'AES128-SHA:@SECLEVEL=0']);
    const newest = await handshake(port, []);

    assert.deepEqual([first.protocol, first.cipher], ['TLSv1', 'ECDHE-RSA-AES128-SHA']);
    assert.deepEqual([second.protocol, second.cipher], ['TLSv1.1', 'ECDHE-RSA-AES128-SHA']);
    assert.deepEqual([byRsa.protocol, byRsa.cipher], ['TLSv1', 'AES128-SHA']);
    assert.deepEqual([newest.protocol, newest.cipher], ['TLSv1.3', 'TLS_AES_128_GCM_SHA256']);
  });

  it('answers an old client that names no server', async (t) => {
    if (!needs(t, 'openssl')) return;
    const { port } = await secured(t, 'legacy');

    const answer = await handshake(port, ['-tls1', '-noservername', ...OLD], request(POM_PATH));

    assert.equal(answer.protocol, 'TLSv1');
    assert.ok(answer.text.includes(POM.toString()), answer.text);
  });

  it('has neither DHE nor anything without authentication or encryption', async (t) => {
    if (!needs(t, 'openssl')) return;
    const { port } = await secured(t, 'legacy');

    const ciphers = await Promise.all(
      NEVER.map((cipher) => handshake(port, ['-tls1_2', '-cipher', `${cipher}:@SECLEVEL=0`])),
    );

    assert.deepEqual(
      ciphers.map(({ cipher }) => cipher),
      NEVER.map(() => null),
    );
  });
});

it('a client that asks for a name of a further certificate gets that, everybody else the first', async (t) => {
  if (!needs(t, 'openssl')) return;
  const other = await pairFor(t, ['repo.example.net', '*.wild.example.net']);
  const { port } = await secured(t, 'modern', [other]);

  const names = await Promise.all(
    ['repo.example.net', 'a.wild.example.net', 'mirror.example.org', 'stranger.example.com'].map(async (name) =>
      certificateOf(await handshake(port, ['-servername', name, '-showcerts'])),
    ),
  );
  const nobody = certificateOf(await handshake(port, ['-noservername', '-showcerts']));

  assert.equal(names[0], names[1]);
  assert.equal(names[2], names[3]);
  assert.equal(nobody, names[2]);
  assert.notEqual(names[0], names[2]);
});

it('a session is resumed by another server that has the same ticket keys, and by none after these were changed', async (t) => {
  if (!needs(t, 'openssl')) return;
  const keys = Buffer.alloc(48, 7);
  const tls = await certificateFiles(t);
  const [one, other] = [(await serve(t, { tls })).server, (await serve(t, { tls })).server];
  for (const server of [one, other]) server.setTicketKeys(keys);
  const session = `${temporaryFolder(t)}/session`;

  const first = await handshake(one.port, ['-tls1_2', '-sess_out', session]);
  other.reloadCertificate();
  const second = await handshake(other.port, ['-tls1_2', '-sess_in', session]);
  other.setTicketKeys(Buffer.alloc(48, 8));
  const third = await handshake(other.port, ['-tls1_2', '-sess_in', session]);

  assert.match(first.text, /^New, TLSv1\.2/m);
  assert.match(second.text, /^Reused, TLSv1\.2/m);
  assert.match(third.text, /^New, TLSv1\.2/m);
});

it('Strict-Transport-Security is sent when it is asked for, with every answer', async (t) => {
  if (!needs(t, 'openssl')) return;
  const tls = await certificateFiles(t);
  const { server } = await serve(t, { tls, hstsSeconds: 86_400 });

  for (const path of [POM_PATH, '/none', '/-/health', '/']) {
    const answer = await handshake(server.port, [], request(path));

    assert.match(answer.text, /strict-transport-security: max-age=86400\r?\n/i, path);
  }
});

async function secured(t: TestContext, profile: TlsFiles['profile'], also: TlsFiles['also'] = []) {
  const tls = await rsaFiles(t);
  const { server } = await serve(t, { tls: { ...tls, profile, also } });
  return server;
}

/** As certbot makes them for old clients: they know no elliptic curves in certificates. */
async function rsaFiles(t: TestContext) {
  const folder = temporaryFolder(t);
  const files = { certificate: `${folder}/certificate.pem`, key: `${folder}/key.pem` };
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=mirror.example.org', '-days', '2'];
  await openssl([...made, '-keyout', files.key, '-out', files.certificate], '');
  return files;
}

async function pairFor(t: TestContext, names: readonly string[]) {
  const folder = temporaryFolder(t);
  const made = await makeCertificate({ names, addresses: [], now: Date.now(), days: 2 });
  const files = { certificate: `${folder}/certificate.pem`, key: `${folder}/key.pem` };
  writeFileSync(files.certificate, made.certificatePem);
  writeFileSync(files.key, made.keyPem);
  return files;
}

function request(path: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`;
}

async function handshake(port: number, args: readonly string[], input = ''): Promise<Spoken> {
  const quiet = input === '' ? [] : ['-ign_eof'];
  const text = await openssl(['s_client', '-connect', `127.0.0.1:${port}`, ...quiet, ...args], input);
  // After a failure it tells `(NONE)` and `0000`.
  const cipher = /^New, [^,]+, Cipher is (\S+)/m.exec(text) ?? /^Reused, [^,]+, Cipher is (\S+)/m.exec(text);
  const isSpoken = cipher !== null && cipher[1] !== '(NONE)';
  const protocol = /^ *Protocol *: (\S+)/m.exec(text)?.[1] ?? /^(?:New|Reused), (\S+),/m.exec(text)?.[1] ?? null;
  return { protocol: isSpoken ? protocol : null, cipher: isSpoken ? (cipher[1] ?? null) : null, text };
}

function certificateOf({ text }: Spoken): string {
  return /-----BEGIN CERTIFICATE-----[^-]*/.exec(text)?.[0] ?? 'none';
}

function openssl(args: readonly string[], input: string): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn('openssl', args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: 30_000 });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
      });
    }
    child.once('error', fail);
    child.once('close', () => done(text));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
