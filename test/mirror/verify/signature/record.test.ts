import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { verifySchema } from '../../../../src/mirror/verify/schema.ts';
import { openSignatureRecord, type RecordedFile } from '../../../../src/mirror/verify/signature.ts';
import { migrate } from '../../../../src/state/migrate.ts';
import { openState } from '../../../../src/state/open.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const JAR = 'g/a/1.0/a-1.0.jar';
const VERSIONS = { keyset: 'aa'.repeat(32), policy: 'bb'.repeat(32) };
const SIGNER = 'A'.repeat(40);

function record(t: TestContext) {
  const database = openState(join(temporaryFolder(t), 'state.db'));
  t.after(() => database.close());
  migrate(database, [verifySchema]);
  return openSignatureRecord(database);
}

function file(changes: Partial<RecordedFile> = {}): RecordedFile {
  const evidence = [{ path: `${JAR}.asc`, sha256: 'ab'.repeat(32), kind: 'openpgp' as const, signatures: [] }];
  return {
    ...{
      path: JAR,
      artifact: 'g/a',
      sha256: Buffer.alloc(32, 1),
      class: 'good',
      weak: false,
      trusted: true,
      allowed: true,
    },
    ...{ continuity: 'new', certificate: SIGNER, issuer: SIGNER.slice(-16), signedAt: 1000, evidence },
    ...changes,
  };
}

test('what is put down is found as it was, with the versions that it was judged by', (t) => {
  const known = record(t);

  known.put(file(), VERSIONS, 10);

  const { versions, signedSince, judgedAt, ...found } = known.find(JAR) ?? assert.fail();
  assert.deepEqual(found, file());
  assert.deepEqual([signedSince, judgedAt], [10, 10]);
  assert.deepEqual(versions, { keyset: 'aa'.repeat(8), policy: 'bb'.repeat(8) });
});

test('classes are counted as files come, change and go', (t) => {
  const known = record(t);
  known.put(file(), VERSIONS, 1);
  known.put(file({ path: 'g/a/1.0/a-1.0.pom', weak: true, allowed: false }), VERSIONS, 1);
  known.put(file({ path: 'g/b/1.0/b-1.0.jar', class: 'bad', weak: null, allowed: null }), VERSIONS, 1);
  const before = known.counts();

  known.put(file({ class: 'key-expired-later' }), VERSIONS, 2);
  known.put(file({ class: 'key-expired-later' }), VERSIONS, 3);
  known.forget('g/b/1.0/b-1.0.jar');
  known.strip('g/a/1.0/a-1.0.pom');

  const count = (kind: string, files: number, weak = 0, refusedByKeysmap = 0) => ({
    class: kind,
    files,
    weak,
    refusedByKeysmap,
  });
  assert.deepEqual(before, [count('bad', 1), count('good', 2, 1, 1)]);
  assert.deepEqual(known.counts(), [count('key-expired-later', 1), count('unsigned', 1)]);
  assert.equal(known.find('g/a/1.0/a-1.0.pom')?.continuity, 'stripped');
});

test('a signature is dated by when it came, not by when it was judged', (t) => {
  const known = record(t);
  known.put(file({ evidence: [], class: 'unsigned', certificate: null }), VERSIONS, 1);
  known.put(file(), VERSIONS, 5);
  known.put(file(), VERSIONS, 9);

  assert.deepEqual([known.find(JAR)?.signedSince, known.find(JAR)?.judgedAt], [5, 9]);
  assert.deepEqual(known.signersBefore('g/a', 5), []);
  assert.deepEqual(known.signersBefore('g/a', 6), [SIGNER]);
});

test('who signed an artifact is known after its files are gone', (t) => {
  const known = record(t);
  known.put(file(), VERSIONS, 1);
  known.forget(JAR);

  assert.equal(known.find(JAR), null);
  assert.deepEqual(known.signers(), [{ certificate: SIGNER, files: 0, artifacts: 1, firstAt: 1, lastAt: 1 }]);
  assert.deepEqual(known.artifactsOf(SIGNER, 9), ['g/a']);
});

test('the latest POM before a moment tells how an artifact was signed', (t) => {
  const known = record(t);
  const pom = (version: string) => `g/a/${version}/a-${version}.pom`;
  known.put(file({ path: pom('1.0') }), VERSIONS, 1);
  known.put(file({ path: pom('1.1'), class: 'unsigned' }), VERSIONS, 3);

  assert.deepEqual(
    [1, 2, 4].map((now) => known.latestPomBefore('g/a', now)),
    [null, 'good', 'unsigned'],
  );
});
