import assert from 'node:assert/strict';
import test from 'node:test';
import { DAY, HOUR, MINUTE } from '../../../src/host/clock.ts';
import { METADATA_CEILING } from '../../../src/maven/metadata.ts';
import { type GatePolicy, judgeMetadataSet } from '../../../src/mirror/verify/gate.ts';
import { type Bytes, type GivenMetadata, inWords, metadataFacts, NOW, OLD, POLICY, sum } from './facts.ts';

const PATH = 'g/a/maven-metadata.xml';
const NEW = '<metadata><versioning><versions><version>1.0</version></versions></versioning></metadata>';
const WRONG = 'f'.repeat(40);
const PAGE = '<!DOCTYPE html><html></html>';

function judged(given: GivenMetadata & { staged: Record<string, Bytes> }, policy: Partial<GatePolicy> = {}) {
  return judgeMetadataSet(metadataFacts(PATH, given), { ...POLICY, ...policy }, NOW);
}

const set = (bytes: string) => ({
  [PATH]: bytes,
  [`${PATH}.md5`]: sum('md5', bytes),
  [`${PATH}.sha1`]: sum('sha1', bytes),
});

const RULES: readonly (readonly [
  rule: string,
  given: GivenMetadata & { staged: Record<string, Bytes> },
  words: Record<string, string>,
])[] = [
  [
    'sums that match',
    { staged: set(NEW) },
    { [PATH]: 'accepted matched', [`${PATH}.md5`]: 'accepted unchecked', [`${PATH}.sha1`]: 'accepted unchecked' },
  ],
  [
    'a sum of older bytes',
    { staged: { [PATH]: NEW, [`${PATH}.sha1`]: WRONG } },
    { [PATH]: 'rejected torn-group', [`${PATH}.sha1`]: 'rejected torn-group' },
  ],
  [
    'a weaker sum that contradicts',
    { staged: { ...set(NEW), [`${PATH}.md5`]: 'f'.repeat(32) } },
    {
      [PATH]: 'accepted mismatched sum-mismatch-upstream',
      [`${PATH}.md5`]: 'accepted unchecked sum-mismatch-upstream',
      [`${PATH}.sha1`]: 'accepted unchecked',
    },
  ],
  [
    'a page where one of its sums should be',
    { staged: { ...set(NEW), [`${PATH}.md5`]: PAGE } },
    { [PATH]: 'rejected torn-group', [`${PATH}.md5`]: 'rejected torn-group', [`${PATH}.sha1`]: 'rejected torn-group' },
  ],
  [
    'a page as its only sum',
    { staged: { [PATH]: NEW, [`${PATH}.sha1`]: PAGE } },
    { [PATH]: 'deferred sidecar-pending', [`${PATH}.sha1`]: 'deferred sidecar-pending' },
  ],
  [
    'a sum listed and not fetched',
    { staged: { [PATH]: NEW }, listed: [`${PATH}.sha1`] },
    { [PATH]: 'deferred sidecar-pending' },
  ],
  ['no sum, and old', { staged: { [PATH]: NEW } }, { [PATH]: 'accepted absent no-upstream-sum' }],
  [
    'no sum, and young',
    { staged: { [PATH]: { bytes: NEW, mtime: NOW - 10 * MINUTE } } },
    { [PATH]: 'deferred sidecar-pending' },
  ],
  ['a page in its place', { staged: { [PATH]: PAGE } }, { [PATH]: 'rejected impostor-page' }],
  [
    'a page in its place, and the sum of the metadata',
    { staged: { [PATH]: PAGE, [`${PATH}.sha1`]: sum('sha1', NEW) } },
    { [PATH]: 'rejected impostor-page', [`${PATH}.sha1`]: 'rejected impostor-page' },
  ],
  [
    'bytes that are no XML and match their sum',
    { staged: { [PATH]: 'no xml', [`${PATH}.sha1`]: sum('sha1', 'no xml') } },
    { [PATH]: 'accepted matched not-well-formed', [`${PATH}.sha1`]: 'accepted unchecked' },
  ],
  [
    'a signature beside it',
    { staged: { ...set(NEW), [`${PATH}.asc`]: 'signature' } },
    {
      [PATH]: 'accepted matched',
      [`${PATH}.md5`]: 'accepted unchecked',
      [`${PATH}.sha1`]: 'accepted unchecked',
      [`${PATH}.asc`]: 'accepted unchecked',
    },
  ],
  [
    'torn, and released by the operator',
    { staged: { [PATH]: NEW, [`${PATH}.sha1`]: WRONG }, permitted: [PATH] },
    {
      [PATH]: 'accepted mismatched sum-mismatch-upstream',
      [`${PATH}.sha1`]: 'accepted unchecked sum-mismatch-upstream',
    },
  ],
  [
    'only a sum, that fits what is published',
    { staged: { [`${PATH}.sha1`]: sum('sha1', NEW) }, kept: { [PATH]: NEW } },
    { [`${PATH}.sha1`]: 'accepted unchecked' },
  ],
  [
    'only a sum, that does not fit what is published',
    { staged: { [`${PATH}.sha1`]: WRONG }, kept: { [PATH]: NEW } },
    { [`${PATH}.sha1`]: 'rejected torn-group' },
  ],
  [
    'only a sum, and nothing published',
    { staged: { [`${PATH}.sha1`]: WRONG } },
    { [`${PATH}.sha1`]: 'rejected torn-group' },
  ],
];

