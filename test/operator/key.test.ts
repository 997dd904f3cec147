import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { CodedError } from '../../src/host/error.ts';
import { keyIdOf, loadKey, loadOrMakeKey, makeKey, verifyBytes } from '../../src/operator/key.ts';
import { temporaryFolder } from '../support/folder.ts';

const MESSAGE = Buffer.from('{"generation":7}');

test('a key is made once, for its owner alone, and is the same when it is read again', (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'keys/report.key');

  const made = makeKey(path);

  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(folder, 'keys')), ['report.key']);
  assert.equal(loadKey(path).publicKey, made.publicKey);
  assert.equal(loadOrMakeKey(path).id, made.id);
  assert.throws(() => makeKey(path), coded('key-exists', path));
});

test('a signature holds for its bytes and its key, and for nothing else', (t) => {
  const folder = temporaryFolder(t);
  const key = makeKey(join(folder, 'a'));
  const other = makeKey(join(folder, 'b'));
  const signature = key.sign(MESSAGE);

  const verdicts = [
    verifyBytes(key.publicKey, MESSAGE, signature),
    verifyBytes(other.publicKey, MESSAGE, signature),
    verifyBytes(key.publicKey, Buffer.from('{"generation":8}'), signature),
    verifyBytes(key.publicKey, MESSAGE, signature.subarray(0, 63)),
    verifyBytes(key.publicKey, MESSAGE, Buffer.concat([signature, Buffer.from([0])])),
    verifyBytes('no key', MESSAGE, signature),
  ];

  assert.deepEqual(verdicts, [true, false, false, false, false, false]);
});

test('a signature over RFC 8032 test vector 2 is that of the vector', () => {
  const publicKey = Buffer.from('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', 'hex');
  const signature = Buffer.from(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    'hex',
  );

  assert.equal(verifyBytes(publicKey.toString('base64'), Buffer.from([0x72]), signature), true);
});

test('a key is named by its JWK thumbprint, as RFC 8037 appendix A.3 has it', () => {
  const x = Buffer.from('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', 'base64url');

  assert.equal(keyIdOf(x.toString('base64')), 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

test('a file that is no private Ed25519 key, or that everybody may read, is refused with its name', (t) => {
  const folder = temporaryFolder(t);
  const path = (name: string) => join(folder, name);
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  writeFileSync(path('text'), 'no key at all', { mode: 0o600 });
  writeFileSync(path('empty'), '', { mode: 0o600 });
  writeFileSync(path('p256'), p256.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  writeFileSync(path('large'), Buffer.alloc(20_000, 'x'), { mode: 0o600 });
  makeKey(path('open'));
  chmodSync(path('open'), 0o644);
  symlinkSync(folder, path('folder'));

  for (const name of ['text', 'empty', 'p256', 'large', 'open', 'folder']) {
    assert.throws(() => loadKey(path(name)), coded('key-unusable', path(name)), name);
  }
  assert.throws(() => loadKey(path('nowhere')), coded('key-missing', path('nowhere')));
  assert.throws(() => makeKey(join(path('text'), 'below')), coded('key-unusable', join(path('text'), 'below')));
});

test('a group may read a key, as a system that hands out credentials has it', (t) => {
  const path = join(temporaryFolder(t), 'report.key');
  const { id } = makeKey(path);
  chmodSync(path, 0o640);

  assert.equal(loadKey(path).id, id);
});

function coded(code: string, path: string): (error: unknown) => boolean {
  return (error) => error instanceof CodedError && error.code === code && error.path === path;
}
