import assert from 'node:assert/strict';
import test from 'node:test';
import { changedRelease } from '../../../src/mirror/verify/immutability.ts';
import { type Given, stagedFile, sum, unitFacts } from './facts.ts';

const RELEASE = 'g/a/1.0/a-1.0.jar';

function changed(path: string, bytes: string, given: Given) {
  return changedRelease(stagedFile(path, bytes), unitFacts('g/a/1.0', { staged: { [path]: bytes }, ...given }));
}

test('a file that was never published may have any bytes', () => {
  assert.equal(changed(RELEASE, 'new', {}), null);
});

test('a published release keeps its bytes, and the refusal says which', () => {
  const verdict = changed(RELEASE, 'new', { kept: { [RELEASE]: 'old' } });

  assert.equal(verdict?.kind === 'rejected' ? verdict.verdict : '', 'immutable-changed');
  assert.equal(verdict?.kind === 'rejected' ? verdict.expected : '', sum('sha256', 'old'));
});

test('a release that went and comes back has to bring bytes that it had', () => {
  assert.equal(changed(RELEASE, 'once', { once: { [RELEASE]: 'once' } }), null);
  assert.notEqual(changed(RELEASE, 'other', { once: { [RELEASE]: 'once' } }), null);
});

test('a published release does not go back to bytes that it had before', () => {
  const verdict = changed(RELEASE, 'once', { once: { [RELEASE]: 'once' }, kept: { [RELEASE]: 'now' } });

  assert.equal(verdict?.kind, 'rejected');
});

test('a signature of a release may change: authors sign after the fact, and again', () => {
  for (const suffix of ['.asc', '.sig', '.sigstore.json']) {
    const path = `${RELEASE}${suffix}`;
    assert.equal(changed(path, 'new', { kept: { [path]: 'old' } }), null);
    assert.equal(changed(path, 'new', { once: { [path]: 'old' } }), null);
  }
});

test('SNAPSHOTs, metadata, sums and loose files change as they please', () => {
  for (const path of [
    'g/a/1.0-SNAPSHOT/a-1.0-SNAPSHOT.jar',
    'g/a/maven-metadata.xml',
    `${RELEASE}.sha1`,
    'feed.clj.gz',
  ]) {
    assert.equal(changed(path, 'new', { kept: { [path]: 'old' } }), null, path);
  }
});
