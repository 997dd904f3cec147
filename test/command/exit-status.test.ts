import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitStatus } from '../../src/command/exit-status.ts';
import type { Outcome } from '../../src/compose/verbs.ts';

test('each outcome has its status, and nothing is clean', () => {
  const cases: [Outcome[], number][] = [
    [[], 0],
    [['clean'], 0],
    [['trouble'], 1],
    [['usage'], 2],
    [['could-not'], 3],
    [['refused'], 4],
  ];

  for (const [outcomes, status] of cases) assert.equal(exitStatus(outcomes), status);
});

test('where several apply it is 2, then 4, 3, 1 and 0, in whatever order they come', () => {
  const cases: [Outcome[], number][] = [
    [['clean', 'trouble', 'could-not', 'refused', 'usage'], 2],
    [['refused', 'could-not', 'trouble', 'clean'], 4],
    [['clean', 'trouble', 'could-not'], 3],
    [['trouble', 'clean'], 1],
  ];

  for (const [outcomes, status] of cases) {
    assert.equal(exitStatus(outcomes), status);
    assert.equal(exitStatus(outcomes.toReversed()), status);
  }
});
