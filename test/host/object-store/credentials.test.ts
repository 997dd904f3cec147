import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { MINUTE } from '../../../src/host/clock.ts';
import { CodedError } from '../../../src/host/error.ts';
import { parseAccessKeys, readAccessKeys } from '../../../src/host/object-store/credentials.ts';
import { temporaryFolder } from '../../support/folder.ts';

const KEYS = 'aws_access_key_id = AK\naws_secret_access_key = s3/cr=et+\n';
const PARSED = { accessKeyId: 'AK', secretAccessKey: 's3/cr=et+' };

test('keys are taken from the profile default, else from the first that has any', () => {
  const other = '[other]\naws_access_key_id=X\naws_secret_access_key=Y\n';

  assert.deepEqual(parseAccessKeys(KEYS), PARSED);
  assert.deepEqual(parseAccessKeys(`# ours\r\n[default]\r\n${KEYS.replaceAll('\n', '\r\n')}`), PARSED);
  assert.deepEqual(parseAccessKeys(`${other}[default]\n${KEYS}`), PARSED);
  assert.deepEqual(parseAccessKeys(`[mirror]\n${KEYS}${other}`), PARSED);
  assert.deepEqual(parseAccessKeys(`${KEYS}aws_session_token = T\n`), { ...PARSED, sessionToken: 'T' });
});

test('half a pair of keys is none', () => {
  for (const text of ['', '[default]\n', 'aws_access_key_id = AK\n', '[default]\naws_secret_access_key = S\n']) {
    assert.equal(parseAccessKeys(text), null, text);
  }
});

test('the file is read again after a while, so that a key that was rotated is taken up', async (t) => {
  const path = join(temporaryFolder(t), 'keys');
  writeFileSync(path, KEYS);

  const keys = await readAccessKeys(path, { now: () => 0 });

  assert.deepEqual(keys, { ...PARSED, expiration: new Date(10 * MINUTE) });
});

test('a file that cannot be used is named, and nothing of it is told', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'half'), 'aws_secret_access_key = hidden\n');
  writeFileSync(join(folder, 'long'), 'x'.repeat(100_000));

  for (const name of ['half', 'long', 'absent']) {
    await assert.rejects(
      readAccessKeys(join(folder, name), { now: () => 0 }),
      (error: unknown) =>
        error instanceof CodedError &&
        error.code === 'store-credentials' &&
        error.message.includes(join(folder, name)) &&
        !error.message.includes('hidden'),
    );
  }
});
