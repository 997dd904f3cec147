import assert from 'node:assert/strict';
import test from 'node:test';
import type { PendingRow } from '../../../src/mirror/inventory/writer.ts';
import { openJournal } from '../../../src/mirror/publish/journal.ts';
import { pendingRow } from '../inventory/laid.ts';
import { NOW } from '../verify/facts.ts';
import { layTree } from './laid.ts';

/** A version of so many files. */
function version(name: string, files: number): PendingRow[] {
  return Array.from({ length: files }, (_, index) => pendingRow(`g/a/${name}/a-${name}-${index}.jar`, 'x'));
}

function set(artifact: string): PendingRow[] {
  return ['', '.md5', '.sha1'].map((suffix) =>
    pendingRow(`g/${artifact}/maven-metadata.xml${suffix}`, 'x', { phase: 'metadata' }),
  );
}

const numbered = (rows: readonly PendingRow[]) => rows.map((row, seq) => ({ ...row, seq }));

test('a batch is staged with all of its rows, in their order', (t) => {
  const { journal } = layTree(t);

  const batch = journal.write(numbered([...version('1', 3), ...set('b')]), 7, NOW);

  assert.equal(batch.generation, 7);
  assert.deepEqual(
    journal.rows(batch).map((row) => row.path),
    [...version('1', 3), ...set('b')].map((row) => row.path),
  );
  assert.deepEqual(
    journal.unfinished().map(({ id, generation }) => [id, generation]),
    [[batch.id, 7]],
  );
});

test('a batch that was closed is forgotten with its rows', (t) => {
  const { journal } = layTree(t);
  const batch = journal.write(numbered(version('1', 3)), 1, NOW);

  journal.close(batch);

  assert.deepEqual(journal.unfinished(), []);
  assert.deepEqual(journal.rows(batch), []);
});

test('a batch whose rows were not all written when a kill came is dropped', (t) => {
  const { journal, database } = layTree(t);
  const staged = journal.write(numbered(version('1', 1)), 1, NOW);
  const building = journal.write(numbered(version('2', 1)), 1, NOW);
  database.prepare("UPDATE publish_batch SET state = 'building' WHERE id = ?").run(building.id);

  const unfinished = openJournal(database).unfinished();

  assert.deepEqual(
    unfinished.map((batch) => batch.id),
    [staged.id],
  );
  assert.deepEqual(journal.rows(building), []);
});

test('the oldest batch is finished first, and no number is used twice', (t) => {
  const { journal } = layTree(t);
  const first = journal.write(numbered(version('1', 1)), 1, NOW);
  journal.close(first);

  const second = journal.write(numbered(version('1', 1)), 2, NOW);
  const third = journal.write(numbered(version('1', 1)), 3, NOW);

  assert.ok(second.id > first.id);
  assert.deepEqual(
    journal.unfinished().map((batch) => batch.id),
    [second.id, third.id],
  );
});

const sizes = (chunks: Iterable<readonly PendingRow[]>) => [...chunks].map((chunk) => chunk.length);

test('a part holds at most 500 rows and cuts no version in two', (t) => {
  const { journal } = layTree(t);

  assert.deepEqual(sizes(journal.chunks([])), []);
  assert.deepEqual(sizes(journal.chunks(version('1', 500))), [500]);
  assert.deepEqual(sizes(journal.chunks([...version('1', 400), ...version('2', 100)])), [500]);
  assert.deepEqual(sizes(journal.chunks([...version('1', 400), ...version('2', 101)])), [400, 101]);
  assert.deepEqual(sizes(journal.chunks([...version('1', 400), ...version('2', 99), ...set('b')])), [499, 3]);
});

test('a version larger than a part is cut, and what follows is not', (t) => {
  const { journal } = layTree(t);

  assert.deepEqual(sizes(journal.chunks([...version('1', 1), ...version('2', 1100), ...set('b')])), [1, 500, 500, 103]);
});

test('together the parts are the whole, in order', (t) => {
  const { journal } = layTree(t);
  const rows = numbered(Array.from({ length: 400 }, (_, index) => version(String(index), (index * 7) % 13)).flat());

  const parts = [...journal.chunks(rows)];

  assert.deepEqual(parts.flat(), rows);
  assert.ok(parts.every((part) => part.length <= 500));
});
