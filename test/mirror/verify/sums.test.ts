import assert from 'node:assert/strict';
import test from 'node:test';
import { agrees, judgeSums } from '../../../src/mirror/verify/sums.ts';
import { type Given, row, stagedFile, sum, unitFacts } from './facts.ts';

const JAR = 'g/a/1.0/a-1.0.jar';
const BYTES = 'the jar';

function judged(given: Given) {
  const facts = unitFacts('g/a/1.0', given);
  return judgeSums(stagedFile(JAR, BYTES), facts);
}

test('the strongest sum decides, whatever the order of the names', () => {
  const right = Object.fromEntries(
    ['md5', 'sha1', 'sha256', 'sha512'].map((name) => [`${JAR}.${name}`, sum(name, BYTES)]),
  );

  assert.deepEqual(judged({ staged: right }), { kind: 'matched', contradicting: [] });
  for (const name of ['md5', 'sha1', 'sha256']) {
    assert.deepEqual(judged({ staged: { ...right, [`${JAR}.${name}`]: sum(name, 'other') } }), {
      kind: 'matched',
      contradicting: [`${JAR}.${name}`],
    });
  }
  assert.deepEqual(judged({ staged: { ...right, [`${JAR}.sha512`]: sum('sha512', 'other') } }), {
    kind: 'mismatched',
    by: `${JAR}.sha512`,
    expected: sum('sha512', 'other'),
  });
});

test('a sum that is listed and missing makes the file wait, before words and pages do', () => {
  const verdict = judged({ staged: { [`${JAR}.md5`]: 'words', [`${JAR}.sha256`]: '<html>' }, listed: [`${JAR}.sha1`] });

  assert.deepEqual(verdict, { kind: 'pending', by: `${JAR}.sha1` });
});

test('nothing listed is nothing claimed', () => {
  assert.deepEqual(judged({}), { kind: 'absent' });
});

test('a published sum claims the bytes that it was published with', () => {
  const kept = { [JAR]: BYTES, [`${JAR}.sha1`]: 'as it was' };

  assert.deepEqual(judged({ kept }), { kind: 'matched', contradicting: [] });
  assert.deepEqual(judged({ kept: { ...kept, [JAR]: 'other bytes' } }), {
    kind: 'mismatched',
    by: `${JAR}.sha1`,
    expected: sum('sha1', 'other bytes'),
  });
});

test('a published sum that did not match its bytes claims nothing', () => {
  const kept = { [JAR]: { bytes: BYTES, upstreamSum: 'mismatched' as const }, [`${JAR}.sha1`]: 'as it was' };

  assert.deepEqual(judged({ kept }), { kind: 'absent' });
});

test('a sidecar agrees, contradicts, or says nothing', () => {
  const jar = row(JAR, BYTES);

  assert.equal(agrees(stagedFile(`${JAR}.sha1`, sum('sha1', BYTES)), jar), true);
  assert.equal(agrees(stagedFile(`${JAR}.sha1`, sum('sha1', 'x')), jar), false);
  assert.equal(agrees(stagedFile(`${JAR}.sha1`, 'words'), jar), null);
  assert.equal(agrees(stagedFile(`${JAR}.asc`, 'signature'), jar), null);
  assert.equal(agrees(stagedFile(`${JAR}.md5`, sum('md5', BYTES)), { ...jar, md5: null }), null);
});
