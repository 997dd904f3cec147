// The database in one file, taken while it is written to, and put back.

import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import { foldersOf } from '../../src/compose/folders.ts';
import { openRooms } from '../../src/compose/rooms.ts';
import type { BackupResult, RestoreResult } from '../../src/config/shape/backup.ts';
import { writing } from '../../src/state/open.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type Mirror, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { endStateOf } from '../support/outside.ts';
import { startDaemon } from '../support/running-daemon.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';
const NEXT = 'org/example/tool/1.1/tool-1.1.jar';

test('a backup brings the mirror back, on another machine too, under a lineage of its own', async (t) => {
  if (!needs(t, 'rsync')) return;
  const { mirror, file } = await backedUp(t);
  const before = endStateOf(mirror.data);
  const lineage = lineageOf(mirror);
  for (const name of ['state.db', 'state.db-wal', 'state.db-shm', 'ledger.jsonl'])
    rmSync(join(mirror.data, name), { force: true });

  const restored = await restore(mirror, file);

  assert.deepEqual([restored.exit, restored.result.kept_as, restored.result.files], [0, [], 8]);
  assert.deepEqual(endStateOf(mirror.data), before);
  assert.notEqual(lineageOf(mirror), lineage);
  assert.deepEqual(
    readdirSync(mirror.data).filter((name) => name.includes('restoring')),
    [],
  );
  const pass = await mirror.sync();
  assert.deepEqual([pass.exit, pass.result.added], [0, 0]);
  assert.deepEqual(await mirror.statuses(JAR, 'org/example/old/1.0/old-1.0.jar'), [200, 410]);
});

test('an older backup over a newer mirror: what was replaced stays, what was taken down since stays down, a pass brings the rest', async (t) => {
  if (!needs(t, 'rsync')) return;
  const { mirror, file } = await backedUp(t);
  mirror.origin.release('tool', '1.1');
  await mirror.sync();
  await mirror.verb('takedown', 'add', 'org.example:half:1.0', '--reason', 'later');
  await mirror.verb('takedown', 'lift', 'org.example:old:1.0', '--reason', 'later');
  const ledger = readFileSync(join(mirror.data, 'ledger.jsonl'), 'utf8');

  const { exit, result } = await restore(mirror, file);
  const pass = await mirror.sync();

  assert.equal(exit, 0);
  assert.equal(result.kept_as.length, 1);
  assert.equal(existsSync(join(mirror.data, result.kept_as[0] ?? '')), true);
  assert.ok(readFileSync(join(mirror.data, 'ledger.jsonl'), 'utf8').startsWith(ledger));
  assert.equal(pass.exit, 0);
  assert.deepEqual(
    await mirror.statuses(JAR, NEXT, 'org/example/half/1.0/half-1.0.jar', 'org/example/old/1.0/old-1.0.jar'),
    [200, 200, 410, 200],
  );
});

test('a backup of another ledger keeps both, and the old one beside', async (t) => {
  if (!needs(t, 'rsync')) return;
  const { mirror, file } = await backedUp(t);
  const line = JSON.stringify({
    kind: 'takedown',
    prefix: 'org/example/tool/1.0',
    reason: 'here',
    legal: false,
    at: 1,
    actor: 'me',
  });
  writeFileSync(join(mirror.data, 'ledger.jsonl'), `${line}\n`);

  const { result } = await restore(mirror, file);

  assert.equal(result.kept_as.length, 2);
  const takedowns = mirror.look((rooms) =>
    rooms.takedowns
      .list()
      .map(({ prefix }) => prefix)
      .sort(),
  );
  assert.deepEqual(takedowns, ['org/example/old/1.0', 'org/example/tool/1.0']);
});

test('a backup while the daemon serves and others write is one state of the database, for its owner alone', async (t) => {
  if (!needs(t, 'rsync')) return;
  const { mirror } = await backedUp(t);
  const daemon = await startDaemon(t, mirror.configFile);
  const file = join(temporaryFolder(t), 'busy.db');
  using rooms = openRooms(foldersOf(mirror.data), Number.POSITIVE_INFINITY);
  let written = 0;
  const writer = setInterval(() => {
    writing(rooms.database, () => rooms.history.remember(`written ${written}`, 'x'.repeat(20_000)));
    written += 1;
  }, 1);

  const told = await mirror.verb<BackupResult>('backup', file).finally(() => clearInterval(writer));

  assert.equal(told.exit, 0);
  assert.ok(written > 0);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(existsSync(`${file}.partial`), false);
  const copy = new Database(file, { readonly: true });
  t.after(() => copy.close());
  assert.equal(copy.pragma('integrity_check', { simple: true }), 'ok');
  const busy = await restore(mirror, file);
  assert.deepEqual([busy.exit, busy.problems.map(({ code }) => code)], [3, ['busy']]);
  daemon.signal('SIGTERM');
  await daemon.ended;
});

test('a file that is there is kept unless it is forced, and a folder that is not there is said', async (t) => {
  if (!needs(t, 'rsync')) return;
  const { mirror, file } = await backedUp(t);
  writeFileSync(file, 'precious');

  const kept = await mirror.verb('backup', file);
  const content = readFileSync(file, 'utf8');
  const forced = await mirror.verb('backup', file, '--force');
  const nowhere = await mirror.verb('backup', join(file, 'no', 'folder'));

  assert.deepEqual([kept.exit, kept.problems[0]?.code, content], [3, 'backup-exists', 'precious']);
  assert.deepEqual([forced.exit, (await restore(mirror, file)).exit], [0, 0]);
  assert.deepEqual([nowhere.exit, nowhere.problems[0]?.code], [3, 'backup-unwritable']);
});

test('what is no whole backup of this version is refused before anything is touched', async (t) => {
  if (!needs(t, 'rsync')) return;
  const { mirror, file } = await backedUp(t);
  const before = readFileSync(join(mirror.data, 'state.db'));
  const torn = `${file}.torn`;
  writeFileSync(torn, readFileSync(file).subarray(0, 30_000));
  const newer = `${file}.newer`;
  writeFileSync(newer, readFileSync(file));
  const database = new Database(newer);
  database.exec("UPDATE state_migration SET step = 99 WHERE room = 'pass'");
  database.close();
  const text = `${file}.text`;
  appendFileSync(text, 'hello');

  const codes: (string | undefined)[] = [];
  for (const each of [torn, newer, text, join(mirror.data, 'state.db'), `${file}.nowhere`]) {
    const told = await restore(mirror, each);
    codes.push(`${told.exit} ${told.problems[0]?.code}`);
  }

  assert.deepEqual(codes, [
    '3 backup-unusable',
    '3 state-too-new',
    '3 backup-unusable',
    '3 backup-unusable',
    '3 backup-unusable',
  ]);
  assert.deepEqual(readFileSync(join(mirror.data, 'state.db')), before);
});

async function backedUp(t: TestContext): Promise<{ mirror: Mirror; file: string }> {
  const mirror = await startMirror(t);
  for (const name of ['tool', 'half', 'old']) mirror.origin.release(name, '1.0');
  await mirror.sync();
  await mirror.verb('takedown', 'add', 'org.example:old:1.0', '--reason', 'holds a key');
  const file = join(temporaryFolder(t), 'backup.db');
  const { exit } = await mirror.verb<BackupResult>('backup', file);
  assert.equal(exit, 0);
  return { mirror, file };
}

function restore(mirror: Mirror, file: string) {
  return mirror.verb<RestoreResult>('restore', file);
}

function lineageOf(mirror: Mirror): string {
  return mirror.look(({ inventory }) => inventory.current().lineage);
}
