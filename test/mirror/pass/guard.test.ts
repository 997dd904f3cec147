import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { askGuard, type GuardQuestion, removalDigest } from '../../../src/mirror/pass/guard.ts';

const paths = (count: number, name = 'r') => Array.from({ length: count }, (_, index) => `g/${name}/${index}`);

const QUESTION: GuardQuestion = {
  releases: [],
  others: [],
  treeFiles: 10_000,
  removedReleases: 0,
  removedOthers: 0,
  maxFiles: 100,
  maxRatio: 0.05,
  acceptedPlan: null,
};

const releases = paths(10);
const others = paths(10, 'o');
const accepted = (...all: string[][]) => ({ acceptedPlan: removalDigest(all.flat()) });

const RULES: readonly (readonly [
  rule: string,
  question: Partial<GuardQuestion>,
  mayGo: number,
  guard: string | null,
])[] = [
  ['nothing due', {}, 0, null],
  ['others within the allowance', { others }, 10, null],
  ['releases, however few', { releases: paths(1) }, 0, 'release-absence'],
  ['releases beside others', { releases, others }, 10, 'release-absence'],
  ['releases that an operator accepted', { releases, ...accepted(releases) }, 10, null],
  ['releases and others that an operator accepted', { releases, others, ...accepted(others, releases) }, 20, null],
  ['a plan that is not the one accepted', { releases: paths(11), ...accepted(releases) }, 0, 'release-absence'],
  ['others over the number', { others: paths(101, 'o') }, 0, 'max_files'],
  ['others at the number', { others: paths(100, 'o') }, 100, null],
  ['others over what of the number is left', { others, removedOthers: 91 }, 0, 'max_files'],
  ['others, when the releases have used their own allowance', { others, removedReleases: 100 }, 10, null],
  ['others over the ratio', { others: paths(51, 'o'), treeFiles: 1000 }, 0, 'max_ratio'],
  ['others at the ratio', { others: paths(50, 'o'), treeFiles: 1000 }, 50, null],
  [
    'others over the ratio of a tree that is too small for ratios',
    { others: paths(79, 'o'), treeFiles: 199 },
    79,
    null,
  ],
  ['releases over the number', { releases: paths(101) }, 0, 'max_files'],
  ['releases over the number that an operator accepted', { releases: paths(101), ...accepted(paths(101)) }, 101, null],
  ['over four tenths of the tree', { others: paths(41, 'o'), treeFiles: 100 }, 0, 'ceiling'],
  ['four tenths of the tree', { others: paths(40, 'o'), treeFiles: 100 }, 40, null],
  [
    'over four tenths of the tree, whatever an operator accepts',
    { others: paths(41, 'o'), treeFiles: 100, ...accepted(paths(41, 'o')) },
    0,
    'ceiling',
  ],
];

for (const [rule, question, mayGo, guard] of RULES) {
  test(`${rule}: ${guard ?? 'may go'}`, () => {
    const answer = askGuard({ ...QUESTION, ...question });

    assert.equal(answer.mayGo.length, mayGo);
    assert.equal(answer.refused?.guard ?? null, guard);
  });
}

test('a refusal says how many, which share, and the digest that would let just these through', () => {
  const { refused } = askGuard({ ...QUESTION, releases, others });

  assert.deepEqual(refused, {
    guard: 'release-absence',
    files: 10,
    ratio: 0.002,
    planSha256: removalDigest([...others, ...releases]),
  });
});

test('only an accepted plan is the operator’s', () => {
  assert.equal(askGuard({ ...QUESTION, others }).isByOperator, false);
  assert.equal(askGuard({ ...QUESTION, releases, ...accepted(releases) }).isByOperator, true);
});

test('a plan has one digest, whatever the order, and another for every other set', () => {
  assert.equal(removalDigest(['a', 'b']), removalDigest(['b', 'a']));
  assert.notEqual(removalDigest(['a', 'b']), removalDigest(['a', 'c']));
  assert.notEqual(removalDigest(['a', 'b']), removalDigest(['a']));
  assert.match(removalDigest([]), /^[0-9a-f]{64}$/);
});

test('whatever is asked, no more than four tenths go, nothing that was not due, and no release unless accepted', () => {
  const question = fc.record({
    releases: fc.nat(300).map((count) => paths(count)),
    others: fc.nat(300).map((count) => paths(count, 'o')),
    treeFiles: fc.nat(1000),
    removedReleases: fc.nat(200),
    removedOthers: fc.nat(200),
    maxFiles: fc.nat(400),
    maxRatio: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(question, fc.boolean(), (asked, isAccepted) => {
      const all = [...asked.releases, ...asked.others];

      const answer = askGuard({ ...asked, acceptedPlan: isAccepted ? removalDigest(all) : null });

      assert.ok(asked.treeFiles === 0 || answer.mayGo.length <= 0.4 * asked.treeFiles);
      assert.ok(answer.mayGo.every((path) => all.includes(path)));
      assert.ok(isAccepted || !answer.mayGo.some((path) => asked.releases.includes(path)));
      assert.equal(answer.refused === null, answer.mayGo.length === all.length);
    }),
  );
});
