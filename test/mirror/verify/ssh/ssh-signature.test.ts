import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { keysetOf } from '../../../../src/mirror/verify/key/keyset.ts';
import { startFeed } from '../../../../src/mirror/verify/signature/feed.ts';
import { type JudgedFile, judgeSignatures } from '../../../../src/mirror/verify/signature/judgement.ts';
import { NO_KEYS } from '../../../../src/mirror/verify/signature/known-keys.ts';
import { readSignatureFile } from '../../../../src/mirror/verify/signature/signature-file.ts';
import { parseAllowedSigners } from '../../../../src/mirror/verify/ssh/allowed-signers.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { needs } from '../../../support/needs.ts';

const BYTES = 'a jar\n';
const NOW = Date.UTC(2026, 10, 21);

interface SshKey {
  readonly line: string;
  sign(bytes: string, namespace?: string, hash?: string): Buffer;
  /** What ssh-keygen itself says of a signature, by these allowed signers. */
  accepts(signature: Buffer, bytes: string, allowed: string): boolean;
}

function sshKey(t: TestContext, ...type: string[]): SshKey {
  const folder = join(temporaryFolder(t), 'ssh');
  mkdirSync(folder);
  const run = (input: string, ...args: string[]) =>
    spawnSync('ssh-keygen', args, { input, cwd: folder, timeout: 60_000 });
  run('', '-q', '-t', ...type, '-N', '', '-C', 'tester', '-f', 'key');
  const [kind = '', blob = ''] = readFileSync(join(folder, 'key.pub'), 'utf8').split(' ');
  return {
    line: `${kind} ${blob}`,
    sign: (bytes, namespace = 'file', hash = 'sha512') =>
      run(bytes, '-Y', 'sign', '-q', '-f', 'key', '-n', namespace, '-O', `hashalg=${hash}`).stdout,
    accepts(signature, bytes, allowed) {
      writeFileSync(join(folder, 'allowed'), allowed);
      writeFileSync(join(folder, 'sig'), signature);
      return (
        run(bytes, '-Y', 'verify', '-f', 'allowed', '-I', 'ada@example.org', '-n', 'file', '-s', 'sig').status === 0
      );
    },
  };
}

function judged(signature: Buffer, bytes: string, allowed: string | null): JudgedFile {
  const file = readSignatureFile('g/a/1/a-1.jar.sig', signature);
  const feed = startFeed(['sha256'], [file], NO_KEYS);
  feed.update(Buffer.from(bytes));
  const signers = allowed === null ? null : parseAllowedSigners(allowed);
  return judgeSignatures(feed.finish(), null, { keyset: keysetOf([]), keysmap: null, signers }, NOW);
}

const KEYS: readonly (readonly [name: string, ...type: string[]])[] = [
  ['ed25519', 'ed25519'],
  ['rsa3072', 'rsa', '-b', '3072'],
  ['secp256r1', 'ecdsa', '-b', '256'],
  ['secp384r1', 'ecdsa', '-b', '384'],
  ['secp521r1', 'ecdsa', '-b', '521'],
];

for (const [name, ...type] of KEYS) {
  test(`an SSH signature by ${name} is good where its key is allowed, as ssh-keygen says`, (t) => {
    if (!needs(t, 'ssh-keygen')) return;
    const key = sshKey(t, ...type);
    const allowed = `ada@example.org ${key.line} a comment\n`;
    const signature = key.sign(BYTES);

    const { best } = judged(signature, BYTES, allowed);

    assert.deepEqual(
      [best?.class, best?.algorithm, best?.hash, best?.trusted, best?.notes],
      ['good', name, 'sha512', true, ['ssh']],
    );
    assert.equal(key.accepts(signature, BYTES, allowed), true);
    assert.equal(judged(signature, 'another jar\n', allowed).class, 'bad');
    assert.equal(key.accepts(signature, 'another jar\n', allowed), false);
  });
}

test('an SSH signature over SHA-256 is as good', (t) => {
  if (!needs(t, 'ssh-keygen')) return;
  const key = sshKey(t, 'ed25519');

  const { best } = judged(key.sign(BYTES, 'file', 'sha256'), BYTES, `ada@example.org ${key.line}`);

  assert.deepEqual([best?.class, best?.hash], ['good', 'sha256']);
});

test('without allowed signers an SSH signature is recorded and proves nothing', (t) => {
  if (!needs(t, 'ssh-keygen')) return;
  const key = sshKey(t, 'ed25519');

  const file = judged(key.sign(BYTES), BYTES, null);

  assert.deepEqual([file.class, file.signatures], ['ssh-only', []]);
});

test('what a line of allowed signers says of time and purpose is kept', (t) => {
  if (!needs(t, 'ssh-keygen')) return;
  const key = sshKey(t, 'ed25519');
  const table: [line: string, namespace: string, expected: string][] = [
    [`other@example.org ${sshKey(t, 'ed25519').line}`, 'file', 'no-key'],
    [`ada@example.org namespaces="file,git" ${key.line}`, 'file', 'good'],
    [`ada@example.org namespaces="git" ${key.line}`, 'file', 'unbound-subkey'],
    [`ada@example.org namespaces="maven" ${key.line}`, 'maven', 'good'],
    [`ada@example.org ${key.line}`, 'email', 'unbound-subkey'],
    [`ada@example.org valid-after="20200101",valid-before="20270101Z" ${key.line}`, 'file', 'good'],
    [`ada@example.org valid-before="20200101" ${key.line}`, 'file', 'key-expired-before'],
    [`ada@example.org valid-after="203001011200" ${key.line}`, 'file', 'wrong-time'],
    [`"ada@example.org,*.org" ${key.line}`, 'file', 'good'],
  ];

  for (const [line, namespace, expected] of table) {
    assert.equal(judged(key.sign(BYTES, namespace), BYTES, `# signers\n\n${line}\n`).class, expected, line);
  }
});

test('lines that cannot be read are told with their number', () => {
  const signers = parseAllowedSigners(
    'ada@example.org\n# fine\nbob cert-authority ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\neve x="y" ssh-rsa AAAA\n',
  );

  assert.deepEqual(
    signers.faults.map(({ line }) => line),
    [1, 3, 4],
  );
});

test('an SSH signature that is cut, or whose numbers are none, is no signature', (t) => {
  if (!needs(t, 'ssh-keygen')) return;
  const key = sshKey(t, 'ed25519');
  const allowed = `ada@example.org ${key.line}`;
  const text = key.sign(BYTES).toString();
  const body = Buffer.from(text.split('\n').slice(1, -2).join(''), 'base64');
  const armor = (bytes: Buffer) =>
    Buffer.from(`-----BEGIN SSH SIGNATURE-----\n${bytes.toString('base64')}\n-----END SSH SIGNATURE-----\n`);
  const other = Buffer.from(body);
  other[6 + 3] = 2;

  assert.equal(judged(Buffer.from(text.slice(0, 100)), BYTES, allowed).class, 'malformed');
  assert.equal(judged(armor(body.subarray(0, 60)), BYTES, allowed).class, 'malformed');
  assert.equal(judged(armor(other), BYTES, allowed).class, 'unsupported');
});
