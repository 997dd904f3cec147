import assert from 'node:assert/strict';
import test from 'node:test';
import { DAY, MINUTE } from '../../../src/host/clock.ts';
import { judgeFile } from '../../../src/mirror/verify/file.ts';
import type { GatePolicy, Verdict } from '../../../src/mirror/verify/gate.ts';
import { type Bytes, type Given, NOW, POLICY, sum, unitFacts, wordsOf } from './facts.ts';

const JAR = 'g/a/1.0/a-1.0.jar';
const BYTES = 'PK the jar';
const PAGE = '<html>404</html>';
const WRONG = 'f'.repeat(40);

function judge(
  path: string,
  given: Given & { staged: Record<string, Bytes> },
  policy: Partial<GatePolicy> = {},
): Verdict {
  const facts = unitFacts('g/a/1.0', given);
  const file = facts.staged.get(path);
  assert.ok(file);
  return judgeFile(file, facts, { ...POLICY, ...policy }, NOW);
}

const RULES: readonly (readonly [rule: string, given: Given & { staged: Record<string, Bytes> }, words: string])[] = [
  ['a sum that matches', { staged: { [JAR]: BYTES, [`${JAR}.sha1`]: sum('sha1', BYTES) } }, 'accepted matched'],
  ['the only sum wrong', { staged: { [JAR]: BYTES, [`${JAR}.sha1`]: WRONG } }, 'rejected checksum-mismatch'],
  [
    'the strongest matches, a weaker one contradicts',
    { staged: { [JAR]: BYTES, [`${JAR}.sha1`]: sum('sha1', BYTES), [`${JAR}.md5`]: sum('md5', 'old') } },
    'accepted mismatched sum-mismatch-upstream',
  ],
  [
    'a weaker one matches, the strongest contradicts',
    { staged: { [JAR]: BYTES, [`${JAR}.sha1`]: WRONG, [`${JAR}.md5`]: sum('md5', BYTES) } },
    'rejected checksum-mismatch',
  ],
  ['a sum of words alone', { staged: { [JAR]: BYTES, [`${JAR}.sha1`]: 'not found' } }, 'rejected checksum-mismatch'],
  [
    'a sum of words beside one that matches',
    { staged: { [JAR]: BYTES, [`${JAR}.sha1`]: 'not found', [`${JAR}.md5`]: sum('md5', BYTES) } },
    'accepted mismatched sum-mismatch-upstream',
  ],
  ['a page as its only sum', { staged: { [JAR]: BYTES, [`${JAR}.sha1`]: PAGE } }, 'deferred sidecar-pending'],
  [
    'a page beside a sum that matches',
    { staged: { [JAR]: BYTES, [`${JAR}.sha1`]: PAGE, [`${JAR}.md5`]: sum('md5', BYTES) } },
    'accepted matched',
  ],
  ['a sum listed and not fetched', { staged: { [JAR]: BYTES }, listed: [`${JAR}.sha1`] }, 'deferred sidecar-pending'],
  [
    'a sum listed and not fetched beside one that matches',
    { staged: { [JAR]: BYTES, [`${JAR}.md5`]: sum('md5', BYTES) }, listed: [`${JAR}.sha1`] },
    'accepted matched',
  ],
  ['no sum, and old', { staged: { [JAR]: BYTES } }, 'accepted absent no-upstream-sum'],
  ['no sum, and a page', { staged: { [JAR]: PAGE } }, 'rejected impostor-page'],
  ['a wrong sum, and a page', { staged: { [JAR]: PAGE, [`${JAR}.sha1`]: WRONG } }, 'rejected impostor-page'],
  [
    'a page whose sum matches: the publisher meant it',
    { staged: { [JAR]: PAGE, [`${JAR}.sha1`]: sum('sha1', PAGE) } },
    'accepted matched',
  ],
  ['no bytes at all, with their sum', { staged: { [JAR]: '', [`${JAR}.sha1`]: sum('sha1', '') } }, 'accepted matched'],
  ['above the ceiling', { staged: { [JAR]: 'x'.repeat(10_001) } }, 'rejected too-large'],
  [
    'above the ceiling, whatever its sum',
    { staged: { [JAR]: 'x'.repeat(10_001), [`${JAR}.md5`]: sum('md5', 'x'.repeat(10_001)) }, permitted: [JAR] },
    'rejected too-large',
  ],
  [
    'a released file whose bytes changed, with its new sum',
    { staged: { [JAR]: BYTES, [`${JAR}.sha1`]: sum('sha1', BYTES) }, kept: { [JAR]: 'before' } },
    'rejected immutable-changed',
  ],
  [
    'a changed release that the operator released from quarantine',
    { staged: { [JAR]: BYTES, [`${JAR}.sha1`]: WRONG }, kept: { [JAR]: 'before' }, permitted: [JAR] },
    'accepted mismatched sum-mismatch-upstream',
  ],
  [
    'a page that the operator released',
    { staged: { [JAR]: PAGE }, permitted: [JAR] },
    'accepted absent no-upstream-sum',
  ],
  [
    'a release touched at the origin, its sum unchanged and published',
    { staged: { [JAR]: BYTES }, kept: { [JAR]: BYTES, [`${JAR}.sha1`]: sum('sha1', BYTES) } },
    'accepted matched',
  ],
];

