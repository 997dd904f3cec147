import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { makePage, type PageRequest, readPage } from '../../../src/mirror/inventory/page.ts';
import { type InstallationKey, makeKey } from '../../../src/operator/key.ts';
import { type Laid, layInventory, MTIME, pendingRow, sha256 } from './laid.ts';

function key(t: TestContext, laid: Laid, name = 'a'): InstallationKey {
  assert.ok(t.name !== '');
  return makeKey(join(laid.folder, `${name}.key`));
}

function page(laid: Laid, change: Partial<PageRequest> = {}, signer: InstallationKey | null = null): Buffer {
  const request = { name: 'm.example.org', after: null, path: null, prefix: null, count: 2, now: MTIME, ...change };
  const made = makePage(laid.inventory, request, signer);
  assert.equal(made.kind, 'page');
  return made.kind === 'page' ? made.body : Buffer.alloc(0);
}

function read(bytes: Buffer, pinned: readonly string[] = []) {
  const got = readPage(bytes, pinned);
  assert.ok(got.kind === 'page', got.kind === 'bad' ? got.why : '');
  return got;
}

/** Reads to the end of what is there now. */
function walk(laid: Laid, from: string | null = null): { seen: string[]; cursor: string | null } {
  const seen: string[] = [];
  let cursor = from;
  for (let pages = 0; pages < 9; pages += 1) {
    const { head, rows } = read(page(laid, { after: cursor }));
    seen.push(...rows.map((row) => `${row.generation} ${row.path}${'removed' in row ? ' removed' : ''}`));
    cursor = head.cursor;
    if (head.next === null) break;
  }
  return { seen, cursor };
}

test('pages follow each other through rows and removals, in the order of generations', (t) => {
  const laid = layInventory(t);
  laid.admit([pendingRow('g/a', '1'), pendingRow('g/b', '1'), pendingRow('g/c', '1')], 1);
  laid.retire(['g/b'], 2);
  laid.admit([pendingRow('g/a', '3')], 3);

  const first = walk(laid);
  laid.admit([pendingRow('g/d', '4')], 4);
  const later = walk(laid, first.cursor);

  assert.deepEqual(first.seen, ['1 g/c', '2 g/b removed', '3 g/a']);
  assert.deepEqual(later.seen, ['4 g/d']);
  assert.deepEqual(walk(laid, later.cursor).seen, []);
});

test('a generation that still grows is told once more, whatever came before the rows that were told', (t) => {
  const laid = layInventory(t);
  laid.admit([pendingRow('g/b', '1'), pendingRow('g/c', '1'), pendingRow('g/d', '1')], 1, 'open');
  const open = walk(laid);
  const inside = read(page(laid)).head;
  laid.admit([pendingRow('g/a', '1')], 1);
  laid.admit([pendingRow('g/e', '2')], 2);

  const later = walk(laid, open.cursor);
  const goneOn = walk(laid, inside.cursor);
  const afterThat = walk(laid, goneOn.cursor);

  assert.deepEqual([inside.is_open, inside.next === null, open.seen.length], [true, false, 3]);
  assert.deepEqual(later.seen, ['1 g/a', '1 g/b', '1 g/c', '1 g/d', '2 g/e']);
  assert.deepEqual([goneOn.seen, afterThat.seen[0]], [['1 g/d', '2 g/e'], '1 g/a']);
});

test('a row says what it is, all digests, its times and what its sums said', (t) => {
  const laid = layInventory(t);
  laid.admit([pendingRow('g/a', 'one')]);

  const [row] = read(page(laid)).rows;

  assert.ok(row !== undefined && !('removed' in row));
  assert.deepEqual([row.sha256, row.size, row.upstream_sum], [sha256('one'), 3, 'matched']);
  assert.deepEqual([row.kind, row.absent_since], ['loose', null]);
  assert.deepEqual(
    [row.origin_mtime, row.first_seen, row.last_verified].filter((time) => !/^\d{4}-.*Z$/.test(time)),
    [],
  );
});

test('a cursor of another database is void, and so is what is none', (t) => {
  const laid = layInventory(t);
  const other = layInventory(t);
  for (const each of [laid, other]) each.admit([pendingRow('g/a', '1'), pendingRow('g/b', '1')]);
  const foreign = read(page(other)).head.cursor;
  const request = { name: 'm', path: null, prefix: null, count: 2, now: MTIME };

  const kinds = [foreign, 'x', '', `${foreign}/..`].map(
    (after) => makePage(laid.inventory, { ...request, after }, null).kind,
  );

  assert.deepEqual(kinds, ['void', 'void', 'void', 'void']);
});

test('one path can be asked for', (t) => {
  const laid = layInventory(t);
  laid.admit([pendingRow('g/a', '1'), pendingRow('g/b', '1')]);

  assert.deepEqual(
    read(page(laid, { path: 'g/b' })).rows.map(({ path }) => path),
    ['g/b'],
  );
  assert.deepEqual(read(page(laid, { path: 'g/x' })).rows, []);
});

test('a signed page proves itself after it was saved, and to whom the key is known', (t) => {
  const laid = layInventory(t);
  laid.admit([pendingRow('g/a', '1')]);
  const own = key(t, laid);
  const other = key(t, laid, 'b');
  const bytes = page(laid, {}, own);

  assert.equal(read(bytes, [other.publicKey, own.publicKey]).signedBy?.keyId, own.id);
  assert.equal(readPage(bytes, [other.publicKey]).kind, 'bad');
  assert.equal(readPage(page(laid), [own.publicKey]).kind, 'bad');
  assert.equal(read(page(laid)).signedBy, null);
});

test('a page that was changed anywhere is bad', (t) => {
  const laid = layInventory(t);
  laid.admit([pendingRow('g/a', '1'), pendingRow('g/b', '1')]);
  const own = key(t, laid);
  const text = page(laid, {}, own).toString();
  const lines = text.split('\n');

  const changed = [
    text.replace('"g/a"', '"g/c"'),
    text.replace('"rows":2', '"rows":1'),
    [lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n'),
    lines.slice(0, -2).join('\n'),
    `${text}{}\n`,
    text.slice(0, -1),
    `\n${text}`,
    '<html></html>\n',
    '',
  ];

  assert.deepEqual(
    changed.map((each) => readPage(Buffer.from(each), [own.publicKey]).kind),
    changed.map(() => 'bad'),
  );
});

test('rows from outside are read strictly: no path that leads out, no digest that is none', (t) => {
  const laid = layInventory(t);
  laid.admit([pendingRow('g/a', '1')]);
  const text = page(laid).toString();

  const kinds = [
    text.replace('"g/a"', '"../etc"'),
    text.replace('"g/a"', '"g\\u0000a"'),
    text.replace(sha256('1'), 'zz'),
    text.replace('"size":1', '"size":-1'),
  ].map((each) => readPage(Buffer.from(each), []).kind);

  assert.deepEqual(kinds, ['bad', 'bad', 'bad', 'bad']);
});
