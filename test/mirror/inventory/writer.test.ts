import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { layInventory, MTIME, pendingRow, sha256 } from './laid.ts';

const JAR = 'g/a/1.0/a-1.0.jar';
const POM = 'g/a/1.0/a-1.0.pom';
const SNAPSHOT = 'g/a/1.0-SNAPSHOT/a-1.0-SNAPSHOT.jar';

test('an admitted row says all that was laid down, and since when', (t) => {
  const { admit, inventory } = layInventory(t);
  const md5 = Buffer.alloc(16, 1);

  admit([pendingRow(JAR, 'jar', { md5, upstreamSum: 'absent' })], 3);

  const { sha256: digest, sha1, ...row } = inventory.row(JAR) ?? assert.fail();
  assert.equal(digest.toString('hex'), sha256('jar'));
  assert.equal(sha1.length, 20);
  assert.deepEqual(row, {
    path: JAR,
    kind: 'artifact',
    size: 3,
    originMtime: MTIME,
    md5,
    sha512: null,
    upstreamSum: 'absent',
    firstSeen: MTIME,
    lastVerified: MTIME,
    generation: 3,
    absentSince: null,
  });
});

test('files and bytes are counted as they come, are replaced and go', (t) => {
  const { admit, retire, inventory } = layInventory(t);
  const counts = () => [inventory.current().files, inventory.current().bytes];

  admit([pendingRow(JAR, 'jar'), pendingRow(POM, 'pom')]);
  assert.deepEqual(counts(), [2, 6]);
  admit([pendingRow(JAR, 'longer'), pendingRow(SNAPSHOT, 's')]);
  assert.deepEqual(counts(), [3, 10]);
  admit([pendingRow(JAR, 'longer')]);
  assert.deepEqual(counts(), [3, 10]);
  retire([JAR, 'g/never']);
  assert.deepEqual(counts(), [2, 4]);
  retire([JAR]);
  assert.deepEqual(counts(), [2, 4]);
});

test('whatever comes and goes, the counters are what counting finds', (t) => {
  const { admit, retire, inventory, database } = layInventory(t);
  const step = fc.record({
    admits: fc.boolean(),
    paths: fc.uniqueArray(fc.constantFrom('g/a', 'g/b', 'g/c', 'g/d'), { maxLength: 4 }),
    size: fc.nat(9),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
      for (const { admits, paths, size } of steps) {
        if (admits) admit(paths.map((path) => pendingRow(path, 'x'.repeat(size))));
        else retire(paths);
      }

      const { files, bytes } = inventory.current();
      assert.deepEqual(
        { files, bytes },
        database.prepare('SELECT count(*) AS files, total(size) AS bytes FROM inventory_row').get(),
      );
    }),
    { numRuns: 40 },
  );
});

test('rows of a batch that is not admitted are invisible', (t) => {
  const { writer, inventory } = layInventory(t);

  writer.lay(1, pendingRow(JAR, 'jar'));

  assert.equal(inventory.row(JAR), null);
  assert.equal(inventory.isAnyBelow('g'), false);
  assert.deepEqual(
    writer.pending(1).map((row) => [row.path, row.keepsDigest]),
    [[JAR, true]],
  );
});

test('only the named part of a batch is admitted, and a struck row never', (t) => {
  const { writer, inventory } = layInventory(t);
  for (const [seq, name] of ['g/a', 'g/b', 'g/c', 'g/d'].entries()) writer.lay(1, pendingRow(name, 'x', { seq }));
  writer.strike(1, 2);

  writer.admit(1, 1, 3, 1);

  assert.deepEqual(inventory.pathsAfter('', 9), ['g/b', 'g/d']);
  assert.equal(inventory.current().files, 2);
});

test('admitting once more after a kill changes nothing', (t) => {
  const { writer, inventory } = layInventory(t);
  writer.lay(1, pendingRow(JAR, 'jar'));
  writer.admit(1, 0, 0, 1);
  const before = [inventory.row(JAR), inventory.current()];

  writer.admit(1, 0, 0, 1);

  assert.deepEqual([inventory.row(JAR), inventory.current()], before);
});

test('every digest that a release was ever published with stays known', (t) => {
  const { admit, retire, inventory } = layInventory(t);

  admit([pendingRow(JAR, 'one')]);
  admit([pendingRow(JAR, 'two')]);
  assert.deepEqual(inventory.everPublished(JAR), new Set([sha256('one'), sha256('two')]));
  retire([JAR]);

  assert.equal(inventory.row(JAR), null);
  assert.deepEqual(inventory.everPublished(JAR), new Set([sha256('one'), sha256('two')]));
});

test('of what changes as it pleases only the newest digest is known', (t) => {
  const { admit, retire, inventory } = layInventory(t);

  admit([pendingRow(SNAPSHOT, 'one')]);
  admit([pendingRow(SNAPSHOT, 'two')]);
  assert.deepEqual(inventory.everPublished(SNAPSHOT), new Set([sha256('two')]));
  retire([SNAPSHOT]);

  assert.deepEqual(inventory.everPublished(SNAPSHOT), new Set());
});

test('a row that is replaced keeps since when it was seen, and is absent no longer', (t) => {
  const { admit, writer, inventory } = layInventory(t);
  admit([pendingRow(SNAPSHOT, 'one')]);
  writer.markAbsent(SNAPSHOT, MTIME + 5);
  assert.equal(inventory.isAnyAbsent(), true);
  assert.equal(inventory.countAbsent(), 1);

  admit([pendingRow(SNAPSHOT, 'two', { lastVerified: MTIME + 9 })], 2);

  const row = inventory.row(SNAPSHOT);
  assert.deepEqual([row?.firstSeen, row?.lastVerified, row?.generation, row?.absentSince], [MTIME, MTIME + 9, 2, null]);
  assert.equal(inventory.isAnyAbsent(), false);
});

test('a row learns a time, digests and what the sums say, forgets no digest, and is no more verified for it', (t) => {
  const { admit, writer, inventory } = layInventory(t);
  const md5 = Buffer.alloc(16, 1);
  const sha512 = Buffer.alloc(64, 2);
  admit([pendingRow(JAR, 'jar', { md5 })]);

  writer.touch(JAR, MTIME + 1000);
  writer.learnDigests(JAR, null, sha512);
  writer.setUpstreamSum(JAR, 'mismatched');

  const row = inventory.row(JAR);
  assert.deepEqual([row?.originMtime, row?.lastVerified, row?.upstreamSum], [MTIME + 1000, MTIME, 'mismatched']);
  assert.deepEqual([row?.md5, row?.sha512], [md5, sha512]);
});
