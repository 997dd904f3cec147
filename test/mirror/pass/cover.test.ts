import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type Cover, coverOf } from '../../../src/mirror/pass/cover.ts';

function cover(wanted: readonly string[], listed: readonly string[]): Cover {
  return coverOf(wanted, (folder) => listed.filter((path) => isBelow(path, folder)).length);
}

const isBelow = (path: string, folder: string) => folder === '' || path.startsWith(`${folder}/`);
const parentOf = (path: string) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');
const below = (folder: string, count: number) => Array.from({ length: count }, (_, index) => `${folder}/${index}`);

test('few files are named one by one', () => {
  const files = below('g', 999);

  assert.deepEqual(cover(files, files), { folders: [], files });
});

test('a whole tree is one name', () => {
  const files = [...below('g', 600), ...below('h/i', 600)];

  assert.deepEqual(cover(files, files), { folders: [''], files: [] });
});

test('what is wanted whole is named as high as possible', () => {
  const wanted = [...below('g/a', 600), ...below('g/b', 600), 'h/x', 'top'];

  assert.deepEqual(cover(wanted, [...wanted, 'h/y', 'other']), { folders: ['g'], files: ['top', 'h/x'] });
});

/** A tree of a few folders of which each holds many files, and what of it is wanted: a folder wholly, partly or not at all. */
const tree = fc
  .uniqueArray(
    fc.record({
      folder: fc.constantFrom('a', 'b', 'a/b', 'a/bc', 'a/b/c', 'a.b', 'b/a', 'b/a/a'),
      count: fc.integer({ min: 1, max: 700 }),
      wanted: fc.constantFrom('all', 'some', 'none'),
    }),
    { selector: (each) => each.folder, minLength: 1 },
  )
  .map((folders) => ({
    listed: folders.flatMap(({ folder, count }) => below(folder, count)),
    wanted: folders.flatMap(({ folder, count, wanted }) =>
      below(folder, count).filter((_, index) => wanted === 'all' || (wanted === 'some' && index % 2 === 0)),
    ),
  }));

test('a cover brings exactly what is wanted, and no name in it could be spared for a higher one', () => {
  fc.assert(
    fc.property(tree, ({ listed, wanted }) => {
      const { folders, files } = cover(wanted, listed);

      const named = new Set(files);
      const isBrought = (path: string) => named.has(path) || folders.some((folder) => isBelow(path, folder));
      const isWanted = new Set(wanted);
      assert.deepEqual(
        listed.filter((path) => isBrought(path) !== isWanted.has(path)),
        [],
      );
      assert.deepEqual(
        files.filter((path) => folders.some((folder) => isBelow(path, folder))),
        [],
      );
      for (const folder of folders.filter((each) => each !== '')) {
        const parent = parentOf(folder);
        assert.ok(listed.some((path) => isBelow(path, parent) && !isWanted.has(path)));
      }
    }),
    { numRuns: 60 },
  );
});
