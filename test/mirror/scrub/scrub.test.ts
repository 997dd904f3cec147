import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { findingSchema, openFindings } from '../../../src/finding/record.ts';
import { DAY } from '../../../src/host/clock.ts';
import { makeLogger } from '../../../src/host/logger.ts';
import { scrubSchema } from '../../../src/mirror/scrub/schema.ts';
import {
  openScrubHistory,
  openWithheld,
  type ScrubEvent,
  type ScrubOptions,
  type ScrubRoom,
  scrub,
} from '../../../src/mirror/scrub/scrub.ts';
import { startDigesters } from '../../../src/mirror/verify/digest.ts';
import { migrate } from '../../../src/state/migrate.ts';
import { layInventory, pendingRow } from '../inventory/laid.ts';

const FILES = 1200;
const nameOf = (number: number) => `g/a/1.0/a-1.0-${String(number).padStart(4, '0')}.jar`;

/** A tree of 1,200 files, which are read in three chunks, on a clock that stands where it is put. */
function bench(t: TestContext) {
  const { folder, database, inventory, writer, admit, retire } = layInventory(t);
  migrate(database, [findingSchema, scrubSchema]);
  const published = join(folder, 'published');
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(published, path)), { recursive: true });
    writeFileSync(join(published, path), text);
  };
  const paths = Array.from({ length: FILES }, (_, number) => nameOf(number));
  for (const path of paths) write(path, path);
  admit(paths.map((path) => pendingRow(path, path)));
  const digesters = startDigesters(1);
  t.after(() => digesters.close());
  let now = Date.UTC(2026, 10, 21);
  let hear: (event: ScrubEvent) => void = () => undefined;
  const room: ScrubRoom = {
    database,
    inventory,
    writer,
    findings: openFindings(database),
    history: openScrubHistory(database),
    withheld: openWithheld(database),
    digesters,
    clock: { now: () => now, sleep: async () => undefined },
    logger: makeLogger('silent'),
    onEvent: (event) => hear(event),
  };
  const options: ScrubOptions = { published, bytesPerSecond: 0, anew: false, mayBeEmpty: false };
  const run = (more: Partial<ScrubOptions> = {}, signal = new AbortController().signal) =>
    scrub({ ...options, ...more }, room, signal);
  const cutShort = async () => {
    const stop = new AbortController();
    hear = () => stop.abort();
    await assert.rejects(run({}, stop.signal), { name: 'AbortError' });
    hear = () => undefined;
  };
  const found = () => room.findings.standing().map(({ verdict, path }) => [verdict, path]);
  const later = (milliseconds: number) => {
    now += milliseconds;
  };
  return { published, write, admit, retire, room, run, cutShort, found, later };
}

test('a scrub that was cut short goes on after the last file that was written down, and tells what both starts found', async (t) => {
  const { write, run, cutShort, found, later, room } = bench(t);
  write(nameOf(3), 'rotten');
  await cutShort();
  later(DAY);
  write(nameOf(7), 'rots after it was read');
  write(nameOf(1100), 'rotten');

  const outcome = await run();

  assert.deepEqual([outcome.resumedAfter, outcome.files], [nameOf(499), FILES]);
  assert.deepEqual(found(), [
    ['damaged', nameOf(3)],
    ['damaged', nameOf(1100)],
  ]);
  assert.notEqual(room.history.lastEnded(), null);
});

test('one that is asked for anew, or comes a month later, begins at the beginning', async (t) => {
  const { write, run, cutShort, found, later } = bench(t);
  await cutShort();
  write(nameOf(7), 'rots after it was read');

  const anew = await run({ anew: true });
  await cutShort();
  later(31 * DAY);
  const late = await run();

  assert.deepEqual([anew.resumedAfter, late.resumedAfter], [null, null]);
  assert.deepEqual(found(), [['damaged', nameOf(7)]]);
});

test('what is right again, or published no more, is accused no more', async (t) => {
  const { write, run, found, later, retire, room, published } = bench(t);
  write(nameOf(1), 'rotten');
  write(nameOf(2), 'rotten');
  write('g/stranger', 'foreign');
  await run();
  assert.equal(found().length, 3);
  write(nameOf(1), nameOf(1));
  retire([nameOf(2)]);
  rmSync(join(published, nameOf(2)));
  rmSync(join(published, 'g/stranger'));
  later(DAY);

  await run();

  assert.deepEqual(found(), []);
  assert.deepEqual(room.withheld.list(), []);
});

test('every file that is as it was published is verified at that time', async (t) => {
  const { run, write, room } = bench(t);
  write(nameOf(2), 'rotten');
  const before = room.inventory.row(nameOf(2))?.lastVerified;

  await run();

  assert.equal(room.inventory.row(nameOf(0))?.lastVerified, Date.UTC(2026, 10, 21));
  assert.equal(room.inventory.row(nameOf(1199))?.lastVerified, Date.UTC(2026, 10, 21));
  assert.equal(room.inventory.row(nameOf(2))?.lastVerified, before);
});

test('a file that a publication is replacing is no fault, whichever of the two bytes lie there', async (t) => {
  const { run, write, room, found } = bench(t);
  room.writer.lay(77, { ...pendingRow(nameOf(5), 'the next bytes'), seq: 0 });
  write(nameOf(5), 'the next bytes');
  room.writer.lay(77, { ...pendingRow('g/b/1.0/b-1.0.jar', 'coming'), seq: 1 });
  write('g/b/1.0/b-1.0.jar', 'coming');

  await run();

  assert.deepEqual(found(), []);
});

test('a file that was replaced between its row and its reading is looked up again', async (t) => {
  const { write, admit, found, room } = bench(t);
  let isReplaced = false;
  const digesters = {
    ...room.digesters,
    reread: async (folder: string, paths: readonly string[], speed: number) => {
      if (!isReplaced) {
        isReplaced = true;
        write(nameOf(5), 'replaced');
        admit([pendingRow(nameOf(5), 'replaced', { lastVerified: Date.UTC(2026, 10, 21) })]);
      }
      return await room.digesters.reread(folder, paths, speed);
    },
  };
  const options = {
    published: join(dirname(room.database.name), 'published'),
    bytesPerSecond: 0,
    anew: false,
    mayBeEmpty: false,
  };

  await scrub(options, { ...room, digesters }, new AbortController().signal);

  assert.deepEqual(found(), []);
});
