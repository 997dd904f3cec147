import assert from 'node:assert/strict';
import { test } from 'node:test';
import { standingOf } from '../../../src/client/check/judge.ts';

test('a file stands as those say who publish something under its path', () => {
  const cases: [string, (string | null)[]][] = [
    ['same', ['ours']],
    ['same', ['ours', 'ours']],
    ['same', ['ours', 'ours', null]],
    ['only-one', ['ours', null]],
    ['only-one', [null, null, 'ours']],
    ['unknown', [null]],
    ['unknown', [null, null]],
    ['unknown', []],
    ['differs', ['other']],
    ['differs', ['ours', 'other']],
    ['differs', [null, 'other']],
  ];

  const standings = cases.map(([, said]) =>
    standingOf(
      'ours',
      said.map((sha256, index) => ({ against: `https://${index}.example/`, sha256 })),
    ),
  );

  assert.deepEqual(
    standings,
    cases.map(([standing]) => standing),
  );
});
