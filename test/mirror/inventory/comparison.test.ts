import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { type Comparison, layBeside } from '../../../src/mirror/inventory/comparison.ts';
import type { ListedFile } from '../../../src/mirror/inventory/row.ts';
import { type Laid, layInventory, MTIME, pendingRow } from './laid.ts';

function beside(laid: Laid, listed: readonly ListedFile[]): Comparison {
  const comparison = layBeside(laid.database, join(laid.folder, 'listing.db'));
  for (const file of listed) comparison.add(file);
  comparison.close();
  return comparison;
}

const file = (path: string, size = 1, mtime = MTIME): ListedFile => ({ path, size, mtime });
const pathsOf = (files: Iterable<{ path: string }>) => [...files].map((each) => each.path);

/** Names that sort around the slash and the dot, and letters of one to four bytes. */
const path = fc
  .array(fc.constantFrom('a', 'a.b', 'a-', 'a!', 'a0', 'é', '日', '😀', 'Z', 'a.jar', 'a.jar.md5'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((segments) => segments.join('/'));
const files = fc.uniqueArray(fc.record({ path, size: fc.nat(2), age: fc.nat(1) }), {
  selector: (each) => each.path,
  maxLength: 12,
});

const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

test('what SQL finds is what looking at every pair finds', (t) => {
  const laid = layInventory(t);
  fc.assert(
    fc.property(files, files, path, (listed, published, folder) => {
      const rows = new Map(published.map((each) => [each.path, each]));
      laid.database.exec('DELETE FROM inventory_row');
      laid.admit(
        published.map((each) => pendingRow(each.path, 'x'.repeat(each.size), { originMtime: MTIME + each.age })),
      );
      const all = listed
        .map((each) => file(each.path, each.size, MTIME + each.age))
        .sort((a, b) => bytewise(a.path, b.path));
      using comparison = beside(laid, all);
      const differs = all.filter((each) => {
        const row = rows.get(each.path);
        return row === undefined || row.size !== each.size || MTIME + row.age !== each.mtime;
      });
      const expected = differs.map((each) => ({ ...each, isPublished: rows.has(each.path) }));
      const below = (each: { path: string }) => each.path.startsWith(`${folder}/`);

      assert.deepEqual([...comparison.differences()], expected);
      assert.deepEqual(comparison.unsettledBelow(folder), expected.filter(below));
      assert.deepEqual(comparison.below(folder), all.filter(below));
      assert.equal(comparison.countBelow(folder), all.filter(below).length);
      assert.equal(comparison.countBelow(''), all.length);
      assert.deepEqual(
        comparison.companions(folder),
        all.filter((each) => each.path === folder || each.path.startsWith(`${folder}.`)),
      );
      assert.deepEqual(
        pathsOf(comparison.absences()),
        [...rows.keys()].filter((each) => !all.some((other) => other.path === each)).sort(bytewise),
      );
    }),
    { numRuns: 150 },
  );
});

test('pages of differences miss nothing and tell nothing twice, while what was told is published', (t) => {
  const laid = layInventory(t);
  const names = Array.from({ length: 12_001 }, (_, index) => `g/a/${String(index).padStart(5, '0')}`);
  using comparison = beside(
    laid,
    names.map((name) => file(name)),
  );
  const told: string[] = [];

  for (const difference of comparison.differences()) {
    told.push(difference.path);
    if (told.length % 1000 === 0) laid.admit(told.slice(-1000).map((name) => pendingRow(name, 'x')));
  }

  assert.deepEqual(told, names);
  assert.deepEqual(pathsOf(comparison.differences()), names.slice(12_000));
});

test('a name that is listed twice counts once, as it was listed last', (t) => {
  const laid = layInventory(t);
  using comparison = layBeside(laid.database, join(laid.folder, 'listing.db'));

  comparison.add(file('g/a', 1));
  comparison.add(file('g/a', 7));

  assert.deepEqual(comparison.close(), { files: 1, bytes: 7 });
  assert.deepEqual(comparison.listed('g/a'), file('g/a', 7));
  assert.equal(comparison.has('g/a'), true);
  assert.equal(comparison.listed('g/b'), null);
});

test('a name that is a link says to what', (t) => {
  using comparison = beside(layInventory(t), [{ ...file('g/a'), linkTo: 'g/b' }, file('g/b')]);

  assert.deepEqual(
    [...comparison.differences()],
    [
      { ...file('g/a'), linkTo: 'g/b', isPublished: false },
      { ...file('g/b'), isPublished: false },
    ],
  );
});

test('what was marked absent and is listed again has returned', (t) => {
  const laid = layInventory(t);
  laid.admit(['g/a', 'g/b', 'g/c'].map((name) => pendingRow(name, 'x')));
  laid.writer.markAbsent('g/a', MTIME);
  laid.writer.markAbsent('g/b', MTIME);
  using comparison = beside(laid, [file('g/a'), file('g/c')]);

  assert.deepEqual(comparison.returned(), ['g/a']);
  assert.deepEqual([...comparison.absences()], [{ path: 'g/b', kind: 'loose', size: 1, absentSince: MTIME }]);
});

test('the scratch file goes with the comparison, also when the listing ended in the middle', (t) => {
  const laid = layInventory(t);
  const scratch = join(laid.folder, 'listing.db');
  const comparison = layBeside(laid.database, scratch);
  comparison.add(file('g/a'));

  comparison[Symbol.dispose]();

  assert.equal(existsSync(scratch), false);
  using again = beside(laid, [file('g/b')]);
  assert.deepEqual(pathsOf(again.differences()), ['g/b']);
});

test('what a killed pass left in the scratch file is not listed', (t) => {
  const laid = layInventory(t);
  const killed = layInventory(t);
  const scratch = join(laid.folder, 'listing.db');
  const left = layBeside(killed.database, scratch);
  left.add(file('g/old'));
  left.close();

  using comparison = layBeside(laid.database, scratch);
  comparison.add(file('g/new'));
  comparison.close();

  assert.deepEqual(pathsOf(comparison.differences()), ['g/new']);
});