for (const [rule, given, words] of RULES) {
  test(`a jar with ${rule}: ${words}`, () => {
    assert.equal(wordsOf(judge(JAR, given)), words);
  });
}

test('a file younger than half an hour waits for a sum that may still come, and no longer', () => {
  const mtime = NOW - 29 * MINUTE;

  const young = judge(JAR, { staged: { [JAR]: { bytes: BYTES, mtime } } });
  const old = judge(JAR, { staged: { [JAR]: { bytes: BYTES, mtime: NOW - 30 * MINUTE } } });

  assert.equal(wordsOf(young), 'deferred sidecar-pending');
  assert.equal(young.kind === 'deferred' ? young.retryAt : 0, mtime + 30 * MINUTE);
  assert.equal(wordsOf(old), 'accepted absent no-upstream-sum');
});

test('signatures and loose files never wait for a sum', () => {
  for (const path of [`${JAR}.asc`, `${JAR}.sigstore.json`, 'feed.clj.gz']) {
    const verdict = judge(path, { staged: { [path]: { bytes: 'x', mtime: NOW } } }, { upstreamSums: 'required' });

    assert.equal(wordsOf(verdict), 'accepted absent no-upstream-sum', path);
  }
});

test('where sums are required a jar without one waits, however old', () => {
  assert.equal(
    wordsOf(judge(JAR, { staged: { [JAR]: BYTES } }, { upstreamSums: 'required' })),
    'deferred sidecar-pending',
  );
});

test('where sums are only recorded a wrong one is let through with a note', () => {
  const staged = { [JAR]: BYTES, [`${JAR}.sha1`]: WRONG };

  assert.equal(
    wordsOf(judge(JAR, { staged }, { upstreamSums: 'record' })),
    'accepted mismatched sum-mismatch-upstream',
  );
});

test('a POM that is not well-formed is mirrored byte for byte, with a note', () => {
  const pom = 'g/a/1.0/a-1.0.pom';
  const bytes = '<project><name>&nbsp;</name></project>';

  const verdict = judge(pom, { staged: { [pom]: bytes, [`${pom}.sha1`]: sum('sha1', bytes) } });

  assert.equal(wordsOf(verdict), 'accepted matched not-well-formed');
});

test('the refusal names the sum that decides and what it wants', () => {
  const verdict = judge(JAR, { staged: { [JAR]: BYTES, [`${JAR}.sha1`]: WRONG.toUpperCase() } });

  assert.equal(verdict.kind, 'rejected');
  assert.equal(verdict.kind === 'rejected' ? verdict.expected : '', WRONG);
  assert.match(verdict.kind === 'rejected' ? verdict.why : '', /a-1\.0\.jar\.sha1/);
});

test('what waits for a page to go away is looked at again after a day, not in every pass', () => {
  const verdict = judge(JAR, { staged: { [JAR]: BYTES, [`${JAR}.sha1`]: PAGE } });

  assert.equal(verdict.kind === 'deferred' ? verdict.retryAt : 0, NOW + DAY);
});
