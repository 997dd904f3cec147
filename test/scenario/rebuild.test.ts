// A mirror that has lost its database: made again from the tree and the ledger, it serves what it served and forgets no takedown.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { RebuildResult } from '../../src/config/shape/verify.ts';
import { seededRandom } from '../../src/demo/repository/random.ts';
import { systemClock } from '../../src/host/clock.ts';
import { takeLock } from '../../src/host/lock.ts';
import { MAIN, type Mirror, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { endStateOf } from '../support/outside.ts';
import { eventually } from '../support/running-daemon.ts';
import { seedOfRun } from '../support/seed.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';
const POM = 'org/example/tool/1.0/tool-1.0.pom';
const OLD_JAR = 'org/example/old/1.0/old-1.0.jar';
const METADATA = 'org/example/tool/maven-metadata.xml';

test('the inventory is the same again, the lineage another, the old database beside it', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await filled(t);
  const before = endStateOf(mirror.data);
  const lineage = lineageOf(mirror);

  const { exit, result } = await rebuild(mirror);

  const after = endStateOf(mirror.data);
  assert.deepEqual([exit, result.left_out, result.takedowns], [0, [], 1]);
  assert.deepEqual(after.tree, before.tree);
  assert.deepEqual(rowsOf(after), rowsOf(before));
  assert.deepEqual(after.tables.sets, before.tables.sets);
  assert.deepEqual(after.tables.totals, before.tables.totals);
  assert.notEqual(lineageOf(mirror), lineage);
  assert.equal(existsSync(join(mirror.data, result.kept_as ?? '')), true);
  assert.deepEqual(await mirror.statuses(JAR, POM, METADATA, OLD_JAR), [200, 200, 200, 410]);
});

test('a pass afterwards finds nothing to do, and what was taken down does not come back', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await filled(t);
  await rebuild(mirror);

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.added, pass.result.changed, pass.result.bytes_fetched], [0, 0, 0, 0]);
  assert.deepEqual(await mirror.statuses(JAR, OLD_JAR), [200, 410]);
});

test('without a database no verb makes an empty one; a broken one is put aside', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await filled(t);
  writeFileSync(join(mirror.data, 'state.db'), 'no database any more, but as long as one'.repeat(1000));
  rmSync(join(mirror.data, 'state.db-wal'), { force: true });
  const broken = await rebuild(mirror);
  rmSync(join(mirror.data, 'state.db'));

  const sync = await mirror.sync();
  const status = await mirror.verb('status');
  const lost = await rebuild(mirror);

  assert.deepEqual([broken.exit, typeof broken.result.kept_as], [0, 'string']);
  assert.deepEqual([sync.exit, sync.problems.map(({ code }) => code)], [3, ['state-missing']]);
  assert.deepEqual([status.exit, status.problems.map(({ code }) => code)], [3, ['state-missing']]);
  assert.deepEqual([lost.exit, lost.result.kept_as, lost.result.files], [0, null, broken.result.files]);
});

test('released bytes that are not those of the ledger are left out, answered 403, and fetched again', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await filled(t);
  writeFileSync(placeOf(mirror, JAR), 'rotten');
  rmSync(placeOf(mirror, 'org/example/half/1.0/half-1.0.pom'));

  const { exit, result } = await rebuild(mirror);
  const refused = await mirror.statuses(JAR, 'org/example/half/1.0/half-1.0.jar', 'org/example/half/1.0/half-1.0.pom');
  const pass = await mirror.sync();

  assert.equal(exit, 1);
  assert.ok(result.left_out.some(({ path, verdict }) => path === JAR && verdict === 'immutable-changed'));
  assert.deepEqual(refused, [403, 403, 403]);
  assert.equal(readFileSync(join(mirror.data, result.moved_to ?? '', JAR), 'utf8'), 'rotten');
  assert.deepEqual([pass.exit, pass.result.rejected, pass.result.deferred], [0, [], []]);
  assert.equal((await mirror.get(JAR)).text, 'tool 1.0');
});

test('what nobody published is moved out of the tree, not into the inventory', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await filled(t);
  const backdoor = 'org/example/tool/1.0/tool-1.0-backdoor.jar';
  writeFileSync(placeOf(mirror, backdoor), 'foreign');
  writeFileSync(placeOf(mirror, `${backdoor}.sha1`), 'also foreign');
  mkdirSync(dirname(placeOf(mirror, OLD_JAR)), { recursive: true });
  writeFileSync(placeOf(mirror, OLD_JAR), 'put back by hand');

  const { result } = await rebuild(mirror);

  assert.deepEqual(
    result.left_out
      .filter(({ verdict }) => verdict === 'foreign')
      .map(({ path }) => path)
      .sort(),
    [OLD_JAR, backdoor],
  );
  assert.deepEqual(await mirror.statuses(backdoor, OLD_JAR), [404, 410]);
  assert.equal(existsSync(placeOf(mirror, backdoor)), false);
});

