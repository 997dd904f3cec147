// What the playbook refuses before it changes anything: one run over this machine, a host for each case, each with the sentence that an operator reads.

import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sha256OfBytes, sumLine } from '../../release/sums.ts';
import { makeCertificate } from '../../src/demo/world.ts';
import { systemClock } from '../../src/host/clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';
import { play, type Variables } from './play.ts';

const NAME = `assay-9.9.9-linux-${process.arch}.tar.gz`;
/** The test may run on any distribution, and where systemd has not started the machine. */
const EXTRA = { assay_found: "{{ found | default('Debian 12') }}", assay_managers: ['{{ ansible_service_mgr }}'] };
const ANY_MACHINE: Variables = {
  ansible_connection: 'local',
  ansible_become: false,
  ansible_python_interpreter: '/usr/bin/python3',
  assay_contact: 'ops@example.org',
  assay_certificate: 'own',
  assay_min_disk_gib: 0,
};

interface Refusal {
  readonly variables: Variables;
  readonly sentence: RegExp;
}

test('what cannot be done is refused by one sentence before anything is changed', async (t) => {
  if (!needs(t, 'ansible-playbook', 'openssl', 'ss')) return;
  const home = temporaryFolder(t);
  const port = await takenPort(t);
  const good = release(join(home, 'good'));
  const common = {
    ...ANY_MACHINE,
    assay_release: good,
    assay_https_port: await freedPort(),
    assay_http_port: await freedPort(),
  };
  const cases = { ...ofTheMachine(home, port), ...(await ofCertificates(home)), ...ofReleases(home, good) };
  const hosts = Object.fromEntries(
    Object.entries(cases).map(([name, { variables }]) => [
      `${name}.example.org`,
      { ...common, assay_data: join(home, 'data', name), ...variables },
    ]),
  );

  const { failures, changed } = await play('playbook.yml', {
    home,
    hosts: { ...hosts, 'good.example.org': { ...common, assay_data: join(home, 'data/good') } },
    words: ['--tags', 'check', '--extra-vars', JSON.stringify(EXTRA)],
  });

  const { 'good.example.org': accepted, ...refused } = Object.fromEntries(failures);
  assert.equal(accepted, undefined);
  for (const [name, { sentence }] of Object.entries(cases)) {
    const said = refused[`${name}.example.org`] ?? 'nothing was refused';
    assert.match(said, sentence, name);
    assert.doesNotMatch(said, /\n/, name);
  }
  assert.deepEqual([...new Set(changed.values())], [0]);
});

function ofTheMachine(home: string, port: number): Record<string, Refusal> {
  mkdirSync(join(home, 'data'));
  writeFileSync(join(home, 'file'), '');
  return {
    'no-contact': {
      variables: { assay_contact: '' },
      sentence: /^no-contact\.example\.org has no assay_contact: write `no-contact\.example\.org assay_contact=/,
    },
    'no-name': {
      variables: { assay_name: 'mirror' },
      sentence: /^assay_name is "mirror", and must be the full host name/,
    },
    'strange-shape': {
      variables: { assay_shape: 'both' },
      sentence: /^assay_shape is "both", and must be alone, nginx, push or primary/,
    },
    'no-bucket': {
      variables: { assay_shape: 'push' },
      sentence: /^assay_shape is push, which wants assay_config\.push/,
    },
    'other-distribution': {
      variables: { found: 'Plan 9' },
      sentence: /^other-distribution\.example\.org runs Plan 9; this play knows Debian 12, /,
    },
    'small-disk': {
      variables: { assay_min_disk_gib: 1_000_000_000 },
      sentence:
        /^[\d.]+ GiB are free where .*small-disk will lie, less than the 1000000000 of assay_min_disk_gib; mount a larger disk/,
    },
    'taken-port': {
      variables: { assay_https_port: port },
      sentence: new RegExp(
        `^Port ${port} of taken-port\\.example\\.org is taken by .*; stop that, or set assay_https_port\\.$`,
      ),
    },
    'no-folder': {
      variables: { assay_data: join(home, 'file/data') },
      sentence: /file\/data cannot be written: it, or the nearest directory/,
    },
  };
}

async function ofCertificates(home: string): Promise<Record<string, Refusal>> {
  const [one, other] = await Promise.all([certificate(), certificate()]);
  writeFileSync(join(home, 'one.pem'), one.certificatePem);
  writeFileSync(join(home, 'other.key'), other.keyPem);
  return {
    'other-key': {
      variables: {
        assay_certificate: 'files',
        assay_certificate_file: join(home, 'one.pem'),
        assay_certificate_key_file: join(home, 'other.key'),
      },
      sentence: /other\.key is not the key of .*one\.pem, or one of them is no PEM file/,
    },
    'no-hook': {
      variables: { assay_certificate: 'dns' },
      sentence: /^assay_certificate is dns, which wants assay_acme_dns_hook/,
    },
  };
}

function ofReleases(home: string, good: string): Record<string, Refusal> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = join(home, 'release.pub');
  writeFileSync(key, publicKey.export({ type: 'spki', format: 'pem' }));
  const damaged = release(join(home, 'damaged'));
  writeFileSync(damaged, 'other bytes');
  const forged = release(join(home, 'forged'));
  writeFileSync(join(home, 'forged/SHA256SUMS.sig'), sign(null, Buffer.from('other sums'), privateKey));
  return {
    'no-release': {
      variables: { assay_release: '' },
      sentence: /^There is no archive of a release beside this play; set assay_release/,
    },
    'lost-release': {
      variables: { assay_release: join(home, NAME) },
      sentence: /is not there; both belong to a release/,
    },
    'damaged-release': {
      variables: { assay_release: damaged },
      sentence: /has the SHA-256 [0-9a-f]{64}, and [0-9a-f]{64} was expected/,
    },
    'other-sum': { variables: { assay_release_sha256: '0'.repeat(64) }, sentence: /, and 0{64} was expected/ },
    'forged-release': {
      variables: { assay_release: forged, assay_release_key: key },
      sentence: /SHA256SUMS\.sig does not prove .*SHA256SUMS under .*release\.pub \(.+\); fetch the release again/,
    },
    'unsigned-release': { variables: { assay_release: good, assay_release_key: key }, sentence: /does not prove/ },
    'unproven-address': {
      variables: { assay_release: `https://releases.example.org/${NAME}` },
      sentence:
        /comes over the network; set assay_release_key to the public key of its signature, or assay_release_sha256/,
    },
  };
}

function release(folder: string): string {
  mkdirSync(folder);
  const archive = join(folder, NAME);
  writeFileSync(archive, 'an archive');
  writeFileSync(join(folder, 'SHA256SUMS'), sumLine(sha256OfBytes(readFileSync(archive)), NAME));
  return archive;
}

function certificate() {
  return makeCertificate({ names: ['mirror.example.org'], addresses: [], now: systemClock.now(), days: 30 });
}

async function takenPort(t: TestContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  t.after(() => server.close());
  return portOf(server.address());
}

async function freedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const port = portOf(server.address());
  await new Promise((done) => server.close(done));
  return port;
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('a server without a port');
  return address.port;
}
