import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { openInventory } from '../../../src/mirror/inventory/store.ts';
import { makeInventoryWriter } from '../../../src/mirror/inventory/writer.ts';
import { openState, writing } from '../../../src/state/open.ts';
import { layInventory, pendingRow } from './laid.ts';

const PATHS = [
  'g/a/1.0-x/a-1.0-x.jar',
  'g/a/1.0.jar',
  'g/a/1.0/a-1.0.jar',
  'g/a/1.0/a-1.0.jar.asc',
  'g/a/1.0/a-1.0.jar.asc.md5',
  'g/a/1.0/a-1.0.jar.sha1',
  'g/a/1.0/a-1.0.jarx',
  'g/a/1.00/a-1.00.jar',
];

test('below a folder is what lies in it, and nothing whose name only begins alike', (t) => {
  const { admit, inventory } = layInventory(t);
  admit(PATHS.map((path) => pendingRow(path, 'x')));

  assert.deepEqual(
    [...inventory.below('g/a/1.0')].map((row) => row.path),
    PATHS.slice(2, 7),
  );
  assert.equal(inventory.isAnyBelow('g/a/1.0'), true);
  assert.equal(inventory.isAnyBelow('g/a/1'), false);
  assert.equal([...inventory.below('')].length, PATHS.length);
});

test('companions are the file and all that hangs on it', (t) => {
  const { admit, inventory } = layInventory(t);
  admit(PATHS.map((path) => pendingRow(path, 'x')));

  assert.deepEqual(
    inventory.companions('g/a/1.0/a-1.0.jar').map((row) => row.path),
    PATHS.slice(2, 6),
  );
  assert.deepEqual(inventory.companions('g/none'), []);
});

test('paths are told in order, page by page', (t) => {
  const { admit, inventory } = layInventory(t);
  admit(PATHS.map((path) => pendingRow(path, 'x')));

  assert.deepEqual(inventory.pathsAfter('', 2), PATHS.slice(0, 2));
  assert.deepEqual(inventory.pathsAfter(PATHS[1] ?? '', 3), PATHS.slice(2, 5));
  assert.deepEqual(inventory.pathsAfter(PATHS.at(-1) ?? '', 3), []);
});

test('an inventory where nothing was published is of generation 0, and has a lineage of its own', (t) => {
  const one = layInventory(t).inventory.current();
  const other = layInventory(t).inventory.current();

  assert.deepEqual([one.generation, one.files, one.bytes], [0, 0, 0]);
  assert.match(one.lineage, /^[0-9a-f-]{36}$/);
  assert.notEqual(one.lineage, other.lineage);
});

test('the lineage outlives the process, and the generation never goes back', (t) => {
  const { admit, inventory, database } = layInventory(t);
  admit([pendingRow('g/a', 'x')], 5);
  admit([pendingRow('g/b', 'x')], 4);

  assert.equal(inventory.current().generation, 5);
  assert.equal(openInventory(database).current().lineage, inventory.current().lineage);
});

test('a reader that writes nothing sees the same inventory', (t) => {
  const { admit, folder, inventory } = layInventory(t);
  admit([pendingRow('g/a', 'x')], 2);
  const database = openState(join(folder, 'state.db'), { readonly: true });
  t.after(() => database.close());

  assert.deepEqual(openInventory(database).current(), inventory.current());
});

test('a reader who looks twice in one state sees one state', (t) => {
  const { admit, folder } = layInventory(t);
  const database = openState(join(folder, 'state.db'), { readonly: true });
  t.after(() => database.close());
  const reader = openInventory(database);

  const seen = reader.consistently(() => {
    const before = reader.current().files;
    admit([pendingRow('g/a', 'x')]);
    return [before, reader.current().files, reader.row('g/a')];
  });

  assert.deepEqual(seen, [0, 0, null]);
  assert.equal(reader.current().files, 1);
});

const SET = 'g/a/maven-metadata.xml';

test('a metadata file and its sums are answered from one row', (t) => {
  const { database, inventory } = layInventory(t);
  const { sets } = makeInventoryWriter(database);

  writing(database, () =>
    sets.put(SET, [
      { path: SET, bytes: Buffer.from('<metadata/>') },
      { path: `${SET}.sha1`, bytes: Buffer.from('abc') },
      { path: `${SET}.md5`, bytes: Buffer.alloc(0) },
    ]),
  );

  assert.equal(inventory.metadataBody(SET)?.toString(), '<metadata/>');
  assert.equal(inventory.metadataBody(`${SET}.sha1`)?.toString(), 'abc');
  assert.equal(inventory.metadataBody(`${SET}.md5`)?.length, 0);
  assert.equal(inventory.metadataBody(`${SET}.asc`), null);
  assert.equal(inventory.metadataBody('g/b/maven-metadata.xml'), null);
});

test('a set is replaced whole, and forgotten when it is empty or too large for a row', (t) => {
  const { database, inventory } = layInventory(t);
  const { sets } = makeInventoryWriter(database);
  const put = (bytes: Buffer, name = SET) => sets.put(SET, [{ path: name, bytes }]);

  put(Buffer.from('one'), `${SET}.sha1`);
  put(Buffer.from('two'));
  assert.equal(inventory.metadataBody(SET)?.toString(), 'two');
  assert.equal(inventory.metadataBody(`${SET}.sha1`), null);

  put(Buffer.alloc(2 * 1024 * 1024));
  assert.equal(inventory.metadataBody(SET)?.length, 2 * 1024 * 1024);
  put(Buffer.alloc(2 * 1024 * 1024 + 1));
  assert.equal(inventory.metadataBody(SET), null);
  put(Buffer.from('x'));
  sets.put(SET, []);
  assert.equal(inventory.metadataBody(SET), null);
});