test('a ledger that has lost its beginning does not make everything foreign', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await filled(t);
  rmSync(join(mirror.data, 'ledger.jsonl'));
  rmSync(join(mirror.data, 'state.db'));

  const { exit, result } = await rebuild(mirror);
  const again = await rebuild(mirror);

  assert.deepEqual([exit, result.left_out, result.known_digests], [0, [], 0]);
  assert.ok(again.result.known_digests > 0);
  assert.deepEqual(await mirror.statuses(JAR, POM), [200, 200]);
});

test('what lies in quarantine is known again by its notes', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await filled(t);
  mirror.origin.put('org/example/bad/1.0/bad-1.0.jar', 'bytes', { ageMs: 9_000_000_000 });
  mirror.origin.put('org/example/bad/1.0/bad-1.0.jar.sha1', '0'.repeat(40), { ageMs: 9_000_000_000 });
  await mirror.sync();
  const before = mirror.look(({ quarantine }) => quarantine.list());

  await rebuild(mirror);

  assert.deepEqual(
    mirror.look(({ quarantine }) => quarantine.list()),
    before,
  );
  assert.deepEqual(await mirror.statuses('org/example/bad/1.0/bad-1.0.jar'), [403]);
});

test('a rebuild is refused while another job, or a daemon, has the data directory', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await filled(t);

  using _held = await takeLock(join(mirror.data, 'daemon.lock'), 'daemon', 0, systemClock, AbortSignal.timeout(60_000));

  const { exit, problems } = await rebuild(mirror);

  assert.deepEqual([exit, problems[0]?.code], [3, 'busy']);
  assert.match(problems[0]?.remedy ?? '', /Stop the daemon/);
});

async function filled(t: Parameters<typeof startMirror>[0]): Promise<Mirror> {
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.release('half', '1.0');
  mirror.origin.release('old', '1.0');
  mirror.origin.metadata('tool', ['1.0']);
  mirror.origin.put('org/example/roll/1-SNAPSHOT/roll-1-SNAPSHOT.pom', '<project/>', { sums: ['md5'] });
  mirror.origin.put('org/example/wrong/1.0/wrong-1.0.pom', '<project/>', { sums: ['sha1'] });
  mirror.origin.put('org/example/wrong/1.0/wrong-1.0.pom.md5', '0'.repeat(32));
  mirror.origin.put('archetype-catalog.xml', '<catalog/>');
  await mirror.sync();
  await mirror.verb('takedown', 'add', 'org.example:old:1.0', '--reason', 'holds a key');
  return mirror;
}

function rebuild(mirror: Mirror) {
  return mirror.verb<RebuildResult>('verify', '--rebuild');
}

function rowsOf({ tables }: ReturnType<typeof endStateOf>): readonly unknown[] {
  return tables.rows ?? [];
}

function lineageOf(mirror: Mirror): string {
  return mirror.look(({ inventory }) => inventory.current().lineage);
}

function placeOf(mirror: Mirror, path: string): string {
  return join(mirror.data, 'published', path);
}

test('a rebuild that is killed leaves the old database or the new one, and the next comes to its end', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await filled(t);
  for (let number = 0; number < 150; number += 1) mirror.origin.release(`many-${number}`, '1.0');
  await mirror.sync();
  const before = rowsOf(endStateOf(mirror.data));
  const seed = seedOfRun();
  t.diagnostic(`ASSAY_TEST_SEED=${seed}`);
  const random = seededRandom(`rebuild ${seed}`);

  for (let round = 0; round < 8; round += 1) {
    await killedRebuild(mirror, random.below(900));

    assert.deepEqual(rowsOf(endStateOf(mirror.data)), before);
  }

  assert.equal((await rebuild(mirror)).exit, 0);
  assert.deepEqual(rowsOf(endStateOf(mirror.data)), before);
});

/** Counted from when the new database is there: before that it only loads its code. */
async function killedRebuild(mirror: Mirror, afterMs: number): Promise<void> {
  const words = [MAIN, '--config', mirror.configFile, 'verify', '--rebuild'];
  const child = spawn(process.execPath, words, { stdio: 'ignore', timeout: 120_000 });
  const ended = once(child, 'exit');
  await eventually(
    () => child.exitCode !== null || existsSync(join(mirror.data, 'state.db.rebuilding')),
    'it rebuilds',
  );
  await Promise.race([ended, wait(afterMs)]);
  child.kill('SIGKILL');
  await ended;
}
