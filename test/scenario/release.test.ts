// The release as it is made, unpacked and run: the same bytes each time, whole by its own sums, and in need of nothing that lies here.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { MINUTE } from '../../src/host/clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { publishedText, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

const RELEASE = resolve(import.meta.dirname, '../../release/run.ts');

test('two releases of one commit are the same to the byte, signed, and run on their own', async (t) => {
  if (!needs(t, 'git', 'openssl', 'rsync')) return;
  const home = temporaryFolder(t);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(home, 'release.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(home, 'release.pub'), publicKey.export({ type: 'spki', format: 'pem' }));

  const [one, two] = await Promise.all([
    makeRelease(home, 'one', '--key', join(home, 'release.key')),
    makeRelease(home, 'two'),
  ]);

  assert.deepEqual(readdirSync(two), [archiveIn(two), 'SHA256SUMS'].toSorted());
  assert.equal(readFileSync(join(one, 'SHA256SUMS'), 'utf8'), readFileSync(join(two, 'SHA256SUMS'), 'utf8'));
  run(one, 'sha256sum', '--check', '--strict', 'SHA256SUMS');
  const signature = ['-verify', '-pubin', '-inkey', join(home, 'release.pub'), '-rawin', '-in', 'SHA256SUMS'];
  run(one, 'openssl', 'pkeyutl', ...signature, '-sigfile', 'SHA256SUMS.sig');
  await standsAlone(t, unpack(one, home));
});

/** Called through a link, with an empty environment, it does a pass. */
async function standsAlone(t: TestContext, unpacked: string): Promise<void> {
  run(unpacked, 'sha256sum', '--check', '--strict', '--quiet', 'SHA256SUMS');
  const link = join(unpacked, '../assay');
  symlinkSync(join(unpacked, 'bin/assay'), link);
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');

  const version = run('/', link, '--version');
  const pass = await runLong(link, '--config', mirror.configFile, '--json', 'sync');

  assert.match(version, /^\d+\.\d+\.\d+\ncommit [0-9a-f]{40}(\+changes)?, built 20[\d-]+T[\d:.]+Z\nNode\.js 2\d\./);
  assert.equal(JSON.parse(pass).result.added, 4);
  assert.equal(publishedText(mirror, 'org/example/tool/1.0/tool-1.0.jar'), 'tool 1.0');
  assert.equal(readdirSync(join(unpacked, 'node_modules')).includes('typescript'), false);
}

async function makeRelease(home: string, name: string, ...words: string[]): Promise<string> {
  const output = join(home, name);
  await runLong(process.execPath, RELEASE, '--output', output, ...words);
  return output;
}

function archiveIn(folder: string): string {
  return readdirSync(folder).find((name) => name.endsWith('.tar.gz')) ?? 'no archive';
}

function unpack(folder: string, home: string): string {
  const target = join(home, 'opt');
  mkdirSync(target);
  run(target, 'tar', '--extract', '--file', join(folder, archiveIn(folder)));
  return join(target, readdirSync(target)[0] ?? '');
}

const BARE = { PATH: '/usr/local/bin:/usr/bin:/bin' };

function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: BARE,
    encoding: 'utf8',
    timeout: 2 * MINUTE,
  });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}

/** Not with spawnSync: two at once, and beside the origin of this process. */
async function runLong(command: string, ...args: string[]): Promise<string> {
  const child = spawn(command, args, {
    env: { ...BARE, INIT_CWD: '/' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 10 * MINUTE,
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const status = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${err}`);
  return out;
}
