// state.db of every earlier assay is brought forward: each room from each of its steps, with rows in its tables, to what a new file has.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { SCHEMAS } from '../../src/compose/rooms.ts';
import { migrate, type RoomSchema } from '../../src/state/migrate.ts';
import { openState, type StateDatabase } from '../../src/state/open.ts';
import { temporaryFolder } from '../support/folder.ts';

for (const schema of SCHEMAS) {
  for (const [step] of schema.steps.entries()) {
    test(`${schema.room} is brought forward from its step ${step} of ${schema.steps.length}, and keeps its rows`, (t) => {
      const database = stateAt(t, schema, step);
      const planted = tablesOf(database).map((table) => [table, plant(database, table)] as const);

      migrate(database, SCHEMAS);

      assert.deepEqual(shapeOf(database), shapeOf(newest(t)));
      assert.equal(database.pragma('integrity_check', { simple: true }), 'ok');
      const here = new Set(tablesOf(database));
      for (const [table, rows] of planted)
        if (here.has(table)) assert.ok(countOf(database, table) >= rows, `${table} has lost rows`);
    });
  }
}

test('what is new already is left as it is', (t) => {
  const database = newest(t);
  const before = shapeOf(database);

  migrate(database, SCHEMAS);

  assert.deepEqual(shapeOf(database), before);
});

test('each room is named once, and its tables carry its name', (t) => {
  const database = newest(t);
  const rooms = SCHEMAS.map(({ room }) => room);

  const strange = tablesOf(database).filter((table) => !rooms.some((room) => table.startsWith(`${room}_`)));

  assert.deepEqual([rooms.length, strange], [new Set(rooms).size, []]);
});

/** As an assay left it that knew `step` steps of this room and all of the others. */
function stateAt(t: TestContext, schema: RoomSchema, step: number): StateDatabase {
  const database = openState(join(temporaryFolder(t), 'state.db'));
  t.after(() => database.close());
  const then = SCHEMAS.map((each) => (each === schema ? { ...each, steps: each.steps.slice(0, step) } : each));
  migrate(database, then);
  return database;
}

function newest(t: TestContext): StateDatabase {
  const database = openState(join(temporaryFolder(t), 'state.db'));
  t.after(() => database.close());
  migrate(database, SCHEMAS);
  return database;
}

function tablesOf(database: StateDatabase): string[] {
  return database
    .prepare<[], { name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .all()
    .map(({ name }) => name)
    .filter((name) => name !== 'state_migration');
}

interface Column {
  readonly name: string;
  readonly type: string;
}

/** A row with something in every column, however little it means; none where a rule of the table forbids that. Returns how many there are. */
function plant(database: StateDatabase, table: string): number {
  const columns = database.pragma(`table_info(${table})`) as Column[];
  const values = columns.map(({ type }) => (type === 'INTEGER' ? 1 : type === 'BLOB' ? Buffer.alloc(32, 7) : 'staged'));
  const places = columns.map(() => '?').join(', ');
  database.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${places})`).run(values);
  return countOf(database, table);
}

function countOf(database: StateDatabase, table: string): number {
  return database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
}

/** Columns, keys and indexes, however they came to be: a column that a later step added may stand elsewhere in the text. */
function shapeOf(database: StateDatabase): unknown {
  const tables = tablesOf(database).map((table) => {
    const columns = database.pragma(`table_xinfo(${table})`) as (Column & { cid: number })[];
    return [table, columns.map(({ cid: _, ...rest }) => rest).sort((a, b) => (a.name < b.name ? -1 : 1))];
  });
  const indexes = database
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL ORDER BY name",
    )
    .all();
  return { tables, indexes };
}
