import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type History, openHistory, type PassEnd } from '../../../src/mirror/pass/history.ts';
import { passSchema } from '../../../src/mirror/pass/schema.ts';
import { migrate } from '../../../src/state/migrate.ts';
import { layTree } from '../publish/laid.ts';

function history(t: TestContext): History {
  const { database } = layTree(t);
  migrate(database, [passSchema]);
  return openHistory(database);
}

function pass(of: History, startedAt: number, outcome: PassEnd): void {
  of.end(of.begin(startedAt), outcome, 1, null, {}, startedAt + 50);
}

test('success is counted from the start of a pass, and only complete and partial ones are', (t) => {
  const passes = history(t);
  assert.equal(passes.lastSuccess(), null);

  pass(passes, 100, 'complete');
  pass(passes, 200, 'partial');
  pass(passes, 300, 'trouble');
  pass(passes, 400, 'stopped');
  pass(passes, 500, 'failed');
  passes.begin(600);

  assert.equal(passes.lastSuccess(), 200);
  assert.deepEqual(passes.latest(), {
    id: 6,
    startedAt: 600,
    endedAt: null,
    outcome: null,
    generation: null,
    sentence: null,
  });
});

test('nobody sees the origin from the last complete listing before a failure on', (t) => {
  const passes = history(t);
  assert.equal(passes.blindSince(), null);

  pass(passes, 100, 'complete');
  pass(passes, 200, 'stopped');
  assert.equal(passes.blindSince(), null);

  pass(passes, 300, 'trouble');
  pass(passes, 400, 'partial');
  assert.equal(passes.blindSince(), 100);

  pass(passes, 500, 'complete');
  assert.equal(passes.blindSince(), null);
});

test('old passes are forgotten, but never the last one', (t) => {
  const passes = history(t);
  pass(passes, 100, 'complete');
  pass(passes, 200, 'complete');

  passes.prune(10_000);

  assert.equal(passes.latest()?.startedAt, 200);
  assert.equal(passes.lastSuccess(), 200);
});

test('removals are counted over a time, releases and others apart', (t) => {
  const passes = history(t);
  passes.noteRemoval(3, false, 100);
  passes.noteRemoval(4, false, 200);
  passes.noteRemoval(5, true, 200);

  assert.equal(passes.removedSince(99, false), 7);
  assert.equal(passes.removedSince(100, false), 4);
  assert.equal(passes.removedSince(0, true), 5);
  assert.equal(passes.removedSince(200, true), 0);
});

test('what is remembered is recalled until it is forgotten', (t) => {
  const passes = history(t);

  passes.remember('key', 'one');
  passes.remember('key', 'two');
  assert.equal(passes.recall('key'), 'two');
  passes.forget('key');

  assert.equal(passes.recall('key'), null);
});