for (const [rule, given, words] of RULES) {
  test(`metadata with ${rule}: ${Object.values(words)[0]}`, () => {
    assert.deepEqual(inWords(judged(given)), words);
  });
}

test('a set that stays torn with the same bytes for six hours is published as the origin has it', () => {
  const staged = { [PATH]: NEW, [`${PATH}.sha1`]: WRONG };

  const before = inWords(judged({ staged, heldSince: NOW - 6 * HOUR + 1 }));
  const after = inWords(judged({ staged, heldSince: NOW - 6 * HOUR }));

  assert.equal(before[PATH], 'rejected torn-group');
  assert.equal(after[PATH], 'accepted mismatched sum-mismatch-upstream');
  assert.equal(after[`${PATH}.sha1`], 'accepted unchecked sum-mismatch-upstream');
});

test('a page in the place of metadata is never published, however long it stays', () => {
  const staged = { [PATH]: PAGE, [`${PATH}.sha1`]: WRONG };

  assert.equal(inWords(judged({ staged, heldSince: NOW - 30 * DAY }))[PATH], 'rejected impostor-page');
});

test('metadata above the ceiling is refused, for nobody could say what it names', () => {
  const facts = metadataFacts(PATH, { staged: { [PATH]: 'x' } });
  const root = facts.staged.get(PATH);
  assert.ok(root);
  const staged = new Map([[PATH, { ...root, size: METADATA_CEILING + 1, metadata: { kind: 'too-large' as const } }]]);

  assert.deepEqual(inWords(judgeMetadataSet({ ...facts, staged }, POLICY, NOW)), { [PATH]: 'rejected too-large' });
});

test('where sums are only recorded a torn set is published as it is', () => {
  const words = inWords(judged({ staged: { [PATH]: NEW, [`${PATH}.sha1`]: WRONG } }, { upstreamSums: 'record' }));

  assert.equal(words[PATH], 'accepted mismatched sum-mismatch-upstream');
});

test('where sums are required metadata without one waits', () => {
  const words = inWords(judged({ staged: { [PATH]: { bytes: NEW, mtime: OLD } } }, { upstreamSums: 'required' }));

  assert.equal(words[PATH], 'deferred sidecar-pending');
});

test('what holds the metadata back holds back the whole set', () => {
  const words = inWords(judged({ staged: set(NEW), versions: { '1.0': 'incomplete' } }));

  assert.deepEqual(new Set(Object.values(words)), new Set(['deferred incomplete-version']));
});

test('metadata that the operator released is not held back either', () => {
  const words = inWords(judged({ staged: set(NEW), versions: { '1.0': 'incomplete' }, permitted: [PATH] }));

  assert.equal(words[PATH], 'accepted matched');
});
